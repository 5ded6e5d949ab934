"""Times of agents added up, for reports."""

from django.db import migrations, models


def key(*names: str) -> tuple[str, models.Field]:  # type: ignore[type-arg]
    return "pk", models.CompositePrimaryKey(*names, blank=True, editable=False, primary_key=True, serialize=False)


SPAN = [
    ("account_id", models.BigIntegerField()),
    ("grain", models.CharField(max_length=1)),
    ("at", models.DateTimeField()),
]
STATE = [
    ("state", models.CharField(max_length=20)),
    ("reason_id", models.BigIntegerField()),
]


class Migration(migrations.Migration):
    dependencies = [("staff", "0006_forced_registration")]

    operations = [
        migrations.CreateModel(
            name="TimeQuarter",
            fields=[
                ("user_id", models.BigIntegerField()),
                ("at", models.DateTimeField()),
                *STATE,
                ("lasted_ms", models.IntegerField()),
                ("begun", models.IntegerField()),
                key("user_id", "at", "state", "reason_id"),
            ],
            options={"indexes": [models.Index(fields=["at"], name="staff_timequarter_at")]},
        ),
        migrations.CreateModel(
            name="TimeSum",
            fields=[
                *SPAN,
                ("kind", models.CharField(max_length=10)),
                ("value", models.BigIntegerField()),
                *STATE,
                ("lasted_ms", models.BigIntegerField()),
                ("begun", models.IntegerField()),
                key("account_id", "grain", "kind", "at", "value", "state", "reason_id"),
            ],
        ),
        migrations.CreateModel(
            name="TimeSpan",
            fields=[*SPAN, ("state", models.CharField(max_length=5)), key("account_id", "grain", "at")],
        ),
        migrations.CreateModel(
            name="TimeReach",
            fields=[
                ("id", models.PositiveSmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("until", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="TimeChanges",
            fields=[
                ("at", models.DateTimeField(primary_key=True, serialize=False)),
                ("changes", models.IntegerField()),
            ],
        ),
    ]
