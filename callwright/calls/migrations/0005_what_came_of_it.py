"""What came of a call: follow-up, too long, recording. Columns with a default: no row is written anew."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

CHECKS = """
ALTER TABLE calls_call
    ADD CONSTRAINT calls_call_follow_up CHECK (follow_up IN
        ('', 'not_called_back', 'called_back', 'called_back_late', 'caller_reached_us', 'closed')),
    ADD CONSTRAINT calls_call_recording CHECK (recording IN
        ('', 'waiting', 'downloaded', 'empty', 'failed', 'erased'));
"""


class Migration(migrations.Migration):
    dependencies = [("calls", "0004_retired_markers"), migrations.swappable_dependency(settings.AUTH_USER_MODEL)]

    operations = [
        migrations.AddField(
            "call",
            "assigned_to",
            models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            "call",
            "follow_up",
            models.CharField(
                blank=True,
                choices=[
                    ("not_called_back", "Not called back"),
                    ("called_back", "Called back in time"),
                    ("called_back_late", "Called back later"),
                    ("caller_reached_us", "Caller reached us"),
                    ("closed", "Closed with a reason"),
                ],
                db_default="",
                max_length=20,
                verbose_name="follow-up",
            ),
        ),
        migrations.AddField("call", "follow_up_at", models.DateTimeField(null=True)),
        migrations.AddField("call", "follow_up_due_at", models.DateTimeField(null=True)),
        migrations.AddField("call", "limit_s", models.PositiveIntegerField(null=True)),
        migrations.AddField(
            "call",
            "recording",
            models.CharField(
                blank=True,
                choices=[
                    ("waiting", "Being fetched"),
                    ("downloaded", "Recorded"),
                    ("empty", "Nothing recorded"),
                    ("failed", "Could not be fetched"),
                    ("erased", "Erased"),
                ],
                db_default="",
                max_length=12,
                verbose_name="recording",
            ),
        ),
        migrations.AddField("call", "too_long", models.BooleanField(db_default=False, verbose_name="too long")),
        migrations.RunSQL(CHECKS, migrations.RunSQL.noop),
    ]
