"""Days of calls follow the zones of their accounts; what cannot be worked out is tried later; who waits is counted."""

import django.db.models.deletion
from django.db import migrations, models

SQL = """
-- Nobody knows whether the calls that are there have the days of their accounts' zones: these may have changed since.
-- The worker goes over them once; where there are none, there is nothing to be looked at.
INSERT INTO calls_dayzone (account_id, zone, moving_to, noticed_at)
SELECT id, CASE WHEN is_empty THEN time_zone ELSE '' END, CASE WHEN is_empty THEN '' ELSE time_zone END, now()
FROM (
    SELECT a.id, a.time_zone,
        (SELECT c.account_id FROM calls_call c WHERE c.account_id = a.id LIMIT 1) IS NULL AS is_empty
    FROM accounts_account a
) AS found;

-- The number in the navigation is counted in it alone, with the words of queries/follow_up.py (WAITS).
CREATE INDEX calls_call_waits ON calls_call (account_id, id)
    WHERE follow_up = 'not_called_back' AND (client_number <> '' OR contact_id IS NOT NULL);
"""


class Migration(migrations.Migration):
    dependencies = [("calls", "0013_sealed_calls"), ("accounts", "0001_initial")]

    operations = [
        migrations.AddField("followuppending", "tries", models.PositiveSmallIntegerField(db_default=0)),
        migrations.AddField("followuppending", "not_before", models.DateTimeField(null=True)),
        migrations.AddField("toolongdue", "tries", models.PositiveSmallIntegerField(db_default=0)),
        migrations.AddField("toolongdue", "not_before", models.DateTimeField(null=True)),
        migrations.AddField("toolongreview", "tell_after", models.DateTimeField(null=True)),
        migrations.CreateModel(
            name="DayZone",
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
                ("zone", models.CharField(blank=True, max_length=64)),
                ("moving_to", models.CharField(blank=True, max_length=64)),
                ("noticed_at", models.DateTimeField()),
                ("went_at", models.DateTimeField(null=True)),
                ("after", models.UUIDField(null=True)),
            ],
        ),
        migrations.RunSQL(SQL, migrations.RunSQL.noop),
    ]
