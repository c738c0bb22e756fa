"""The same as the flags, asked for step by step: each answer is looked at before the next question."""

from collections.abc import Callable, Iterable

from onboarding.models import Membership, Organisation, Team, User
from onboarding.setting_up import organisation_faults
from onboarding.words import Country, Function, MailSystem, OrganisationKind, Role
from steps.pathway import parse, shipped
from steps.selectors.pathways import published_pathway
from steps.setup.checklist import needed
from steps.setup.wanted import Member, Wanted, in_members, in_paydays, in_teams

Check = Callable[[str], Iterable[str]]


class Asking:
    """Puts a question, with what an empty answer means in brackets, and puts it again with what was wrong."""

    def __init__(self, read: Callable[[str], str], say: Callable[[str], object]) -> None:
        self.read, self.say = read, say

    def __call__(self, question: str, wrong: Check, *, usual: str = "") -> str:
        while True:
            answer = self.read(f"{question} [{usual}]: " if usual else f"{question}: ").strip() or usual
            found = list(wrong(answer))
            if not found:
                return answer
            for fault in found:
                self.say(fault)


def ask(wanted: Wanted, *, read: Callable[[str], str], say: Callable[[str], object]) -> None:
    """Fills in what no flag gave. An empty answer keeps what is there, or leaves it out."""
    asking = Asking(read, say)
    if not wanted.ods_code:
        wanted.ods_code = asking("ODS code", lambda code: organisation_faults({"ods_code": code.upper()})).upper()
    found = Organisation.objects.filter(ods_code=wanted.ods_code).first()
    ask_organisation(wanted, found or Organisation(), asking)
    ask_mailboxes(wanted, found, asking)
    led = found and Membership.objects.filter(organisation=found, role=Role.ONBOARDING_LEAD).exists()
    if not led and all(member.role != Role.ONBOARDING_LEAD for member in wanted.members):
        ask_member(wanted, Role.ONBOARDING_LEAD, asking)
    while role := asking(f"Another role ({', '.join(Role.values)}; empty: nobody else)", is_role):
        ask_member(wanted, role, asking)
    while day := asking("A payday, as 2026-09-27 (empty: no more)", lambda day: in_paydays([day] if day else [])):
        wanted.paydays.append(day)


def ask_organisation(wanted: Wanted, there: Organisation, asking: Asking) -> None:
    questions = (
        ("name", "name", "Name"),
        ("kind", "kind", f"Kind ({', '.join(OrganisationKind.values)})"),
        ("country", "country", f"Country ({', '.join(Country.values)})"),
        ("mail_system", "usual_mail_system", f"Mail system ({', '.join(MailSystem.values)})"),
    )
    for attribute, column, question in questions:
        if not getattr(wanted, attribute):
            check: Check = lambda answer, column=column: organisation_faults({column: answer})  # type: ignore[misc]  # noqa: E731
            setattr(wanted, attribute, asking(question, check, usual=str(getattr(there, column))))


def ask_mailboxes(wanted: Wanted, found: Organisation | None, asking: Asking) -> None:
    """For the functions that have steps on the pathway which newcomers are going to be put on."""
    usual = wanted.pathway or (found.usual_pathway if found else "")
    planned = Organisation(kind=wanted.kind, country=wanted.country, usual_pathway=usual)
    pathway = published_pathway(planned.pathway_key)
    if pathway is None and planned.pathway_key in shipped():
        pathway = parse(shipped()[planned.pathway_key])
    given = {function for function, _ in wanted.teams}
    known = dict(Team.objects.filter(organisation=found).values_list("function", "mailbox")) if found else {}
    for function in needed(planned, pathway) if pathway else ():
        if function not in given:
            check: Check = lambda box, function=function: in_teams([(function, box)] if box else [])  # type: ignore[misc]  # noqa: E731
            question = f"Mailbox of {Function(function).label} (empty: none yet)"
            if mailbox := asking(question, check, usual=known.get(function, "")):
                wanted.teams.append((function, mailbox))


def ask_member(wanted: Wanted, role: str, asking: Asking) -> None:
    who = Role(role).label
    email = asking(f"{who}: email (empty: nobody yet)", lambda email: in_members(named(role, email) if email else []))
    if not email:
        return
    known = User.objects.filter(email=email.lower()).exists()
    name = "" if known else asking(f"{who}: name", lambda name: in_members([Member(role, email, name)]))
    wanted.members.append(Member(role, email, name))


def named(role: str, email: str) -> list[Member]:
    """Somebody whose name is asked for next."""
    return [Member(role, email, email)]


def is_role(text: str) -> Iterable[str]:
    return in_members([Member(text, "somebody@trust.example", "Somebody")]) if text else []
