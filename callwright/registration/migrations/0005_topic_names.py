"""A name is offered once in each list of topics."""

from django.db import migrations, models
from django.db.models.functions import Upper


class Migration(migrations.Migration):
    dependencies = [("registration", "0004_quality")]

    operations = [
        migrations.AddConstraint(
            model_name="topic",
            constraint=models.UniqueConstraint(
                models.F("category"), models.F("parent"), Upper("name"), condition=models.Q(retired_at=None),
                nulls_distinct=False, name="registration_topic_name_once",
            ),
        ),
    ]  # fmt: skip
