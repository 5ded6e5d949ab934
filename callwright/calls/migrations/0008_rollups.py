"""Totals of a day, kept beside the calls."""

from django.db import migrations
from django.db.migrations.operations.base import Operation


class Migration(migrations.Migration):
    dependencies = [("calls", "0007_too_long")]

    operations: list[Operation] = []
