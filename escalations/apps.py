from django.apps import AppConfig


class EscalationsConfig(AppConfig):
    name = "escalations"
    verbose_name = "The conversation"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from escalations.services import keeping
        from steps.services import settling, verifying

        settling.after_blockers.append(keeping.keep)
        verifying.others.append(keeping.differences)
