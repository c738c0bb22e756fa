import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('onboarding', '0004_invitations_and_secret_mail'),
        ('steps', '0003_roster_uploads'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Escalation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reference', models.CharField(max_length=20, unique=True)),
                ('step', models.CharField(max_length=60)),
                ('symptom', models.CharField(blank=True, max_length=60)),
                ('needs_look', models.BooleanField(default=False, help_text='no symptom fitted')),
                ('status', models.CharField(choices=[('open', 'Open'), ('cleared', 'Cleared')], default='open', max_length=10)),
                ('owner_function', models.CharField(choices=[('hr', 'HR'), ('payroll', 'Payroll'), ('it', 'IT'), ('registration_authority', 'Registration authority'), ('library', 'Library'), ('learning', 'Learning and development'), ('manager', 'Manager'), ('newcomer', 'Newcomer')], max_length=30)),
                ('owner_side', models.CharField(blank=True, max_length=10)),
                ('owner_since', models.DateTimeField()),
                ('hand_overs', models.PositiveSmallIntegerField(default=0)),
                ('opened_at', models.DateTimeField()),
                ('opened_by_name', models.CharField(max_length=200)),
                ('cleared_at', models.DateTimeField(null=True)),
                ('cleared_by_name', models.CharField(blank=True, max_length=200)),
                ('claimed_at', models.DateTimeField(null=True)),
                ('claimed_by_name', models.CharField(blank=True, max_length=200)),
                ('asked', models.CharField(blank=True, choices=[('', 'Nothing'), ('more', 'Something more'), ('works', 'Whether it works now')], default='', max_length=10)),
                ('asked_at', models.DateTimeField(null=True)),
                ('asked_by_name', models.CharField(blank=True, max_length=200)),
                ('ticket_number', models.CharField(blank=True, help_text="of the team's own service desk", max_length=40)),
                ('last_at', models.DateTimeField(help_text='when anything was last said or done here')),
                ('due_on', models.DateField(help_text="the owner's last working day for it", null=True)),
                ('next_chase_at', models.DateTimeField(null=True)),
                ('last_chased_at', models.DateTimeField(null=True)),
                ('chases', models.PositiveSmallIntegerField(default=0)),
                ('chase_level', models.PositiveSmallIntegerField(default=0, help_text='1 team, 2 its lead, 3 the onboarding lead')),
                ('stood_still_since', models.DateTimeField(help_text='the newcomer holds it since then', null=True)),
                ('lead_told_at', models.DateTimeField(help_text='the onboarding lead was brought in', null=True)),
                ('asked_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('claimed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('cleared_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('opened_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('owner_org', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='onboarding.organisation')),
                ('placement', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='onboarding.placement')),
            ],
        ),
        migrations.CreateModel(
            name='Holding',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('function', models.CharField(choices=[('hr', 'HR'), ('payroll', 'Payroll'), ('it', 'IT'), ('registration_authority', 'Registration authority'), ('library', 'Library'), ('learning', 'Learning and development'), ('manager', 'Manager'), ('newcomer', 'Newcomer')], max_length=30)),
                ('side', models.CharField(blank=True, max_length=10)),
                ('since', models.DateTimeField()),
                ('until', models.DateTimeField(null=True)),
                ('escalation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='holdings', to='escalations.escalation')),
                ('org', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='onboarding.organisation')),
            ],
        ),
        migrations.CreateModel(
            name='Message',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('reply', 'Reply'), ('note', 'Note'), ('system', 'What Week One did'), ('mail_in', 'Reply by mail')], max_length=10)),
                ('visibility', models.CharField(choices=[('everyone', 'Everyone here'), ('staff', 'Staff only')], max_length=10)),
                ('at', models.DateTimeField()),
                ('by_name', models.CharField(help_text='as it was then', max_length=200)),
                ('by_team', models.CharField(blank=True, help_text='whose words they are, as it was then', max_length=200)),
                ('by_newcomer', models.BooleanField(default=False)),
                ('body', models.TextField()),
                ('quoted', models.TextField(blank=True, help_text='of a mail: what it answered, folded away')),
                ('press', models.CharField(help_text='the form it came from: a double press says it once', max_length=64, null=True, unique=True)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('escalation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='messages', to='escalations.escalation')),
                ('fact', models.ForeignKey(help_text='what was done with it', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='steps.fact')),
            ],
        ),
        migrations.CreateModel(
            name='Evidence',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ref', models.UUIDField(default=uuid.uuid4, editable=False, help_text='what its address calls it', unique=True)),
                ('step', models.CharField(blank=True, help_text='of a draft: where it was being told', max_length=60)),
                ('content_hash', models.CharField(help_text='SHA-256 of the stored bytes, in hex', max_length=64)),
                ('stored', models.CharField(help_text='name in the storage', max_length=200)),
                ('type', models.CharField(max_length=20)),
                ('width', models.PositiveIntegerField()),
                ('height', models.PositiveIntegerField()),
                ('size', models.PositiveIntegerField(help_text='bytes')),
                ('name', models.CharField(help_text='what the sender called it, made safe to show', max_length=80)),
                ('uploaded_at', models.DateTimeField()),
                ('uploaded_by_name', models.CharField(max_length=200)),
                ('left_out', models.BooleanField(default=False)),
                ('covered', models.JSONField(blank=True, default=list)),
                ('screening', models.CharField(choices=[('none', 'No scanner'), ('waiting', 'Waits for the scanner'), ('clean', 'Clean'), ('refused', 'Refused')], default='none', max_length=10)),
                ('escalation', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='evidence', to='escalations.escalation')),
                ('placement', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='onboarding.placement')),
                ('uploaded_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('message', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='evidence', to='escalations.message')),
            ],
        ),
        migrations.CreateModel(
            name='Pack',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ref', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('owner_function', models.CharField(choices=[('hr', 'HR'), ('payroll', 'Payroll'), ('it', 'IT'), ('registration_authority', 'Registration authority'), ('library', 'Library'), ('learning', 'Learning and development'), ('manager', 'Manager'), ('newcomer', 'Newcomer')], max_length=30)),
                ('owner_side', models.CharField(blank=True, max_length=10)),
                ('to', models.EmailField(blank=True, max_length=254)),
                ('to_name', models.CharField(max_length=200)),
                ('subject', models.CharField(max_length=200)),
                ('text', models.TextField()),
                ('fields', models.JSONField(help_text='[[key, label, value], ...] as they were sent')),
                ('evidence', models.JSONField(default=list, help_text='[{ref, hash, name}, ...] as they were sent')),
                ('full', models.BooleanField()),
                ('content_hash', models.CharField(max_length=64)),
                ('sent_at', models.DateTimeField()),
                ('sent_by_name', models.CharField(max_length=200)),
                ('escalation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='packs', to='escalations.escalation')),
                ('mail', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='onboarding.outboxmail')),
                ('owner_org', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='onboarding.organisation')),
                ('sent_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='PackPress',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('what', models.CharField(choices=[('fixed', 'Fixed'), ('not_ours', 'Not ours'), ('need_more', 'Need more')], max_length=10)),
                ('at', models.DateTimeField()),
                ('said', models.TextField(blank=True)),
                ('pack', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='presses', to='escalations.pack')),
            ],
        ),
        migrations.AddIndex(
            model_name='escalation',
            index=models.Index(condition=models.Q(('status', 'open')), fields=['owner_org', 'owner_function'], name='escalation_open_of'),
        ),
        migrations.AddIndex(
            model_name='escalation',
            index=models.Index(condition=models.Q(('status', 'open')), fields=['next_chase_at'], name='escalation_to_chase'),
        ),
        migrations.AddConstraint(
            model_name='escalation',
            constraint=models.CheckConstraint(condition=models.Q(('reference', ''), _negated=True), name='escalation_reference'),
        ),
        migrations.AddConstraint(
            model_name='escalation',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['open', 'cleared'])), name='escalation_status'),
        ),
        migrations.AddConstraint(
            model_name='escalation',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('owner_function', 'newcomer'), ('owner_org', None)), models.Q(models.Q(('owner_function', 'newcomer'), _negated=True), ('owner_org__isnull', False)), _connector='OR'), name='escalation_owner_somewhere'),
        ),
        migrations.AddConstraint(
            model_name='escalation',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('cleared_at', None), ('status', 'open')), models.Q(('cleared_at__isnull', False), ('status', 'cleared')), _connector='OR'), name='escalation_cleared_when'),
        ),
        migrations.AddConstraint(
            model_name='escalation',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('claimed_at', None), ('claimed_by_name', '')), models.Q(('claimed_at__isnull', False), models.Q(('claimed_by_name', ''), _negated=True)), _connector='OR'), name='escalation_claimed_by_somebody'),
        ),
        migrations.AddConstraint(
            model_name='escalation',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('asked', ''), ('asked_at', None)), models.Q(('asked__in', ['more', 'works']), ('asked_at__isnull', False)), _connector='OR'), name='escalation_asked_when'),
        ),
        migrations.AddIndex(
            model_name='holding',
            index=models.Index(fields=['org', 'function'], name='holding_of'),
        ),
        migrations.AddConstraint(
            model_name='holding',
            constraint=models.UniqueConstraint(condition=models.Q(('until', None)), fields=('escalation',), name='holding_one_at_a_time'),
        ),
        migrations.AddConstraint(
            model_name='holding',
            constraint=models.CheckConstraint(condition=models.Q(('until', None), ('until__gte', models.F('since')), _connector='OR'), name='holding_in_order'),
        ),
        migrations.AddIndex(
            model_name='message',
            index=models.Index(fields=['escalation', 'at'], name='message_in_order'),
        ),
        migrations.AddConstraint(
            model_name='message',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['reply', 'note', 'system', 'mail_in'])), name='message_kind'),
        ),
        migrations.AddConstraint(
            model_name='message',
            constraint=models.CheckConstraint(condition=models.Q(('visibility__in', ['everyone', 'staff'])), name='message_visibility'),
        ),
        migrations.AddConstraint(
            model_name='message',
            constraint=models.CheckConstraint(condition=models.Q(('by_newcomer', True), ('visibility', 'staff'), _negated=True), name='message_newcomers_words_are_open'),
        ),
        migrations.AddConstraint(
            model_name='evidence',
            constraint=models.CheckConstraint(condition=models.Q(('type__in', ['image/png', 'image/jpeg'])), name='evidence_type'),
        ),
        migrations.AddConstraint(
            model_name='evidence',
            constraint=models.CheckConstraint(condition=models.Q(('content_hash__regex', '^[0-9a-f]{64}$')), name='evidence_hash'),
        ),
        migrations.AddConstraint(
            model_name='evidence',
            constraint=models.CheckConstraint(condition=models.Q(('height__gt', 0), ('size__gt', 0), ('width__gt', 0)), name='evidence_has_a_size'),
        ),
        migrations.AddConstraint(
            model_name='evidence',
            constraint=models.CheckConstraint(condition=models.Q(('screening__in', ['none', 'waiting', 'clean', 'refused'])), name='evidence_screening'),
        ),
        migrations.AddConstraint(
            model_name='evidence',
            constraint=models.CheckConstraint(condition=models.Q(('left_out', False), ('escalation', None), _connector='OR'), name='evidence_left_out_is_a_draft'),
        ),
        migrations.AddConstraint(
            model_name='pack',
            constraint=models.CheckConstraint(condition=models.Q(('owner_function__in', ('hr', 'payroll', 'it', 'registration_authority', 'library', 'learning', 'manager'))), name='pack_to_a_team'),
        ),
        migrations.AddConstraint(
            model_name='pack',
            constraint=models.CheckConstraint(condition=models.Q(('content_hash__regex', '^[0-9a-f]{64}$')), name='pack_hash'),
        ),
        migrations.AddConstraint(
            model_name='packpress',
            constraint=models.UniqueConstraint(fields=('pack', 'what'), name='pack_press_once'),
        ),
        migrations.AddConstraint(
            model_name='packpress',
            constraint=models.CheckConstraint(condition=models.Q(('what__in', ['fixed', 'not_ours', 'need_more'])), name='pack_press_what'),
        ),
    ]
