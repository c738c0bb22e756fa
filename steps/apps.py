from django.apps import AppConfig


class StepsConfig(AppConfig):
    name = "steps"
    verbose_name = "The chain"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from onboarding import jobs
        from onboarding.outbox import sending
        from steps.services import inviting, opening, refreshing

        jobs.workers[inviting.KIND] = inviting.work
        jobs.workers[refreshing.FORECAST] = refreshing.work
        jobs.planners.append(refreshing.plan)
        sending.recipients[opening.KIND] = opening.recipient_now
