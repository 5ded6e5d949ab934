"""Wallboards, links of screens, how supervisors take part, and what agents are told."""

import callwright.floor.rules
import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0004_card'),
        ('telephony', '0006_listening'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='FloorSettings',
            fields=[
                ('id', models.PositiveSmallIntegerField(default=1, primary_key=True, serialize=False)),
                ('show_listening', models.BooleanField(default=False, verbose_name='Agents are shown that a supervisor listens')),
                ('within_s', models.PositiveIntegerField(default=20, verbose_name='answered within (seconds)')),
                ('target', models.PositiveSmallIntegerField(default=80, verbose_name='target (%)')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('id', 1)), name='floor_settings_single')],
            },
        ),
        migrations.CreateModel(
            name='Wallboard',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80, verbose_name='name')),
                ('all_accounts', models.BooleanField(default=False, verbose_name='all accounts')),
                ('all_queues', models.BooleanField(default=True, verbose_name='all queues of these accounts')),
                ('parts', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=20), default=callwright.floor.rules.all_parts, size=None)),
                ('names', models.CharField(choices=[('full', 'Whole names'), ('short', 'First name and initial'), ('none', 'No names, extensions only')], default='full', max_length=10, verbose_name='names of agents')),
                ('language', models.CharField(default='en', max_length=10, verbose_name='language')),
                ('time_zone', models.CharField(default='UTC', max_length=64, verbose_name='time zone')),
                ('theme', models.CharField(choices=[('dark', 'Dark'), ('light', 'Light')], default='dark', max_length=10, verbose_name='theme')),
                ('within_s', models.PositiveIntegerField(default=20, verbose_name='answered within (seconds)')),
                ('target', models.PositiveSmallIntegerField(default=80, verbose_name='target (%)')),
                ('changed_at', models.DateTimeField()),
                ('accounts', models.ManyToManyField(blank=True, related_name='+', to='accounts.account')),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('queues', models.ManyToManyField(blank=True, related_name='+', to='telephony.queue')),
            ],
            options={
                'ordering': ['name', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Screen',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80, verbose_name='name of the screen')),
                ('token_sha256', models.CharField(max_length=64, unique=True)),
                ('created_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField(null=True)),
                ('revoked_at', models.DateTimeField(null=True)),
                ('last_seen_at', models.DateTimeField(null=True)),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('revoked_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('wallboard', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='screens', to='floor.wallboard')),
            ],
            options={
                'ordering': ['name', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='WrongToken',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('address', models.CharField(max_length=45)),
                ('at', models.DateTimeField()),
            ],
            options={
                'indexes': [models.Index(fields=['address', 'at'], name='floor_wrongtoken_address')],
            },
        ),
        migrations.CreateModel(
            name='Told',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('act', models.CharField(choices=[('state', 'State changed'), ('taken_over', 'Call taken over')], max_length=12)),
                ('detail', models.JSONField(default=dict)),
                ('by_name', models.CharField(max_length=200)),
                ('at', models.DateTimeField()),
                ('read_at', models.DateTimeField(null=True)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('read_at', None)), fields=['user', '-at'], name='floor_told_unread')],
            },
        ),
        migrations.AddConstraint(
            model_name='wallboard',
            constraint=models.CheckConstraint(condition=models.Q(('target__lte', 100)), name='floor_wallboard_target'),
        ),
    ]
