"""Legs and facts have no reference to their call: it cost each of them a look-up in another table when it was written."""

import django.db.models.deletion
from django.db import migrations, models

# Whoever deletes calls deletes these with them (operations/delete_rows.py), and `callwright check` looks for orphans.
# The open missed calls are read by the index (follow_up, id) as fast as by one of their own.
SQL = """
ALTER TABLE calls_leg DROP CONSTRAINT calls_leg_call;
ALTER TABLE calls_callfacts DROP CONSTRAINT calls_callfacts_call;
DROP INDEX calls_call_open_follow_up;
"""


class Migration(migrations.Migration):
    dependencies = [("calls", "0011_imports")]

    operations = [
        migrations.RunSQL(SQL, migrations.RunSQL.noop),
        migrations.AlterField(
            "leg",
            "call",
            models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="legs",
                to="calls.call",
            ),
        ),
        migrations.AlterField(
            "callfacts",
            "call",
            models.OneToOneField(
                db_constraint=False,
                on_delete=django.db.models.deletion.CASCADE,
                primary_key=True,
                related_name="facts",
                serialize=False,
                to="calls.call",
            ),
        ),
    ]
