"""Calls added up by quarters of an hour, and who called again, for reports."""

import django.db.models.deletion
from django.db import migrations, models

WITHIN = (5, 10, 15, 20, 30, 45, 60, 90, 120)
COUNTS = [
    "calls", "answered", "missed", "abandoned", "known", "known_answered",
    *(f"answered_{s}" for s in WITHIN), *(f"abandoned_{s}" for s in WITHIN),
]  # fmt: skip
TIMES = ["wait_s", "answered_wait_s", "talk_s", "hold_s", "ring_s", "wait_max_s"]
AGAIN = [f"within_{days}" for days in (1, 2, 3, 7, 14, 30)]
ACCOUNT = ("account", models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.account"))  # fmt: skip  # noqa: E501
PLACE = [
    ACCOUNT,
    ("local_day", models.DateField()),
    ("at", models.DateTimeField()),
    ("queue_id", models.BigIntegerField()),
    ("employee_id", models.BigIntegerField()),
    ("category_id", models.BigIntegerField()),
]
SPAN = [
    ("account_id", models.BigIntegerField()),
    ("grain", models.CharField(max_length=1)),
    ("at", models.DateTimeField()),
]
SUM = [*SPAN, ("kind", models.CharField(max_length=10)), ("value", models.BigIntegerField())]
DIRTY = [
    ("id", models.BigAutoField(primary_key=True, serialize=False)),
    ACCOUNT,
    ("local_day", models.DateField()),
    ("at", models.DateTimeField()),
]


def key(*names: str) -> tuple[str, models.Field]:  # type: ignore[type-arg]
    return "pk", models.CompositePrimaryKey(*names, blank=True, editable=False, primary_key=True, serialize=False)


def figures(names: list[str], field: type[models.Field]) -> list[tuple[str, models.Field]]:  # type: ignore[type-arg]
    return [(name, field()) for name in names]


SQL = """
ALTER TABLE calls_dirtyquarter DROP CONSTRAINT calls_dirtyquarter_pkey, ADD PRIMARY KEY (account_id, id);
ALTER TABLE calls_dirtyagain DROP CONSTRAINT calls_dirtyagain_pkey, ADD PRIMARY KEY (account_id, id);
CREATE INDEX calls_dirtyquarter_id ON calls_dirtyquarter (id);
CREATE INDEX calls_dirtyagain_id ON calls_dirtyagain (id);
CREATE INDEX calls_quarterspan_due ON calls_quarterspan (at) WHERE state = 'due';
CREATE INDEX calls_againspan_due ON calls_againspan (at) WHERE state = 'due';

-- What is in the register already is added up by the worker.
INSERT INTO calls_dirtyquarter (account_id, local_day, at)
SELECT DISTINCT account_id, local_day, now() FROM calls_call WHERE ended_at IS NOT NULL;
INSERT INTO calls_dirtyagain (account_id, local_day, at) SELECT account_id, local_day, at FROM calls_dirtyquarter;
"""


class Migration(migrations.Migration):
    dependencies = [("calls", "0015_notes"), ("accounts", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="QuarterTotal",
            fields=[
                *PLACE,
                ("direction", models.CharField(max_length=10)),
                *figures(COUNTS, models.SmallIntegerField),
                *figures(TIMES, models.IntegerField),
                key("account_id", "local_day", "at", "direction", "queue_id", "employee_id", "category_id"),
            ],
            options={
                "indexes": [
                    models.Index(fields=["at"], name="calls_quarter_at"),
                    models.Index(fields=["employee_id", "at"], name="calls_quarter_employee"),
                    models.Index(fields=["queue_id", "at"], name="calls_quarter_queue"),
                ],
            },
        ),
        migrations.CreateModel(
            name="QuarterSum",
            fields=[
                *SUM,
                ("direction", models.CharField(max_length=10)),
                *figures(COUNTS, models.IntegerField),
                *figures(TIMES, models.BigIntegerField),
                key("account_id", "grain", "kind", "at", "value", "direction"),
            ],
            options={"abstract": False},
        ),
        migrations.CreateModel(
            name="QuarterSpan",
            fields=[*SPAN, ("state", models.CharField(max_length=5)), key("account_id", "grain", "at")],
            options={"abstract": False},
        ),
        migrations.CreateModel(name="DirtyQuarter", fields=DIRTY),
        migrations.CreateModel(
            name="CallAgain",
            fields=[
                *PLACE,
                ("later_id", models.UUIDField()),
                ("side", models.CharField(max_length=6)),
                ("earlier_day", models.DateField()),
                *figures(AGAIN, models.SmallIntegerField),
                key("account_id", "later_id", "side"),
            ],
            options={
                "indexes": [
                    models.Index(fields=["at"], name="calls_again_at"),
                    models.Index(fields=["account", "at"], name="calls_again_account"),
                    models.Index(fields=["account", "local_day"], name="calls_again_day"),
                    models.Index(fields=["account", "earlier_day"], name="calls_again_earlier"),
                    models.Index(fields=["employee_id", "at"], name="calls_again_employee"),
                ],
            },
        ),
        migrations.CreateModel(
            name="AgainSum",
            fields=[
                *SUM,
                ("side", models.CharField(max_length=6)),
                *figures(AGAIN, models.IntegerField),
                key("account_id", "grain", "kind", "at", "value", "side"),
            ],
            options={"abstract": False},
        ),
        migrations.CreateModel(
            name="AgainSpan",
            fields=[*SPAN, ("state", models.CharField(max_length=5)), key("account_id", "grain", "at")],
            options={"abstract": False},
        ),
        migrations.CreateModel(name="DirtyAgain", fields=DIRTY),
        migrations.RunSQL(SQL, migrations.RunSQL.noop),
    ]
