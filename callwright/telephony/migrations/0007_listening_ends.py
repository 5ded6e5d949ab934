"""Listening that is to end although the supervisor's phone has not been heard to hang up."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("telephony", "0006_listening")]
    operations = [
        migrations.AddField(
            model_name="listening", name="stop_asked_at", field=models.DateTimeField(null=True),
        ),
    ]  # fmt: skip
