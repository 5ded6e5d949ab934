"""Knowledge, people and the card of an account."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_hours"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="account",
            name="card_layout_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="account",
            name="card_layout_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="account",
            name="card_layout_version",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="line",
            name="instructions",
            field=models.TextField(blank=True, verbose_name="instructions for agents"),
        ),
        migrations.AddField(
            model_name="organisation",
            name="card_layout_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="organisation",
            name="card_layout_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="organisation",
            name="card_layout_version",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.CreateModel(
            name="AccountPerson",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=200, verbose_name="name")),
                ("role", models.CharField(blank=True, max_length=120, verbose_name="role")),
                (
                    "numbers",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=32), default=list, size=None
                    ),
                ),
                ("email", models.EmailField(blank=True, max_length=254, verbose_name="e-mail")),
                ("advice", models.CharField(blank=True, max_length=300, verbose_name="advice for agents")),
                (
                    "on_closed_days",
                    models.BooleanField(default=False, verbose_name="also on closed days and public holidays"),
                ),
                ("position", models.PositiveIntegerField(default=0)),
                (
                    "account",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="accounts.account",
                    ),
                ),
                (
                    "stand_in",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="accounts.accountperson",
                    ),
                ),
            ],
            options={
                "ordering": ["position", "id"],
            },
        ),
        migrations.CreateModel(
            name="ForwardingRule",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("topic", models.CharField(blank=True, max_length=120, verbose_name="what it is about")),
                (
                    "when",
                    models.CharField(
                        choices=[
                            ("always", "At any time"),
                            ("open", "While the account is open"),
                            ("closed", "While the account is closed"),
                        ],
                        default="always",
                        max_length=10,
                        verbose_name="when",
                    ),
                ),
                ("otherwise", models.CharField(blank=True, max_length=200, verbose_name="otherwise")),
                ("position", models.PositiveIntegerField(default=0)),
                (
                    "account",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="accounts.account",
                    ),
                ),
            ],
            options={
                "ordering": ["position", "id"],
            },
        ),
        migrations.CreateModel(
            name="ForwardingStep",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveIntegerField(default=0)),
                (
                    "account",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="accounts.account",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="accounts.accountperson"
                    ),
                ),
                (
                    "rule",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="steps", to="accounts.forwardingrule"
                    ),
                ),
            ],
            options={
                "ordering": ["position"],
            },
        ),
        migrations.CreateModel(
            name="KnowledgeEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("title", models.CharField(max_length=160, verbose_name="title")),
                ("text", models.TextField(blank=True, verbose_name="text")),
                ("found_by", models.TextField(blank=True)),
                ("pinned", models.BooleanField(default=False, verbose_name="on the card")),
                ("position", models.PositiveIntegerField(default=0)),
                ("retired_at", models.DateTimeField(null=True)),
                ("version", models.PositiveIntegerField(default=1)),
                ("changed_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "account",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="accounts.account",
                    ),
                ),
                (
                    "changed_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["position", "id"],
            },
        ),
        migrations.CreateModel(
            name="KnowledgeChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                (
                    "act",
                    models.CharField(
                        choices=[
                            ("written", "Written"),
                            ("changed", "Changed"),
                            ("retired", "Retired"),
                            ("restored", "Put back"),
                        ],
                        max_length=10,
                    ),
                ),
                ("title", models.CharField(max_length=160)),
                ("text", models.TextField(blank=True)),
                ("pinned", models.BooleanField(default=False)),
                (
                    "account",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="accounts.account",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "entry",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="changes",
                        to="accounts.knowledgeentry",
                    ),
                ),
            ],
            options={
                "ordering": ["-id"],
            },
        ),
        migrations.CreateModel(
            name="PersonAbsence",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("begins_on", models.DateField()),
                ("begins_min", models.PositiveSmallIntegerField(default=0)),
                ("ends_on", models.DateField()),
                ("ends_min", models.PositiveSmallIntegerField(default=1440)),
                ("reason", models.CharField(blank=True, max_length=80, verbose_name="reason")),
                (
                    "account",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="accounts.account",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="absences",
                        to="accounts.accountperson",
                    ),
                ),
            ],
            options={
                "ordering": ["begins_on", "begins_min", "id"],
            },
        ),
        migrations.CreateModel(
            name="PersonSpan",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("weekday", models.PositiveSmallIntegerField()),
                ("begins_min", models.PositiveSmallIntegerField()),
                ("ends_min", models.PositiveSmallIntegerField()),
                (
                    "account",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="accounts.account",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="spans",
                        to="accounts.accountperson",
                    ),
                ),
            ],
            options={
                "ordering": ["weekday", "begins_min"],
            },
        ),
        migrations.AddIndex(
            model_name="accountperson",
            index=models.Index(fields=["account", "position"], name="accounts_person_account"),
        ),
        migrations.AddConstraint(
            model_name="accountperson",
            constraint=models.CheckConstraint(
                condition=models.Q(("stand_in", models.F("id")), _negated=True), name="accounts_person_no_own_stand_in"
            ),
        ),
        migrations.AddIndex(
            model_name="forwardingrule",
            index=models.Index(fields=["account", "position"], name="accounts_forwarding_account"),
        ),
        migrations.AddIndex(
            model_name="forwardingstep",
            index=models.Index(fields=["account", "rule"], name="accounts_step_account"),
        ),
        migrations.AddConstraint(
            model_name="forwardingstep",
            constraint=models.UniqueConstraint(fields=("rule", "person"), name="accounts_step_once"),
        ),
        migrations.AddIndex(
            model_name="knowledgeentry",
            index=models.Index(fields=["account", "position"], name="accounts_knowledge_account"),
        ),
        migrations.AddIndex(
            model_name="knowledgechange",
            index=models.Index(fields=["account", "entry", "-id"], name="accounts_knowledge_change"),
        ),
        migrations.AddIndex(
            model_name="personabsence",
            index=models.Index(fields=["account", "person", "ends_on"], name="accounts_absence_account"),
        ),
        migrations.AddConstraint(
            model_name="personabsence",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("begins_min__lt", 1440),
                    ("ends_min__lte", 1440),
                    models.Q(
                        ("ends_on__gt", models.F("begins_on")),
                        models.Q(("ends_min__gt", models.F("begins_min")), ("ends_on", models.F("begins_on"))),
                        _connector="OR",
                    ),
                ),
                name="accounts_absence_forwards",
            ),
        ),
        migrations.AddIndex(
            model_name="personspan",
            index=models.Index(fields=["account", "person"], name="accounts_personspan_account"),
        ),
        migrations.AddConstraint(
            model_name="personspan",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("ends_min__gt", models.F("begins_min")), ("ends_min__lte", 1440), ("weekday__lte", 6)
                ),
                name="accounts_personspan_within_day",
            ),
        ),
    ]
