from django.apps import AppConfig


class StepsConfig(AppConfig):
    name = "steps"
    verbose_name = "The chain"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from onboarding import jobs
        from steps.services import inviting

        jobs.workers[inviting.KIND] = inviting.work
