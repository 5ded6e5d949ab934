"""Sums of calls by hours, those of some accounts among the sums of all, and what stands once calls are anonymous."""

import django.db.models.deletion
from django.db import migrations, models

STANDING = """
CREATE VIEW calls_standing AS
SELECT account_id, max(until) AS until FROM (
    SELECT account_id, until FROM calls_finaltotals UNION ALL SELECT account_id, until FROM calls_finalfigures
) AS f GROUP BY account_id
"""
INDEX = {"fields": ["grain", "value", "at"], "condition": models.Q(account_id=0, kind="account")}


class Migration(migrations.Migration):
    dependencies = [("calls", "0017_note_lists"), ("accounts", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="FinalFigures",
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
        migrations.RunSQL(STANDING, "DROP VIEW calls_standing"),
        migrations.AddIndex("quartersum", models.Index(name="calls_quartersum_account", **INDEX)),
        migrations.AddIndex("againsum", models.Index(name="calls_againsum_account", **INDEX)),
        # Sums of hours are new: what was summed is summed anew.
        migrations.RunSQL("UPDATE calls_quarterspan SET state = 'due' WHERE state <> 'due'", migrations.RunSQL.noop),
    ]
