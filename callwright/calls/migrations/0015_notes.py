"""Notes and their comments."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("calls", "0014_days_and_tries")]

    operations = []
