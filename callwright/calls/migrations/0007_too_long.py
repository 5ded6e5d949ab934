"""Rules for too long calls and their reviews."""

from django.db import migrations
from django.db.migrations.operations.base import Operation


class Migration(migrations.Migration):
    dependencies = [("calls", "0006_follow_up")]

    operations: list[Operation] = []
