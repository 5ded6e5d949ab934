"""Exports of searches."""

from django.db import migrations
from django.db.migrations.operations.base import Operation


class Migration(migrations.Migration):
    dependencies = [("calls", "0008_rollups")]

    operations: list[Operation] = []
