"""Categories and topics, what was registered and must be."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0003_hours'),
        ('staff', '0005_audit_log_stays'),
        ('telephony', '0005_call_back_within'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='PanelChoice',
            fields=[
                ('user', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='+', serialize=False, to=settings.AUTH_USER_MODEL)),
                ('form', models.CharField(choices=[('side', 'Beside the card'), ('tab', 'As a tab of its own')], max_length=4)),
            ],
        ),
        migrations.CreateModel(
            name='Category',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80, verbose_name='name')),
                ('several', models.BooleanField(default=False, verbose_name='several topics at once')),
                ('directions', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=10), default=list, size=None)),
                ('channels', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=10), default=list, size=None)),
                ('for_campaigns', models.BooleanField(default=False, verbose_name='only in calls of the dialler')),
                ('position', models.PositiveIntegerField(default=0)),
                ('retired_at', models.DateTimeField(null=True)),
                ('changed_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('accounts', models.ManyToManyField(related_name='+', to='accounts.account')),
                ('queues', models.ManyToManyField(related_name='+', to='telephony.queue')),
            ],
            options={
                'ordering': ['position', 'id'],
            },
        ),
        migrations.CreateModel(
            name='DueRegistration',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('call_id', models.UUIDField()),
                ('at', models.DateTimeField()),
                ('settled_at', models.DateTimeField(null=True)),
                ('outcome', models.CharField(blank=True, choices=[('registered', 'Registered'), ('released', 'Released')], max_length=12)),
                ('account', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.account')),
                ('released_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('user', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='MustRegister',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('directions', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=10), default=list, size=None)),
                ('changed_at', models.DateTimeField()),
                ('account', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.account')),
                ('changed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('queue', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='telephony.queue')),
            ],
        ),
        migrations.CreateModel(
            name='PanelSettings',
            fields=[
                ('id', models.PositiveSmallIntegerField(default=1, primary_key=True, serialize=False)),
                ('form', models.CharField(choices=[('side', 'Beside the card'), ('tab', 'As a tab of its own')], default='side', max_length=4, verbose_name='panel')),
                ('comment_limit', models.PositiveIntegerField(default=1000, verbose_name='longest comment (characters)')),
                ('correct_within_s', models.PositiveIntegerField(default=86400, verbose_name='can be corrected for (seconds)')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('id', 1)), name='registration_settings_single')],
            },
        ),
        migrations.CreateModel(
            name='Registration',
            fields=[
                ('id', models.UUIDField(primary_key=True, serialize=False)),
                ('call_id', models.UUIDField()),
                ('direction', models.CharField(max_length=10)),
                ('started_at', models.DateTimeField()),
                ('local_day', models.DateField()),
                ('topics', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list, size=None)),
                ('words', models.JSONField(default=list)),
                ('comment', models.TextField(blank=True, verbose_name='comment')),
                ('created_at', models.DateTimeField()),
                ('updated_at', models.DateTimeField()),
                ('account', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.account')),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('queue', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='telephony.queue')),
            ],
        ),
        migrations.CreateModel(
            name='RegistrationChange',
            fields=[
                ('id', models.UUIDField(primary_key=True, serialize=False)),
                ('call_id', models.UUIDField()),
                ('registration_id', models.UUIDField()),
                ('at', models.DateTimeField()),
                ('topics', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list, size=None)),
                ('words', models.JSONField(default=list)),
                ('comment', models.TextField(blank=True)),
                ('account', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.account')),
                ('by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='Topic',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80, verbose_name='name')),
                ('wants_comment', models.BooleanField(default=False, verbose_name='asks for a comment')),
                ('position', models.PositiveIntegerField(default=0)),
                ('retired_at', models.DateTimeField(null=True)),
                ('category', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='topics', to='registration.category')),
                ('parent', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='subtopics', to='registration.topic')),
            ],
            options={
                'ordering': ['position', 'id'],
            },
        ),
        migrations.AddConstraint(
            model_name='category',
            constraint=models.CheckConstraint(condition=models.Q(('directions__contained_by', ['inbound', 'outbound'])), name='registration_directions'),
        ),
        migrations.AddConstraint(
            model_name='category',
            constraint=models.CheckConstraint(condition=models.Q(('channels__contained_by', ['call', 'request'])), name='registration_channels'),
        ),
        migrations.AddIndex(
            model_name='dueregistration',
            index=models.Index(condition=models.Q(('settled_at', None)), fields=['user'], name='registration_due_open'),
        ),
        migrations.AddIndex(
            model_name='dueregistration',
            index=models.Index(fields=['account', '-at'], name='registration_due_account'),
        ),
        migrations.AddConstraint(
            model_name='dueregistration',
            constraint=models.UniqueConstraint(fields=('account', 'call_id', 'user'), name='registration_due_once'),
        ),
        migrations.AddConstraint(
            model_name='mustregister',
            constraint=models.UniqueConstraint(fields=('account', 'queue'), name='registration_must_once', nulls_distinct=False),
        ),
        migrations.AddIndex(
            model_name='registration',
            index=models.Index(fields=['account', '-id'], name='registration_account'),
        ),
        migrations.AddIndex(
            model_name='registration',
            index=models.Index(fields=['local_day', 'account'], name='registration_day'),
        ),
        migrations.AddConstraint(
            model_name='registration',
            constraint=models.UniqueConstraint(fields=('account', 'call_id', 'by'), name='registration_once'),
        ),
        migrations.AddIndex(
            model_name='registrationchange',
            index=models.Index(fields=['account', 'call_id', 'id'], name='registration_change_call'),
        ),
        migrations.AddConstraint(
            model_name='topic',
            constraint=models.CheckConstraint(condition=models.Q(('parent', models.F('id')), _negated=True), name='registration_topic_not_its_own'),
        ),
    ]
