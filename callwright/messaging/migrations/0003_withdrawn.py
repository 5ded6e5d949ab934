"""A message may be withdrawn: what it said was replaced before it went out."""

from django.db import migrations, models

STATES = [
    ("waiting", "Waiting"),
    ("sending", "Being sent"),
    ("sent", "Sent"),
    ("failed", "Failed"),
    ("refused", "Refused"),
    ("withdrawn", "Withdrawn"),
]


class Migration(migrations.Migration):
    dependencies = [("messaging", "0002_switched_on")]
    operations = [
        migrations.AlterField(
            model_name=name, name="state", field=models.CharField(choices=STATES, default="waiting", max_length=10)
        )
        for name in ("mail", "mailrecipient")
    ]
