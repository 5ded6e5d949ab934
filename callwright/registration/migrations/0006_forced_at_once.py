"""In which queue an employee talked, of calls that went on into another one."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("accounts", "0004_card"),
        ("telephony", "0006_listening"),
        ("registration", "0005_topic_names"),
    ]

    operations = [
        migrations.CreateModel(
            name="TalkQueue",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "account_id", "call_id", "user_id", blank=True, editable=False, primary_key=True,
                        serialize=False,
                    ),
                ),
                ("call_id", models.UUIDField()),
                (
                    "account",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+",
                        to="accounts.account",
                    ),
                ),
                (
                    "queue",
                    models.ForeignKey(
                        db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+",
                        to="telephony.queue",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
    ]  # fmt: skip
