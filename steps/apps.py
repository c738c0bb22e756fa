from django.apps import AppConfig


class StepsConfig(AppConfig):
    name = "steps"
    verbose_name = "The chain"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from onboarding import jobs
        from onboarding.outbox import sending
        from steps import rights
        from steps.services import (
            asking_pairs,
            carrying,
            clocks,
            finding,
            inviting,
            keeping_weeks,
            moving,
            opening,
            owning,
            refreshing,
            weekly,
            withdrawing,
        )

        jobs.workers[inviting.KIND] = inviting.work
        jobs.workers[refreshing.FORECAST] = refreshing.work
        jobs.workers[keeping_weeks.KIND] = keeping_weeks.work
        jobs.workers[finding.KIND] = finding.work
        jobs.workers[carrying.KIND] = carrying.work
        jobs.workers[weekly.KIND] = weekly.work
        jobs.workers[clocks.WARN] = clocks.warn
        jobs.planners += [
            refreshing.plan, keeping_weeks.plan, finding.plan, carrying.plan, weekly.plan, clocks.plan,
        ]  # fmt: skip
        sending.recipients[weekly.KIND] = weekly.recipient_now
        sending.recipients[withdrawing.KIND] = withdrawing.recipient_now
        jobs.workers[owning.KIND] = owning.work
        sending.recipients[opening.KIND] = opening.recipient_now
        sending.recipients[asking_pairs.ASKED] = asking_pairs.recipient_now
        sending.recipients[moving.KIND] = moving.recipient_now
        sending.recipients |= {clocks.TEAM_KIND: clocks.team_now, clocks.NEWCOMER_KIND: clocks.newcomer_now}
        rights.fill()
