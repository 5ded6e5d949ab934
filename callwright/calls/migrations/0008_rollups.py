"""Totals of days and months beside the calls, and indexes for what the register is searched by."""

import django.db.models.deletion
from django.db import migrations, models

ACCOUNT = ("account", models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.account"))  # fmt: skip  # noqa: E501
TOTALS = [
    ("direction", models.CharField(max_length=10)),
    ("status", models.CharField(max_length=10)),
    ("calls", models.IntegerField()),
    ("talk_s", models.BigIntegerField()),
    ("wait_s", models.BigIntegerField()),
    ("ring_s", models.BigIntegerField()),
    ("hold_s", models.BigIntegerField()),
]


def key(*names: str) -> tuple[str, models.Field]:  # type: ignore[type-arg]
    return "pk", models.CompositePrimaryKey(*names, blank=True, editable=False, primary_key=True, serialize=False)


SQL = """
ALTER TABLE calls_dirtyday DROP CONSTRAINT calls_dirtyday_pkey, ADD PRIMARY KEY (account_id, id);
CREATE INDEX calls_dirtyday_id ON calls_dirtyday (id);
CREATE INDEX calls_daytotal_day ON calls_daytotal (local_day);

-- What is in the register already is added up by the worker.
INSERT INTO calls_dirtyday (account_id, local_day, at)
SELECT DISTINCT account_id, local_day, now() FROM calls_call WHERE ended_at IS NOT NULL;

-- Each holds few of the calls, or is written once in a call's life.
CREATE INDEX calls_call_rare_status ON calls_call (status, id) WHERE status IN ('busy', 'failed', 'voicemail', 'unknown');
CREATE INDEX calls_call_follow_up_id ON calls_call (follow_up, id) WHERE follow_up <> '';
CREATE INDEX calls_call_too_long_id ON calls_call (id) WHERE too_long;
CREATE INDEX calls_call_marker_id ON calls_call (marker_id, id) WHERE marker_id IS NOT NULL;
CREATE INDEX calls_call_recorded_id ON calls_call (id) WHERE recording = 'downloaded';
CREATE INDEX calls_call_extension_id ON calls_call (extension, id) WHERE extension <> '';
CREATE INDEX calls_call_queue_id ON calls_call (queue_id, id) WHERE queue_id IS NOT NULL;
CREATE INDEX calls_call_talk ON calls_call (talk_s, id) WHERE talk_s > 0;
-- A short list of what was added last: emptying it takes a writer milliseconds, not a tenth of a second.
CREATE INDEX calls_call_comment ON calls_call USING gin (comment gin_trgm_ops)
    WITH (gin_pending_list_limit = 256) WHERE comment <> '';
CREATE INDEX calls_call_from_name ON calls_call USING gin (from_name gin_trgm_ops)
    WITH (gin_pending_list_limit = 256) WHERE from_name <> '';
CREATE INDEX calls_callnote_text ON calls_callnote USING gin (text gin_trgm_ops)
    WITH (gin_pending_list_limit = 256);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("calls", "0007_too_long"),
        ("accounts", "0001_initial"),
        ("contacts", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="DayTotal",
            fields=[
                *TOTALS,
                ("local_day", models.DateField()),
                ("queue_id", models.BigIntegerField()),
                ("employee_id", models.BigIntegerField()),
                ACCOUNT,
                key("account_id", "local_day", "direction", "status", "queue_id", "employee_id"),
            ],
            options={"abstract": False},
        ),
        migrations.CreateModel(
            name="MonthTotal",
            fields=[
                *TOTALS,
                ("month", models.DateField()),
                ("queue_id", models.BigIntegerField()),
                ACCOUNT,
                key("account_id", "month", "direction", "status", "queue_id"),
            ],
            options={"abstract": False},
        ),
        migrations.CreateModel(
            name="AllDayTotal",
            fields=[
                *TOTALS,
                ("local_day", models.DateField()),
                ("employee_id", models.BigIntegerField()),
                key("local_day", "direction", "status", "employee_id"),
            ],
            options={"abstract": False},
        ),
        migrations.CreateModel(
            name="AllMonthTotal",
            fields=[
                *TOTALS,
                ("month", models.DateField()),
                ("employee_id", models.BigIntegerField()),
                key("month", "direction", "status", "employee_id"),
            ],
            options={"abstract": False},
        ),
        migrations.CreateModel(
            name="DirtyDay",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("local_day", models.DateField()),
                ("at", models.DateTimeField()),
                ACCOUNT,
            ],
            options={"abstract": False},
        ),
        migrations.CreateModel(
            name="FinalTotals",
            fields=[
                ("until", models.DateField()),
                (
                    "account",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="accounts.account",
                    ),
                ),
            ],
        ),
        migrations.RunSQL(SQL, migrations.RunSQL.noop),
    ]
