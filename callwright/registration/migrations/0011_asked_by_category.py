"""Who was asked to register is counted for reports: by the contact's category too, and with sums of all that they ask."""

from django.db import migrations, models

KEY = ("account_id", "at", "direction", "queue_id", "agent_id", "category_id")
SQL = """
ALTER TABLE registration_qualityquarter DROP CONSTRAINT registration_qualityquarter_pkey,
    ADD PRIMARY KEY (account_id, at, direction, queue_id, agent_id, category_id);

-- All sums are made anew, with those that are new.
UPDATE registration_qualityspan SET state = 'due' WHERE state <> 'due';

-- The newest last: what was told last is looked at first.
INSERT INTO registration_askagain (account_id, call_id)
SELECT c.account_id, c.id FROM registration_askedagent k
JOIN calls_call c ON c.account_id = k.account_id AND c.id = k.call_id
WHERE c.category_id IS NOT NULL
GROUP BY 1, 2 ORDER BY 2;
"""


class Migration(migrations.Migration):
    dependencies = [("registration", "0010_due_of_users"), ("calls", "0016_hours")]

    operations = [
        migrations.AddField(
            "askedagent", "category_id", models.BigIntegerField(default=0), preserve_default=False
        ),
        migrations.AddField(
            "qualityquarter", "category_id", models.BigIntegerField(default=0), preserve_default=False
        ),
        migrations.AddIndex(
            "qualitysum",
            models.Index(
                fields=["grain", "value", "at"], condition=models.Q(account_id=0, kind="account"),
                name="registration_quality_account",
            ),
        ),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField(
                    "qualityquarter", "pk",
                    models.CompositePrimaryKey(*KEY, blank=True, editable=False, primary_key=True, serialize=False),
                ),
            ],
            database_operations=[migrations.RunSQL(SQL, migrations.RunSQL.noop)],
        ),
    ]  # fmt: skip
