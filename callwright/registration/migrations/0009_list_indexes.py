import django.contrib.postgres.indexes
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """What the list of registrations, and the quality by agent, filter by."""

    dependencies = [
        ("contacts", "0001_initial"),  # trigrams
        ("registration", "0008_registered_sums"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.AddIndex(
            "qualityquarter", models.Index(fields=["queue_id", "at"], name="registration_qquarter_queue")
        ),
        migrations.AlterField(
            "registration",
            "by",
            models.ForeignKey(
                null=True, db_index=False, on_delete=django.db.models.deletion.SET_NULL, related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddIndex("registration", models.Index(fields=["by", "-id"], name="registration_by")),
        migrations.AddIndex(
            "registration", django.contrib.postgres.indexes.GinIndex(fields=["topics"], name="registration_topics")
        ),
        migrations.AddIndex(
            "registration",
            django.contrib.postgres.indexes.GinIndex(
                fields=["comment"], opclasses=["gin_trgm_ops"], condition=~models.Q(comment=""),
                name="registration_comment",
            ),
        ),
    ]  # fmt: skip
