"""What people decided of missed calls, and what still has to be worked out."""

from django.db import migrations
from django.db.migrations.operations.base import Operation


class Migration(migrations.Migration):
    dependencies = [("calls", "0005_what_came_of_it")]

    operations: list[Operation] = []
