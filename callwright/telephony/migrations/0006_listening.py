"""Listening in."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("telephony", "0005_call_back_within")]

    operations = []
