"""Sums of registrations apart from those of topics, and sums of some accounts among those of all."""

from django.db import migrations, models

INDEX = {"fields": ["grain", "value", "at"], "condition": models.Q(account_id=0, kind="account")}
SQL = """
CREATE INDEX registration_registeredspan_due ON registration_registeredspan (at) WHERE state = 'due';

-- All sums are made anew: of topics those of hours are new, and registrations have sums of their own now.
UPDATE registration_topicspan SET state = 'due' WHERE state <> 'due';
INSERT INTO registration_registeredspan (account_id, grain, at, state)
SELECT account_id, grain, at, 'due' FROM registration_topicspan;
"""


def key(*names: str) -> tuple[str, models.Field]:  # type: ignore[type-arg]
    return "pk", models.CompositePrimaryKey(*names, blank=True, editable=False, primary_key=True, serialize=False)


class Migration(migrations.Migration):
    dependencies = [("registration", "0007_what_was_asked")]

    operations = [
        migrations.CreateModel(
            name="RegisteredSum",
            fields=[
                ("account_id", models.BigIntegerField()),
                ("grain", models.CharField(max_length=1)),
                ("kind", models.CharField(max_length=10)),
                ("at", models.DateTimeField()),
                ("value", models.BigIntegerField()),
                ("direction", models.CharField(max_length=10)),
                ("topic_id", models.BigIntegerField()),
                ("registrations", models.IntegerField()),
                key("account_id", "grain", "kind", "topic_id", "at", "value", "direction"),
            ],
            options={"indexes": [models.Index(name="registration_registered_acc", **INDEX)]},
        ),
        migrations.CreateModel(
            name="RegisteredSpan",
            fields=[
                ("account_id", models.BigIntegerField()),
                ("grain", models.CharField(max_length=1)),
                ("at", models.DateTimeField()),
                ("state", models.CharField(max_length=5)),
                key("account_id", "grain", "at"),
            ],
        ),
        migrations.AddIndex("topicquarter", models.Index(fields=["queue_id", "at"], name="registration_quarter_queue")),
        migrations.AddIndex("topicsum", models.Index(name="registration_topic_account", **INDEX)),
        migrations.RunSQL(SQL, migrations.RunSQL.noop),
    ]
