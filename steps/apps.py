from django.apps import AppConfig


class StepsConfig(AppConfig):
    name = "steps"
    verbose_name = "The chain"
    default_auto_field = "django.db.models.BigAutoField"
