"""Sums of calls by hours, and those of some accounts among the sums of all."""

from django.db import migrations, models

INDEX = {"fields": ["grain", "value", "at"], "condition": models.Q(account_id=0, kind="account")}


class Migration(migrations.Migration):
    dependencies = [("calls", "0017_note_lists")]

    operations = [
        migrations.AddIndex("quartersum", models.Index(name="calls_quartersum_account", **INDEX)),
        migrations.AddIndex("againsum", models.Index(name="calls_againsum_account", **INDEX)),
        # Sums of hours are new: what was summed is summed anew.
        migrations.RunSQL("UPDATE calls_quarterspan SET state = 'due' WHERE state <> 'due'", migrations.RunSQL.noop),
    ]
