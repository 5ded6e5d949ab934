"""Listening in."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("telephony", "0005_call_back_within"), migrations.swappable_dependency(settings.AUTH_USER_MODEL)]

    operations = [
        migrations.CreateModel(
            name="Listening",
            fields=[
                (
                    "command",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name="+",
                        serialize=False, to="telephony.command",
                    ),
                ),
                ("account_id", models.BigIntegerField(null=True)),
                ("call_id", models.UUIDField()),
                (
                    "mode",
                    models.CharField(
                        choices=[("listen", "Listen"), ("whisper", "Whisper"), ("barge", "Join in")], max_length=10
                    ),
                ),
                ("is_shown", models.BooleanField(default=True)),
                ("asked_at", models.DateTimeField()),
                ("began_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "agent",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("ended_at__isnull", True)), fields=["asked_at"],
                        name="telephony_listening_open",
                    )
                ],
            },
        ),
    ]  # fmt: skip
