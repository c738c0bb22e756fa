from django.apps import AppConfig


class OnboardingConfig(AppConfig):
    name = "onboarding"
    verbose_name = "People"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from django.contrib.auth.signals import user_logged_in

        from onboarding import invitations, jobs
        from onboarding.audit import checking
        from onboarding.outbox import sending
        from onboarding.rights import own
        from onboarding.sign_in import notes, sessions

        sending.recipients[invitations.KIND] = invitations.recipient_now
        sending.secrets[invitations.KIND] = invitations.link_now
        sending.recipients[checking.HEADS] = checking.anchor_now
        sending.recipients[checking.BROKEN] = checking.lead_now
        jobs.planners.append(checking.plan)
        jobs.workers[checking.CHECK] = checking.check
        notes.listen()
        user_logged_in.connect(sessions.started)
        sending.recipients[sessions.UNKNOWN] = sessions.to_nobody
        jobs.workers[sessions.SWEEP] = sessions.sweep
        jobs.planners.append(sessions.plan)
        own.fill()
