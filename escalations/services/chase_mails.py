"""The mails of the chase ladder, one function a mail. They name no person but the team's lead: whoever opens the link
signs in first. Whom a rung asks is asked again just before sending."""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import NoReverseMatch, reverse

from escalations.addresses import reply_address
from escalations.chasing import LEAD, ONBOARDING_LEAD, TEAM, Ladder, quiet_until
from escalations.models import Escalation
from onboarding.covering import standing_in
from onboarding.models import Membership, OutboxMail, Team
from onboarding.outbox.posting import is_address, message_id, post
from onboarding.wording import capital, count_words, day_words, local_day
from onboarding.words import Function, Role
from onboarding.working_days import add_working_days
from steps.models import PlacementStep
from steps.selectors.pathways import pathway_of
from steps.words import team_words

PASSED_ON = "passed_on"
KINDS = {rung: f"chase_{rung}" for rung in (TEAM, LEAD, ONBOARDING_LEAD, PASSED_ON)}


@dataclass(frozen=True, slots=True)
class To:
    """`instead`: why it comes to this person and not to the one whose turn it is; empty where it does."""

    address: str
    instead: str = ""


def whom(one: Escalation, team: Team | None, rung: str, today: dt.date) -> list[To]:
    """Who is asked on a rung today. A team without a mailbox or a lead is not passed over in silence: the onboarding
    lead is asked in its place, and told why."""
    acting = standing_in(team, today) if team else None
    if rung == TEAM:
        address = manager_address(one) if one.owner_function == Function.MANAGER else acting.mailbox if acting else ""
        missing = "has no mailbox"
    elif rung == LEAD:
        address = acting.lead.email if acting and acting.lead and acting.lead.is_active else ""
        missing = "has no lead"
    else:
        return [To(address) for address in lead_addresses(one)]
    if is_address(address):
        return [To(address)]
    why = f"{capital(name_of(one))} {missing} in Week One, so this comes to you."
    return [To(lead, why) for lead in lead_addresses(one)]


def manager_address(one: Escalation) -> str:
    manager = one.placement.manager
    return manager.email if manager and manager.is_active else one.placement.manager_email


def lead_addresses(one: Escalation) -> list[str]:
    """The onboarding leads of the owner's organisation; where it has none, of the host, then of the employer."""
    places = (one.owner_org_id, one.placement.host_id, one.placement.employer_id)
    found = Membership.objects.filter(
        role=Role.ONBOARDING_LEAD, organisation__in=[p for p in places if p], user__is_active=True
    ).values_list("organisation", "user__email")
    by_place: dict[int, list[str]] = {}
    for place, email in found.order_by("user__email"):
        by_place.setdefault(place, []).append(email)
    return next((by_place[p] for p in places if p in by_place), [])


def name_of(one: Escalation) -> str:
    """The owner inside a sentence: "IT at Northgate"."""
    return team_words(one.owner_function, one.owner_org.name if one.owner_org else "")


def ask(one: Escalation, team: Team | None, rung: str, *, elapsed: int, ladder: Ladder, at: dt.datetime) -> list[To]:
    """Posts the mails of one rung, each once however often it is tried, and answers whom they go to."""
    today = local_day(at)
    said = {"open_for": count_words(elapsed, "working day"), "then": then_words(one, team, rung, ladder, today)}
    told = whom(one, team, rung, today)
    for to in told:
        key = f"chase:{one.reference}:{one.passed_on}:{rung}:{to.address}"
        posted(one, rung, to, at=at, key=key[:120], **said)
    return told


def passed_on(one: Escalation, *, at: dt.datetime) -> None:
    """Two hand-overs: the onboarding lead is brought in."""
    for address in lead_addresses(one):
        key = f"chase:{one.reference}:{PASSED_ON}:{address}"
        posted(one, PASSED_ON, To(address), at=at, key=key[:120], times=count_words(one.passed_on, "time"))


def then_words(one: Escalation, team: Team | None, rung: str, ladder: Ladder, today: dt.date) -> str:
    """What comes next if nothing happens: "Tomorrow we ask Sam Okoro, the team's lead." """
    country = one.owner_org.calendar if one.owner_org else one.placement.host.calendar
    if rung == TEAM:
        acting = standing_in(team, today) if team else None
        who = f"{acting.lead}, the team's lead" if acting and acting.lead else "the onboarding lead"
        day = add_working_days(today, ladder.lead, country)
    elif rung == LEAD:
        who, day = "the onboarding lead", add_working_days(today, ladder.onboarding_lead, country)
    else:
        return ""
    when = "Tomorrow" if day == today + dt.timedelta(days=1) else f"On {day_words(day, today=today)}"
    return f"{when} we ask {who}."


def posted(one: Escalation, rung: str, to: To, *, at: dt.datetime, key: str, **said: Any) -> OutboxMail | None:
    step = PlacementStep.objects.filter(placement=one.placement_id, key=one.step).first()
    graph = pathway_of(one.placement.chain.pathway)
    title = next((s.short for s in graph.steps if s.key == one.step), one.step)
    waiting = step.unlock_count if step else 0
    country = one.owner_org.calendar if one.owner_org else one.placement.host.calendar
    context = {
        "reference": one.reference,
        "step": title,
        "team": name_of(one),
        "Team": capital(name_of(one)),
        "waiting": f"{count_words(waiting, 'step')} {'waits' if waiting == 1 else 'wait'} for it." if waiting else "",
        "link": path_to(one.reference),
        "instead": to.instead,
        **said,
    }
    pack = one.packs.exclude(mail=None).select_related("mail").order_by("-pk").first()
    return post(
        kind=KINDS[rung], to=to.address, template=KINDS[rung], context=context, at=at,
        organisation_id=one.owner_org_id, subject_ref=f"escalation:{one.reference}", unique_key=key,
        reply_to=reply_address(one.reference), thread=message_id(pack.mail.ref) if pack and pack.mail else "",
        send_after=quiet_until(at, country),
    )  # fmt: skip


def path_to(reference: str) -> str:
    """Where the conversation is read."""
    try:
        return reverse("escalation", args=[reference])
    except NoReverseMatch:
        return reverse("blocker", args=[reference])


def recipient_for(rung: str, today: Callable[[], dt.date]) -> Callable[[OutboxMail], str]:
    """Asked just before sending: whoever is to hear of it now, nobody once it is cleared or with the newcomer."""

    def now(row: OutboxMail) -> str:
        one = conversation_of(row)
        if one is None or not one.is_open or one.clock_from is None:
            return ""
        if rung == PASSED_ON:
            return still_among(lead_addresses(one), row.recipient)
        team = Team.objects.select_related("lead", "covered_by__lead").filter(
            organisation=one.owner_org_id, function=one.owner_function
        )
        return still_among([to.address for to in whom(one, team.first(), rung, today())], row.recipient)

    return now


def conversation_of(row: OutboxMail) -> Escalation | None:
    found = Escalation.objects.select_related("placement__manager", "placement__host", "owner_org")
    return found.filter(reference=row.subject_ref.partition(":")[2]).first()


def still_among(addresses: Sequence[str], kept: str) -> str:
    """The address that was written down, if it is still one of them; the new one where there is one in its place."""
    if kept in addresses:
        return kept
    return addresses[0] if len(addresses) == 1 else ""
