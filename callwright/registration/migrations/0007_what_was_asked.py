"""Who was asked to register which call, and did; when a rule's meaning changed."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

ACCOUNT = ("account", models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.account"))  # fmt: skip  # noqa: E501
PLACE = [("direction", models.CharField(max_length=10)), ("queue_id", models.BigIntegerField())]
FIGURES = [(name, models.IntegerField()) for name in ("asked", "registered", "missing", "wrong")]
SPAN = [
    ("account_id", models.BigIntegerField()),
    ("grain", models.CharField(max_length=1)),
    ("at", models.DateTimeField()),
]
IDS = django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list, size=None)


def key(*names: str) -> tuple[str, models.Field]:  # type: ignore[type-arg]
    return "pk", models.CompositePrimaryKey(*names, blank=True, editable=False, primary_key=True, serialize=False)


SQL = """
ALTER TABLE registration_askagain DROP CONSTRAINT registration_askagain_pkey, ADD PRIMARY KEY (account_id, id);
CREATE INDEX registration_askagain_id ON registration_askagain (id);
CREATE INDEX registration_qualityspan_due ON registration_qualityspan (at) WHERE state = 'due';

-- What was offered until now is not known better than by what is.
INSERT INTO registration_offerspell (category_id, since, directions, accounts, queues)
SELECT g.id, g.created_at, g.directions,
    coalesce((SELECT array_agg(x.account_id ORDER BY x.account_id) FROM registration_category_accounts x
        WHERE x.category_id = g.id), '{}'),
    coalesce((SELECT array_agg(x.queue_id ORDER BY x.queue_id) FROM registration_category_queues x
        WHERE x.category_id = g.id), '{}')
FROM registration_category g
WHERE g.retired_at IS NULL AND NOT g.for_campaigns AND (g.channels = '{}' OR 'call' = ANY(g.channels))
    AND EXISTS (SELECT FROM registration_topic t
        WHERE t.category_id = g.id AND t.retired_at IS NULL AND t.parent_id IS NULL);

-- The newest last: what was told last is looked at first.
INSERT INTO registration_askagain (account_id, call_id)
SELECT c.account_id, c.id FROM calls_call c
WHERE c.ended_at >= (SELECT min(since) FROM registration_offerspell) AND c.answered_at IS NOT NULL
UNION
SELECT account_id, call_id FROM registration_registration
ORDER BY 2;
"""


class Migration(migrations.Migration):
    dependencies = [("registration", "0006_forced_at_once"), ("calls", "0016_hours")]

    operations = [
        migrations.CreateModel(
            name="OfferSpell",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("since", models.DateTimeField()),
                ("until", models.DateTimeField(null=True)),
                (
                    "directions",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=10), default=list, size=None
                    ),
                ),
                ("accounts", IDS),
                ("queues", IDS.clone()),
                (
                    "category",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registration.category"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("until", None)), fields=("category",), name="registration_offerspell_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="AskAgain",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ACCOUNT,
                ("call_id", models.UUIDField()),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
        ),
        migrations.CreateModel(
            name="AskedAgent",
            fields=[
                ACCOUNT,
                ("call_id", models.UUIDField()),
                ("agent_id", models.BigIntegerField()),
                ("local_day", models.DateField()),
                ("started_at", models.DateTimeField()),
                *PLACE,
                *[(name, models.BooleanField()) for name in ("asked", "demanded", "registered", "missing", "wrong")],
                key("account_id", "call_id", "agent_id"),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["call_id", "agent_id"], condition=models.Q(("missing", True)),
                        name="registration_missing_order",
                    ),
                    models.Index(
                        fields=["account", "call_id", "agent_id"], condition=models.Q(("missing", True)),
                        name="registration_missing_account",
                    ),
                    models.Index(
                        fields=["agent_id", "call_id"], condition=models.Q(("missing", True)),
                        name="registration_missing_agent",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="QualityQuarter",
            fields=[
                ACCOUNT,
                ("at", models.DateTimeField()),
                *PLACE,
                ("agent_id", models.BigIntegerField()),
                *FIGURES,
                key("account_id", "at", "direction", "queue_id", "agent_id"),
            ],
            options={"indexes": [models.Index(fields=["at"], name="registration_qquarter_at")]},
        ),
        migrations.CreateModel(
            name="QualitySum",
            fields=[
                *SPAN,
                ("kind", models.CharField(max_length=10)),
                ("value", models.BigIntegerField()),
                ("direction", models.CharField(max_length=10)),
                *FIGURES,
                key("account_id", "grain", "kind", "at", "value", "direction"),
            ],
        ),
        migrations.CreateModel(
            name="QualitySpan",
            fields=[*SPAN, ("state", models.CharField(max_length=5)), key("account_id", "grain", "at")],
        ),
        migrations.AddField("qualityrule", "meaning_changed_at", models.DateTimeField(null=True)),
        migrations.AddField("qualitysettings", "changed_at", models.DateTimeField(null=True)),
        migrations.AddField("qualityreach", "home_country", models.CharField(blank=True, db_default="", max_length=2)),
        migrations.AddIndex("qualityfinding", models.Index(fields=["id"], name="registration_finding_id")),
        migrations.AlterField(
            "dueregistration",
            "outcome",
            models.CharField(
                blank=True, max_length=12,
                choices=[
                    ("registered", "Registered"), ("released", "Released"), ("not_asked", "Not asked any more"),
                ],
            ),
        ),
        migrations.RunSQL(SQL, migrations.RunSQL.noop),
    ]  # fmt: skip
