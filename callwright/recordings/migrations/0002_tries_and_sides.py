"""Tries are counted apart from claims; a recording is kept from its call's end on; sides in files of their own."""

from django.db import migrations, models

# What was fetched before counts from the end of its call too.
ENDED = """
UPDATE recordings_recording r SET call_ended_at = c.ended_at
FROM calls_call c WHERE c.account_id = r.account_id AND c.id = r.id AND r.state = 'downloaded'
"""


class Migration(migrations.Migration):
    dependencies = [("recordings", "0001_initial"), ("calls", "0005_what_came_of_it")]

    operations = [
        migrations.AddField(
            model_name="source",
            name="own_side_pattern",
            field=models.CharField(blank=True, default="", max_length=300, verbose_name="file of the recorded side"),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="source",
            name="other_side_pattern",
            field=models.CharField(blank=True, default="", max_length=300, verbose_name="file of the other side"),
            preserve_default=False,
        ),
        migrations.AddField(model_name="recording", name="tries", field=models.PositiveIntegerField(default=0)),
        migrations.AddField(model_name="recording", name="call_ended_at", field=models.DateTimeField(null=True)),
        migrations.RunSQL(ENDED, migrations.RunSQL.noop),
        migrations.RemoveIndex(model_name="recording", name="recordings_kept"),
        migrations.AddIndex(
            model_name="recording",
            index=models.Index(
                fields=["account", "call_ended_at"], condition=models.Q(state="downloaded"), name="recordings_kept"
            ),
        ),
    ]
