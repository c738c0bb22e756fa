"""Our mail that came back: shown where it was missed, so that somebody phones instead."""

import datetime as dt

from escalations.models import Escalation, Visibility
from escalations.services.talking import tell_by_itself
from onboarding.models import OutboxMail
from onboarding.models.work import MailState
from steps.words import team_words


def came_back(mail: OutboxMail, why: str, *, at: dt.datetime) -> Escalation | None:
    """Puts the mail with those that failed, where the onboarding lead sees it, and says it in its conversation, if it
    has one. A second report about the same mail says nothing more."""
    one = conversation_of(mail)
    returned = OutboxMail.objects.filter(pk=mail.pk, state__in=[MailState.SENT, MailState.WAITING])
    if returned.update(state=MailState.FAILED, problem=f"It came back: {why}"[:500], lease_until=None) and one:
        newcomer = mail.recipient.lower() in newcomers_addresses(one)
        seen_by = Visibility.STAFF if newcomer else Visibility.EVERYONE
        tell_by_itself(one, words(one, newcomer=newcomer), at=at, visibility=seen_by)
    return one


def words(one: Escalation, *, newcomer: bool) -> str:
    if newcomer:
        return f"Our mail to {one.placement.newcomer.name} came back. Phone them, and ask HR to correct the address."
    place = one.owner_org.name if one.owner_org else ""
    return f"Our mail to {team_words(one.owner_function, place)} came back. Phone them."


def conversation_of(mail: OutboxMail) -> Escalation | None:
    kind, _, reference = mail.subject_ref.partition(":")
    if kind != "escalation":
        return None
    people = ("placement__newcomer__user", "placement__host", "placement__chain__pathway", "owner_org")
    found = Escalation.objects.select_for_update(of=("self",)).select_related(*people)
    return found.filter(reference=reference).first()


def newcomers_addresses(one: Escalation) -> set[str]:
    person = one.placement.newcomer
    own = {person.personal_email, person.work_email, person.user.email if person.user else ""}
    return {address.lower() for address in own - {""}}
