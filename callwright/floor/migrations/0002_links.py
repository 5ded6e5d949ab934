"""Somebody answers for each link of a screen: it shows its wallboard while they may see all of it."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

_MAKERS_ANSWER = "UPDATE floor_screen SET answered_by_id = created_by_id"


class Migration(migrations.Migration):
    dependencies = [("floor", "0001_wallboards"), migrations.swappable_dependency(settings.AUTH_USER_MODEL)]
    operations = [
        migrations.AddField(
            model_name="screen",
            name="answered_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.RunSQL(_MAKERS_ANSWER, migrations.RunSQL.noop),
    ]
