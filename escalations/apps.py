from django.apps import AppConfig


class EscalationsConfig(AppConfig):
    name = "escalations"
    verbose_name = "The conversation"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from django.utils import timezone

        from escalations import demo, demo_talks, mailing, rights
        from escalations.selectors import chases
        from escalations.services import chase_mails, chasing, coming, daily, keeping, leaving, pictures, winding
        from onboarding import jobs, staffing
        from onboarding.outbox import sending
        from steps import telling
        from steps.demo import making
        from steps.services import placements, settling, verifying

        settling.after_blockers += [keeping.keep, winding.keep]  # the clock runs for the owner just written
        verifying.others.append(keeping.differences)
        placements.after_status.append(coming.status_changed)
        telling.chase_readers.append(chases.of_placement)
        staffing.after_losing_roles.append(leaving.hand_over_claims)
        mailing.register()
        jobs.planners += [chasing.plan, daily.plan, pictures.forget_old_drafts]
        jobs.workers[pictures.SCREEN] = pictures.screen
        jobs.workers |= {chasing.CHASE: chasing.chase, chasing.REWIND: chasing.rewind, daily.DAILY: daily.send_all}
        sending.recipients |= {daily.DAILY: daily.reader_now, daily.NEW_WORK: daily.member_now}
        for rung, kind in chase_mails.KINDS.items():
            sending.recipients[kind] = chase_mails.recipient_for(rung, timezone.localdate)
        making.extras += [demo.play, demo_talks.play]
        rights.fill()
