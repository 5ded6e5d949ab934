"""What was erased of a call before it became part of another is not fetched for that one."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("recordings", "0002_tries_and_sides")]

    operations = [migrations.AddField(model_name="recording", name="left_out", field=models.JSONField(null=True))]
