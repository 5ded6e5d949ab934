"""How soon callers whom a queue missed should be called back."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("telephony", "0004_connect_again")]

    operations = [
        migrations.AddField(
            "queue",
            "call_back_within_s",
            models.PositiveIntegerField(blank=True, null=True, verbose_name="call back within (seconds)"),
        ),
    ]
