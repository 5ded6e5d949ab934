"""What tells an imported call."""

from django.db import migrations
from django.db.migrations.operations.base import Operation


class Migration(migrations.Migration):
    dependencies = [("calls", "0010_retention")]

    operations: list[Operation] = []
