from django.apps import AppConfig


class StepsConfig(AppConfig):
    name = "steps"
    verbose_name = "The chain"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from onboarding import jobs
        from onboarding.outbox import sending
        from steps.services import inviting, opening

        jobs.workers[inviting.KIND] = inviting.work
        sending.recipients[opening.KIND] = opening.recipient_now
