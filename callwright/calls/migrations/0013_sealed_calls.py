"""Calls of others in which an erased person was a party are never written again."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("calls", "0012_no_reference_to_calls")]

    operations = [migrations.AddField("call", "sealed", models.BooleanField(db_default=False))]
