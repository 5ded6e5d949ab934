"""When an account works, and how soon it wants missed callers called back."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_retired_lines")]

    operations = [
        migrations.AddField(
            "account",
            "call_back_within_s",
            models.PositiveIntegerField(null=True, verbose_name="call back within (seconds)"),
        ),
        migrations.AddField(
            "account",
            "holidays_country",
            models.CharField(blank=True, max_length=2, verbose_name="public holidays of"),
        ),
        migrations.AddField(
            "account", "holidays_subdivision", models.CharField(blank=True, max_length=20, verbose_name="region")
        ),
        migrations.CreateModel(
            name="OpenSpan",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("weekday", models.PositiveSmallIntegerField()),
                ("begins_min", models.PositiveSmallIntegerField()),
                ("ends_min", models.PositiveSmallIntegerField()),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="open_spans",
                        to="accounts.account",
                    ),
                ),
            ],
            options={
                "ordering": ["weekday", "begins_min"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ends_min__gt", models.F("begins_min")), ("ends_min__lte", 1440), ("weekday__lte", 6)
                        ),
                        name="accounts_openspan_within_day",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ClosedDay",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("on", models.DateField(verbose_name="day")),
                ("name", models.CharField(blank=True, max_length=80, verbose_name="name")),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="closed_days",
                        to="accounts.account",
                    ),
                ),
            ],
            options={
                "ordering": ["on"],
                "constraints": [models.UniqueConstraint(fields=("account", "on"), name="accounts_closedday_once")],
            },
        ),
    ]
