"""Totals of registrations, for reports."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

ACCOUNT = ("account", models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.account"))  # fmt: skip  # noqa: E501


def key(*names: str) -> tuple[str, models.Field]:  # type: ignore[type-arg]
    return "pk", models.CompositePrimaryKey(*names, blank=True, editable=False, primary_key=True, serialize=False)


SPAN = [
    ("account_id", models.BigIntegerField()),
    ("grain", models.CharField(max_length=1)),
    ("at", models.DateTimeField()),
]
SQL = """
ALTER TABLE registration_dirtyday DROP CONSTRAINT registration_dirtyday_pkey, ADD PRIMARY KEY (account_id, id);
CREATE INDEX registration_dirtyday_id ON registration_dirtyday (id);
CREATE INDEX registration_topicspan_due ON registration_topicspan (at) WHERE state = 'due';

-- What is registered already is added up by the worker.
INSERT INTO registration_dirtyday (account_id, local_day, at)
SELECT DISTINCT account_id, local_day, now() FROM registration_registration;
"""


class Migration(migrations.Migration):
    dependencies = [("registration", "0002_panel"), ("accounts", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="DirtyDay",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ACCOUNT,
                ("local_day", models.DateField()),
                ("at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="TopicQuarter",
            fields=[
                ACCOUNT,
                ("local_day", models.DateField()),
                ("at", models.DateTimeField()),
                ("direction", models.CharField(max_length=10)),
                ("queue_id", models.BigIntegerField()),
                ("employee_id", models.BigIntegerField()),
                ("category_id", models.BigIntegerField()),
                (
                    "topics",
                    django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None),
                ),
                ("registrations", models.IntegerField()),
                key("account_id", "local_day", "at", "direction", "queue_id", "employee_id", "category_id", "topics"),
            ],
            options={
                "indexes": [
                    models.Index(fields=["at"], name="registration_quarter_at"),
                    models.Index(fields=["employee_id", "at"], name="registration_quarter_employee"),
                ],
            },
        ),
        migrations.CreateModel(
            name="TopicSum",
            fields=[
                *SPAN,
                ("kind", models.CharField(max_length=10)),
                ("value", models.BigIntegerField()),
                ("direction", models.CharField(max_length=10)),
                ("topic_id", models.BigIntegerField()),
                ("registrations", models.IntegerField()),
                key("account_id", "grain", "kind", "at", "value", "direction", "topic_id"),
            ],
        ),
        migrations.CreateModel(
            name="TopicSpan",
            fields=[*SPAN, ("state", models.CharField(max_length=5)), key("account_id", "grain", "at")],
        ),
        migrations.CreateModel(
            name="FinalTopics",
            fields=[
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
                ("until", models.DateField()),
            ],
        ),
        migrations.RunSQL(SQL, migrations.RunSQL.noop),
    ]
