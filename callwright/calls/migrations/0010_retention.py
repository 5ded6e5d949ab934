"""How long calls are kept."""

from django.db import migrations
from django.db.migrations.operations.base import Operation


class Migration(migrations.Migration):
    dependencies = [("calls", "0009_exports")]

    operations: list[Operation] = []
