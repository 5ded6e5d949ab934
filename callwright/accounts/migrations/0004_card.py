"""Knowledge, people and the card of an account."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("accounts", "0003_hours")]

    operations = []
