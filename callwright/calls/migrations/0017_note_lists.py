"""Lists of rare notes are carried by indexes; what is withdrawn says so; a wish to send is met once (ACC-6)."""

from django.conf import settings
from django.db import migrations, models
from django.db.models import Q

STATES = [
    ("waiting", "Being sent"),
    ("sent", "Sent"),
    ("partly", "Not sent to all"),
    ("failed", "Could not be sent"),
    ("nobody", "Kept, sent to nobody"),
    ("withdrawn", "Withdrawn"),
]
RARE = [
    ("calls_note_failed", Q(state__in=["failed", "partly"])),
    ("calls_note_changed", Q(changed=True)),
    ("calls_note_unsent", Q(state="")),
    ("calls_note_waiting", Q(state="waiting")),
    ("calls_note_nobody", Q(state="nobody")),
]


def rare(name: str, condition: Q) -> models.Index:
    return models.Index(fields=["-created_at", "-id", "account"], condition=condition, name=name)


class Migration(migrations.Migration):
    dependencies = [("calls", "0016_hours"), migrations.swappable_dependency(settings.AUTH_USER_MODEL)]
    operations = [
        migrations.AddField(
            model_name="notesending", name="wish", field=models.CharField(blank=True, db_default="", max_length=40)
        ),
        migrations.AlterField(
            model_name="callnote",
            name="state",
            field=models.CharField(blank=True, choices=STATES, db_default="", max_length=10),
        ),
        migrations.AlterField(
            model_name="notesending", name="state", field=models.CharField(choices=STATES, max_length=10)
        ),
        migrations.AddIndex(
            model_name="callnote", index=models.Index(fields=["by", "-created_at", "-id"], name="calls_note_by")
        ),
        *(migrations.AddIndex(model_name="callnote", index=rare(name, condition)) for name, condition in RARE),
        migrations.AddIndex(
            model_name="notesending",
            index=models.Index(fields=["asked_at"], condition=Q(state="waiting"), name="calls_notesending_waiting"),
        ),
    ]
