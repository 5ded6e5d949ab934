"""Data quality."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("registration", "0003_totals")]

    operations = []
