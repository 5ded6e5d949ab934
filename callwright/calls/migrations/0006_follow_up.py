"""What people decided of missed calls, and what still has to be worked out."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

SQL = """
-- Only missed calls stand in these: a few in a hundred.
CREATE INDEX calls_call_open_follow_up ON calls_call (id) WHERE follow_up = 'not_called_back';
CREATE INDEX calls_call_open_follow_up_account ON calls_call (account_id, id) WHERE follow_up = 'not_called_back';
CREATE INDEX calls_call_follow_up ON calls_call (id) WHERE follow_up <> '';
CREATE INDEX calls_call_follow_up_contact ON calls_call (account_id, contact_id, id)
    WHERE follow_up <> '' AND contact_id IS NOT NULL;
CREATE INDEX calls_call_follow_up_number ON calls_call (account_id, client_number, id) WHERE follow_up <> '';
CREATE INDEX calls_call_follow_up_by ON calls_call (account_id, follow_up_call_id)
    WHERE follow_up_call_id IS NOT NULL;
ALTER TABLE calls_call
    ADD CONSTRAINT calls_call_assigned_to FOREIGN KEY (assigned_to_id) REFERENCES staff_user (id) ON DELETE SET NULL;

-- Acts are few and outlive the month's partition: no reference to it.
ALTER TABLE calls_followupact DROP CONSTRAINT calls_followupact_pkey, ADD PRIMARY KEY (account_id, id);
ALTER TABLE calls_followupact ADD CONSTRAINT calls_followupact_kind
    CHECK (kind IN ('assigned', 'calling', 'closed', 'counted', 'reopened'));

INSERT INTO calls_followupreason (code, name, position, retired) VALUES
    ('handled_otherwise', '', 0, false), ('will_call_again', '', 1, false), ('wrong_number', '', 2, false),
    ('sales_or_spam', '', 3, false), ('not_needed', '', 4, false), ('cannot_be_reached', '', 5, false),
    ('other', '', 6, false);
"""
USER = settings.AUTH_USER_MODEL


def _key(to: str, **more: object) -> models.ForeignKey:  # type: ignore[type-arg]
    return models.ForeignKey(related_name="+", to=to, **more)  # type: ignore[arg-type]


class Migration(migrations.Migration):
    dependencies = [
        ("calls", "0005_what_came_of_it"),
        ("accounts", "0001_initial"),
        migrations.swappable_dependency(USER),
    ]

    operations = [
        migrations.AddField("call", "follow_up_call_id", models.UUIDField(null=True)),
        migrations.AddField("call", "attempts", models.PositiveSmallIntegerField(db_default=0)),
        migrations.CreateModel(
            name="FollowUpReason",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.SlugField(blank=True, max_length=40)),
                ("name", models.CharField(blank=True, max_length=80, verbose_name="reason")),
                ("position", models.PositiveSmallIntegerField(default=0)),
                ("retired", models.BooleanField(default=False, verbose_name="no longer offered")),
            ],
            options={
                "ordering": ["position", "id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("code", ""), ("name", ""), _negated=True),
                        name="calls_followupreason_has_words",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="FollowUpAct",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("assigned", "Assigned"),
                            ("calling", "Calling"),
                            ("closed", "Closed"),
                            ("counted", "Counted"),
                            ("reopened", "Reopened"),
                        ],
                        max_length=10,
                    ),
                ),
                ("at", models.DateTimeField()),
                ("text", models.CharField(blank=True, max_length=500)),
                ("counts_at", models.DateTimeField(null=True)),
                ("refused_until", models.DateTimeField(null=True)),
                (
                    "account",
                    _key("accounts.account", db_index=False, on_delete=django.db.models.deletion.PROTECT),
                ),
                ("by", _key(USER, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL)),
                (
                    "call",
                    _key(
                        "calls.call",
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                    ),
                ),
                (
                    "reason",
                    _key(
                        "calls.followupreason",
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                    ),
                ),
                ("to", _key(USER, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL)),
            ],
            options={"indexes": [models.Index(fields=["account", "call"], name="calls_followupact_call")]},
        ),
        migrations.CreateModel(
            name="FollowUpPending",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("account_id", models.BigIntegerField()),
                ("call_id", models.UUIDField(null=True)),
                ("contact_id", models.BigIntegerField(null=True)),
                ("number", models.CharField(blank=True, max_length=64)),
                ("since", models.DateTimeField()),
                ("in_bulk", models.BooleanField(db_default=False)),
            ],
            options={"indexes": [models.Index(fields=["in_bulk", "id"], name="calls_followuppending_next")]},
        ),
        migrations.RunSQL(SQL, migrations.RunSQL.noop),
    ]
