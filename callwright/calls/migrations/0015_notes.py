"""Notes are sent to the recipients of the account, with copies and comments for coaching (ACC-6)."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

# Keys of account data begin with the account.
KEYS = """
ALTER TABLE calls_notesending DROP CONSTRAINT calls_notesending_pkey, ADD PRIMARY KEY (account_id, id);
ALTER TABLE calls_notecomment DROP CONSTRAINT calls_notecomment_pkey, ADD PRIMARY KEY (account_id, id);
ALTER TABLE calls_notereading DROP CONSTRAINT calls_notereading_pkey, ADD PRIMARY KEY (account_id, id);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_hours"),
        ("calls", "0014_days_and_tries"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="NoteComment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("note_id", models.BigIntegerField()),
                ("text", models.TextField()),
                ("at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="NoteCopy",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("email", models.CharField(max_length=254)),
                ("language", models.CharField(default="en", max_length=10)),
                ("all_agents", models.BooleanField(default=True)),
                ("changed_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="NoteReading",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("note_id", models.BigIntegerField()),
                ("unread", models.PositiveIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name="NoteSending",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("note_id", models.BigIntegerField()),
                ("version", models.PositiveIntegerField()),
                ("text", models.TextField()),
                ("recipients", models.JSONField(default=list)),
                ("is_correction", models.BooleanField(default=False)),
                ("by_itself", models.BooleanField(default=False)),
                ("asked_at", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Being sent"),
                            ("sent", "Sent"),
                            ("partly", "Not sent to all"),
                            ("failed", "Could not be sent"),
                            ("nobody", "Kept, sent to nobody"),
                        ],
                        max_length=10,
                    ),
                ),
                ("answer", models.TextField(blank=True)),
                ("sent_at", models.DateTimeField(null=True)),
                ("mail_id", models.UUIDField(null=True)),
                (
                    "copy_ids",
                    django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), default=list, size=None),
                ),
            ],
        ),
        migrations.CreateModel(
            name="NoteSettings",
            fields=[
                (
                    "account",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="accounts.account",
                    ),
                ),
                ("by_itself", models.BooleanField(default=True)),
                ("names_agent", models.BooleanField(default=False)),
                ("changed_at", models.DateTimeField()),
            ],
        ),
        migrations.AddField(
            model_name="callnote",
            name="changed",
            field=models.BooleanField(db_default=False),
        ),
        migrations.AddField(
            model_name="callnote",
            name="state",
            field=models.CharField(
                blank=True,
                choices=[
                    ("waiting", "Being sent"),
                    ("sent", "Sent"),
                    ("partly", "Not sent to all"),
                    ("failed", "Could not be sent"),
                    ("nobody", "Kept, sent to nobody"),
                ],
                db_default="",
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="callnote",
            name="version",
            field=models.PositiveIntegerField(db_default=0),
        ),
        migrations.AddField(
            model_name="callnote",
            name="waits_since",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="callnote",
            name="finished_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddIndex(
            model_name="callnote",
            index=models.Index(fields=["account", "-created_at", "-id"], name="calls_note_account"),
        ),
        migrations.AddIndex(
            model_name="callnote",
            index=models.Index(fields=["-created_at", "-id"], name="calls_note_newest"),
        ),
        migrations.AddIndex(
            model_name="callnote",
            index=models.Index(
                condition=models.Q(("waits_since", None), _negated=True),
                fields=["waits_since"],
                name="calls_note_waits",
            ),
        ),
        migrations.AddField(
            model_name="notecomment",
            name="account",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.account"
            ),
        ),
        migrations.AddField(
            model_name="notecomment",
            name="by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="notecomment",
            name="call",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="calls.call",
            ),
        ),
        migrations.AddField(
            model_name="notecopy",
            name="account",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="accounts.account"
            ),
        ),
        migrations.AddField(
            model_name="notecopy",
            name="agents",
            field=models.ManyToManyField(related_name="+", to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name="notecopy",
            name="changed_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="notereading",
            name="account",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.account"
            ),
        ),
        migrations.AddField(
            model_name="notereading",
            name="call",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="calls.call",
            ),
        ),
        migrations.AddField(
            model_name="notereading",
            name="user",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="notesending",
            name="account",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.account"
            ),
        ),
        migrations.AddField(
            model_name="notesending",
            name="by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="notesending",
            name="call",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="calls.call",
            ),
        ),
        migrations.AddField(
            model_name="notesettings",
            name="changed_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddIndex(
            model_name="notecomment",
            index=models.Index(fields=["account", "call"], name="calls_notecomment_call"),
        ),
        migrations.AddIndex(
            model_name="notecomment",
            index=models.Index(fields=["account", "note_id"], name="calls_notecomment_note"),
        ),
        migrations.AddIndex(
            model_name="notereading",
            index=models.Index(condition=models.Q(("unread__gt", 0)), fields=["user"], name="calls_notereading_unread"),
        ),
        migrations.AddIndex(
            model_name="notereading",
            index=models.Index(fields=["account", "call"], name="calls_notereading_call"),
        ),
        migrations.AddConstraint(
            model_name="notereading",
            constraint=models.UniqueConstraint(fields=("account", "note_id", "user"), name="calls_notereading_once"),
        ),
        migrations.AddIndex(
            model_name="notesending",
            index=models.Index(fields=["account", "call"], name="calls_notesending_call"),
        ),
        migrations.AddIndex(
            model_name="notesending",
            index=models.Index(fields=["mail_id"], name="calls_notesending_mail"),
        ),
        migrations.AddConstraint(
            model_name="notesending",
            constraint=models.UniqueConstraint(fields=("account", "note_id", "version"), name="calls_notesending_once"),
        ),
        migrations.RunSQL(KEYS, migrations.RunSQL.noop),
    ]
