"""A press on a pack's signed link: what a team does that lives in its own service desk and has no account here."""

import datetime as dt

from escalations import cases, mailing, routing
from escalations.models import Escalation, Kind, Message, Pack, PackPress, Press, Visibility
from escalations.routing import NEWCOMER, Taker
from escalations.selectors.conversations import PEOPLE, opened
from escalations.services import talking
from onboarding.actors import Actor, Grant, Place
from onboarding.audit import change
from onboarding.models import Placement
from onboarding.policies import Refused
from onboarding.wording import local_day, when_words
from onboarding.words import Function
from steps.services import verbs
from steps.services.locking import lock


def pack_of(pk: int) -> Pack | None:
    people = (f"escalation__{name}" for name in PEOPLE)
    return Pack.objects.select_related("owner_org", "escalation__owner_org", *people).filter(pk=pk).first()


def why_not(sent: Pack, what: Press, *, today: dt.date) -> str:
    """Why this link does nothing any more; "" while it does. One query."""
    escalation = sent.escalation
    used = PackPress.objects.filter(pack=sent, what=what).first()
    if used:
        return f"This link was used {when_words(used.at, today=today).lower()}."
    if not escalation.is_open:
        cleared = when_words(escalation.cleared_at, today=today) if escalation.cleared_at else ""
        return f"{escalation.cleared_by_name} cleared this. ({cleared})" if cleared else "This is cleared already."
    if (escalation.owner_function, escalation.owner_org_id) != (sent.owner_function, sent.owner_org_id):
        return "Somebody else has this now. There is nothing for you to do."
    return ""


def press(pk: int, what: Press, *, said: str, ticket: str, at: dt.datetime) -> str:
    """Does it once, and answers what happens next. Refused, in words, once it was used, or is another's by now."""
    with change(by=Actor(None, "A signed link"), at=at):
        known = pack_of(pk)
        if known is None:
            raise Refused("This link leads nowhere any more.")
        lock(known.escalation.placement.ref)  # before the conversation, as everybody does
        Escalation.objects.select_for_update().get(pk=known.escalation_id)
        sent = pack_of(pk) or known
        if refusal := why_not(sent, what, today=local_day(at)):
            raise Refused(refusal)
        PackPress.objects.create(pack=sent, what=what, at=at, said=said)
        team = actor_for(sent)
        reference = sent.escalation.reference
        if ticket.strip():
            talking.note_ticket(reference, number=ticket, by=team, at=at)
        if what == Press.FIXED:
            return fixed(sent, said, by=team, at=at)
        if what == Press.NEED_MORE:
            talking.ask_more(reference, body=said, by=team, at=at)
            return "We asked the newcomer. The answer comes by mail, and the clock stands still until then."
        return not_ours(sent, said, by=team, at=at)


def actor_for(sent: Pack) -> Actor:
    """The team that the pack was sent to, and nobody else, for this one conversation."""
    org = sent.owner_org
    manager = sent.escalation.placement.manager_id if sent.owner_function == Function.MANAGER else None
    return Actor(manager, sent.to_name, (Grant(sent.owner_function, Place(org.pk, org.name, org.ods_code)),))


def step_of(sent: Pack) -> str:
    return next((value for key, _, value in sent.fields if key == "step"), "this")


def fixed(sent: Pack, said: str, *, by: Actor, at: dt.datetime) -> str:
    talking.ask_whether_it_works(
        sent.escalation.reference, team=sent.to_name, step=step_of(sent), body=said, by=by, at=at
    )
    return "Thank you. We ask the newcomer whether it works now. If it does, this is cleared."


def not_ours(sent: Pack, said: str, *, by: Actor, at: dt.datetime) -> str:
    """To whoever the pathway points at; where that is nobody else, the onboarding lead is asked to find the owner."""
    escalation, placement = sent.escalation, sent.escalation.placement
    likely = likely_taker(escalation, placement, local_day(at))
    if likely is None:
        mailing.not_theirs(escalation, sent.to_name, at=at)
        Message.objects.create(
            escalation=escalation, kind=Kind.NOTE, visibility=Visibility.EVERYONE, at=at, by_name=sent.to_name[:200],
            body=f"Not ours. {said}".strip(),
        )  # fmt: skip
        return "Thank you. The onboarding lead is asked to find whose it is."
    function, side = likely.owner
    team = cases.staff_names(placement).team(*likely.owner)
    reason = f"Not ours. {said}" if said else f"Not ours: {team} {likely.why}."
    verbs.hand_over(
        placement.ref, escalation.step, blocker=escalation.reference, owner=function, side=side or "", by=by, at=at,
        reason=reason,
    )  # fmt: skip
    return f"Thank you. It goes to {team}."


def likely_taker(escalation: Escalation, placement: Placement, today: dt.date) -> Taker | None:
    one = opened(escalation, placement, [], mine=False)
    case = cases.case_of(placement, one.rows, one.pathway, today=today)
    holder = (escalation.owner_function, escalation.owner_side or None)
    both = placement.employer_id != placement.host_id
    takers = routing.takers(case, step=escalation.step, symptom=one.symptom, holder=holder, both_sides=both)
    return next((t for t in takers if t.suggested and t.owner[0] not in (NEWCOMER, Function.MANAGER)), None)
