"""Totals of registrations."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("registration", "0002_panel")]

    operations = []
