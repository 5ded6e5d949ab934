"""Totals by hour."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("calls", "0015_notes")]

    operations = []
