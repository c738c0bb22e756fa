"""A conversation in words, oldest first, for one reader: what was done, said and sent. Asks no database."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from django.utils import timezone

from escalations import cases, policies
from escalations.models import Asked, Evidence, Kind, Message, Pack, Visibility
from escalations.pack import BY_RULE
from escalations.routing import Names
from escalations.selectors.conversations import Conversation
from onboarding.actors import Actor
from onboarding.models.work import MailState
from onboarding.policies import visible_fields
from onboarding.wording import capital, day_words, list_words, moment_words, since_words
from onboarding.words import Function
from steps.models import Fact
from steps.models.chain import FactKind
from steps.policies import is_in_team, is_newcomer

DID = {
    FactKind.BLOCKED: "said that this is stuck",
    FactKind.HANDED_OVER: "handed it over to {owner}",
    FactKind.CLEARED: "cleared it",
    FactKind.DONE: "finished the step",
    FactKind.WAIVED: "decided that the step is not needed",
    FactKind.RETRACTED: "took back that it is stuck",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing in the thread. `sent`: what a pack said, as this reader may read it."""

    at: dt.datetime
    who: str
    did: str
    when: str
    body: str = ""
    quoted: str = ""
    staff_only: bool = False
    by_mail: bool = False
    pictures: Sequence[Evidence] = field(default=())
    sent: "Sent | None" = None
    last: bool = False


@dataclass(frozen=True, slots=True)
class Sent:
    """A pack: word for word where the reader may read all of it, else the fields that they may."""

    subject: str
    to: str
    text: str
    fields: Sequence[tuple[str, str]]
    whole: bool
    came_back: str


def names_of(actor: Actor, one: Conversation) -> Names:
    mine = is_newcomer(actor, one.placement)
    return cases.names_for(one.placement) if mine else cases.staff_names(one.placement)


def entries(actor: Actor, one: Conversation) -> list[Entry]:
    """Everything, in order; the last one is marked."""
    today, names = timezone.localdate(), names_of(actor, one)
    shown = [e for e in one.evidence if policies.can_see_picture(actor, one.placement, e, one.holdings)]
    found = [
        *(of_fact(f, one, names, today, shown) for f in told_facts(one)),
        *(of_message(m, today, [e for e in shown if e.message_id == m.pk]) for m in one.messages),
        *(of_pack(actor, p, one, today) for p in one.packs),
    ]
    found.sort(key=lambda entry: entry.at)
    return [*found[:-1], marked(found[-1])] if found else []


def marked(entry: Entry) -> Entry:
    return replace(entry, last=True)


def told_facts(one: Conversation) -> Iterator[Fact]:
    yield from one.facts
    if one.ended and one.ended not in one.facts:
        yield one.ended


def when(moment: dt.datetime, today: dt.date) -> str:
    return f"{moment_words(moment)}, {day_words(moment, today=today)}"


def of_fact(fact: Fact, one: Conversation, names: Names, today: dt.date, shown: Sequence[Evidence]) -> Entry:
    owner = names.team(fact.owner, fact.side or None) if fact.owner else ""
    loose = [e for e in shown if e.message_id is None and told_with(e, one).pk == fact.pk] if one.facts else []
    did = DID[FactKind(fact.kind)].format(owner=owner)
    return Entry(fact.at, fact.by_name, did, when(fact.at, today), body=fact.reason, pictures=loose)


def told_with(evidence: Evidence, one: Conversation) -> Fact:
    """The telling that a picture came with: it was uploaded before it, or with one that raised it again."""
    raised = [f for f in one.facts if f.kind == FactKind.BLOCKED]
    before = [f for f in raised if f.at <= evidence.uploaded_at]
    return before[-1] if before else one.facts[0]


def of_message(message: Message, today: dt.date, pictures: Sequence[Evidence]) -> Entry:
    team = message.by_team if message.by_team.lower() != message.by_name.lower() else ""
    who = f"{message.by_name}, {team}" if team else message.by_name
    did = {Kind.MAIL_IN: "wrote by mail", Kind.SYSTEM: "noted"}.get(Kind(message.kind), "wrote")
    return Entry(
        message.at, who, did, when(message.at, today), message.body, message.quoted,
        staff_only=message.visibility == Visibility.STAFF, by_mail=message.kind == Kind.MAIL_IN, pictures=pictures,
    )  # fmt: skip


def of_pack(actor: Actor, sent: Pack, one: Conversation, today: dt.date) -> Entry:
    whole = is_newcomer(actor, one.placement) or is_in_team(
        actor, one.placement, sent.owner_function, sent.owner_org_id
    )
    allowed = visible_fields(actor, one.placement)
    fields = [(label, value) for key, label, value in sent.fields if key not in BY_RULE or key in allowed]
    told = Sent(sent.subject, sent.to if whole else "", sent.text if whole else "", fields, whole, came_back(sent))
    verb = "sent this to" if sent.to else "put this into the queue of"
    return Entry(sent.sent_at, "Week One", f"{verb} {sent.to_name}", when(sent.sent_at, today), sent=told)


def came_back(sent: Pack) -> str:
    if sent.mail is None or sent.mail.state != MailState.FAILED:
        return ""
    return f"Our mail to {sent.to_name} came back. Phone them."


def latest(found: Sequence[Entry]) -> str:
    """ "Latest: HR at Northgate wrote, 10.12am, Wed 5 August." """
    return f"Latest: {found[-1].who} {found[-1].did}, {found[-1].when}." if found else ""


def held_words(actor: Actor, one: Conversation) -> str:
    """With whom since when; or how it ended."""
    today = timezone.localdate()
    if one.open:
        since = max(dt.datetime.fromisoformat(one.open["since"]), one.escalation.owner_since)
        team = names_of(actor, one).team(*cases.owner_in(one.open))
        return f"With {team} {since_words(since, today=today, country=one.placement.host.calendar)}."
    return ended_words(one.ended, today) if one.ended else "This is cleared."


def ended_words(fact: Fact, today: dt.date) -> str:
    """ "Sam Okoro cleared this at 10.02am." """
    did = {
        FactKind.CLEARED: "cleared this",
        FactKind.DONE: "finished this step",
        FactKind.WAIVED: "waived this step",
        FactKind.RETRACTED: "took this back",
    }
    day = timezone.localdate(fact.at)
    at = f"at {moment_words(fact.at)}" + ("" if day == today else f" on {day_words(day, today=today)}")
    return f"{fact.by_name} {did[FactKind(fact.kind)]} {at}."


def next_words(actor: Actor, one: Conversation) -> list[str]:
    """What is due, what the newcomer is asked, and when the next chase goes."""
    escalation, today = one.escalation, timezone.localdate()
    if not one.open:
        return []
    mine = is_newcomer(actor, one.placement)
    name = "you" if mine else one.placement.newcomer.name
    lines = []
    if escalation.asked == Asked.MORE:
        lines.append(f"{escalation.asked_by_name} asked {name} for something. The clock stands still until then.")
    elif escalation.asked == Asked.WORKS:
        lines.append(f"It is said to be fixed. Waiting for {name} to say whether it works.")
    elif escalation.due_on:
        lines.append(f"Due {day_words(escalation.due_on, today=today)}.")
        if escalation.next_chase_at:
            lines.append(f"Next chase {day_words(escalation.next_chase_at, today=today)}.")
    if escalation.claimed_at:
        lines.append(f"{escalation.claimed_by_name} has it in hand since {when(escalation.claimed_at, today)}.")
    if escalation.ticket_number:
        lines.append(f"Their own ticket number is {escalation.ticket_number}.")
    return lines


def readers(actor: Actor, one: Conversation) -> str:
    """Who can read it: the newcomer, the teams that have or had it, the onboarding lead."""
    mine = is_newcomer(actor, one.placement)
    names = names_of(actor, one)
    held = (h for h in one.holdings if h.function != Function.NEWCOMER)
    teams = dict.fromkeys(names.team(h.function, h.side or None) for h in held)
    first = "you" if mine else one.placement.newcomer.name
    return f"{capital(list_words([first, *teams, 'the onboarding lead']))} can read this."
