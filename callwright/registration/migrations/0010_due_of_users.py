from django.db import migrations, models


class Migration(migrations.Migration):
    """What was settled last of an employee is found among all that ever had to be registered."""

    dependencies = [("registration", "0009_list_indexes")]
    operations = [
        migrations.AddIndex(
            "dueregistration",
            models.Index(
                fields=["user", "-settled_at"], condition=models.Q(settled_at__isnull=False),
                name="registration_due_settled",
            ),
        ),
    ]  # fmt: skip
