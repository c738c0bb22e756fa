"""Makes the try-out: organisations, teams, one account a role, and a cohort in every state. Safe to repeat."""

import datetime as dt
import uuid
from collections.abc import Callable

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.db import connection

from onboarding.actors import Actor
from onboarding.models import Membership, Newcomer, Organisation, OutboxMail, Payday, Placement, Team, User
from onboarding.models.work import MailState
from onboarding.sign_in import actor_of
from onboarding.words import TEAM_FUNCTIONS, Role
from steps.demo import dates, lists, own_ways, record
from steps.demo.cohort import COHORT, ROTATES, WORDS, Person
from steps.demo.past import past_cohort
from steps.models import Chain, PlacementStep
from steps.selectors.pathways import pathway_of
from steps.services import finding, verbs
from steps.services.arriving import arrive
from steps.services.forecasting import foresee
from steps.services.keeping_weeks import cut_off, keep_due
from steps.services.looking_back import look_back
from steps.services.opening import KIND
from steps.services.placements import correct_details, set_status
from steps.services.publishing import publish_shipped

ORGANISATIONS = {
    "ZN1": ("Northgate", "trust", "northgate"),
    "ZS1": ("Southmere", "trust", "southmere"),
    "ZL1": ("Harbour Lead Employer", "lead_employer", "lead"),
}
NAMES = {
    "hr": "Helen Marsh",
    "it": "Sam Okoro",
    "library": "Lena Brandt",
    "learning": "Leo Marin",
    "registration_authority": "Rita Anand",
    "payroll": "Paul Whitmore",
    "manager": "Dr Maya Castell",
    "executive": "Eve Sorensen",
    "onboarding_lead": "Ada Linden",
}
SHORT = {"registration_authority": "ra", "onboarding_lead": "admin"}
SIGN_INS = [
    *((f"{SHORT.get(r, r)}@northgate.example", "ZN1", r) for r in Role.values),
    ("hr@lead.example", "ZL1", "hr"),
    ("payroll@lead.example", "ZL1", "payroll"),
    ("hr@southmere.example", "ZS1", "hr"),
    ("it@southmere.example", "ZS1", "it"),
]
NEWCOMER = "newcomer@northgate.example"

# what upper rooms add to the try-out, each given "now"; safe to repeat. They fill it in their AppConfig.
extras: list[Callable[[dt.datetime], None]] = []


def is_demo_or_empty() -> bool:
    """True for a database that holds nothing yet, or nothing but a try-out."""
    tables = set(connection.introspection.table_names())
    if "onboarding_organisation" not in tables or "onboarding_user" not in tables:
        return not tables - {"django_migrations"}
    columns = {
        c.name for c in connection.introspection.get_table_description(connection.cursor(), "onboarding_organisation")
    }
    if "demo" not in columns or Organisation.objects.filter(demo=False).exists():
        return False
    return Organisation.objects.exists() or not User.objects.exists()


def make(password: str, *, now: dt.datetime, progress: Callable[[int], None] = lambda n: None) -> int:
    """Makes what is missing and sets the accounts' password; gives the number of newcomers made now."""
    publish_shipped(at=now)
    orgs = {code: make_organisation(code, now.date()) for code in ORGANISATIONS}
    make_accounts(orgs, make_password(password))
    made = 0
    for person in people(now):
        made += make_person(person, orgs, now)
        progress(1)
    made += next_rotation(orgs, now)
    for extra in (record.write_down, dates.enter, lists.bring_in, own_ways.set_ways, *extras):
        extra(now)
    for org in orgs.values():
        finding.find(org.pk, at=now)
    keep_last_week(now)
    look_back(now)
    foresee(now)
    # what would have been mailed in the days before counts as sent: nobody reads twenty old mails
    old = OutboxMail.objects.filter(kind=KIND, state=MailState.WAITING)
    old.update(state=MailState.SENT, sent_at=now)
    return made


def keep_last_week(now: dt.datetime) -> None:
    """How those who started last week stood on Friday: near enough to how they stand now."""
    friday = now.date() - dt.timedelta(days=now.weekday() + 3)
    while keep_due(cut_off(friday)):
        pass


def next_rotation(orgs: dict[str, Organisation], now: dt.datetime) -> int:
    """The trainee who has finished week 1 at Southmere comes to Northgate next: what stays true is carried over."""
    given, family = ROTATES
    first = Placement.objects.filter(
        newcomer__given_name=given, newcomer__family_name=family, host=orgs["ZS1"]
    ).first()
    if first is None or first.newcomer.placements.filter(host=orgs["ZN1"]).exists():
        return 0
    fields = {name: getattr(first, name) for name in ("newcomer", "employer", "employment", "role", "department")}
    manager = User.objects.filter(email="manager@northgate.example").first()
    start = first.start_date + dt.timedelta(weeks=26)
    arrive(Placement.objects.create(**fields, host=orgs["ZN1"], manager=manager, start_date=start), at=now)
    return 1


def people(now: dt.datetime) -> list[Person]:
    """Everybody in the try-out."""
    return [*COHORT, *past_cohort(now.weekday())]


def make_organisation(code: str, today: dt.date) -> Organisation:
    name, kind, domain = ORGANISATIONS[code]
    org, _ = Organisation.objects.get_or_create(ods_code=code, defaults={"name": name, "kind": kind, "demo": True})
    # the printed password is enough for trying out: nobody is asked for an app within ten years
    Organisation.objects.filter(pk=org.pk, demo=True).update(second_factor_days=3650)
    for function in TEAM_FUNCTIONS:
        mailbox = f"{SHORT.get(function, function)}.team@{domain}.example"
        Team.objects.get_or_create(organisation=org, function=function, defaults={"mailbox": mailbox})
    first = today.replace(day=1)
    for months in range(-1, 12):
        year, month = divmod(first.month - 1 + months, 12)
        Payday.objects.get_or_create(organisation=org, on=dt.date(first.year + year, month + 1, 27))
    return org


def make_accounts(orgs: dict[str, Organisation], password: str) -> None:
    for email, code, role in SIGN_INS:
        name = NAMES[role] if code == "ZN1" else f"{NAMES[role].split()[0]} at {orgs[code].name}"
        user = make_user(email, name, password)
        Membership.objects.get_or_create(user=user, organisation=orgs[code], role=role)
        Team.objects.filter(organisation=orgs[code], function=role, lead=None).update(lead=user)


def make_user(email: str, name: str, password: str) -> User:
    user, _ = User.objects.update_or_create(email=email, defaults={"name": name, "password": password})
    EmailAddress.objects.get_or_create(user=user, email=email, defaults={"verified": True, "primary": True})
    return user


def make_person(person: Person, orgs: dict[str, Organisation], now: dt.datetime) -> int:
    """One newcomer with all that happened to them; 0 when they are there already."""
    born = dt.date.fromisoformat(person.born)
    if Newcomer.objects.filter(given_name=person.given, family_name=person.family, date_of_birth=born).exists():
        return 0
    monday = now.date() - dt.timedelta(days=now.weekday())
    host = orgs[person.host]
    first = person is COHORT[0]
    newcomer = Newcomer.objects.create(
        given_name=person.given,
        family_name=person.family,
        date_of_birth=born,
        gmc_number=person.gmc,
        personal_email=f"{uuid.uuid5(uuid.NAMESPACE_DNS, person.given + person.family).hex[:8]}@mail.example",
        user=User.objects.filter(email=NEWCOMER).first() or make_newcomer_account(person) if first else None,
    )
    start = monday + dt.timedelta(weeks=person.weeks)
    placement = Placement.objects.create(
        newcomer=newcomer,
        employer=orgs[person.employer],
        host=host,
        employment="lead_employer" if person.employer == "ZL1" else "trust",
        start_date=start,
        role=person.role,
        department=person.department,
        assignment_number=lists.number_of(person),
        status="started" if start <= now.date() else "expected",
        manager=User.objects.filter(email="manager@northgate.example").first() if person.host == "ZN1" else None,
        **person.more,
    )
    arrive(placement, at=now - dt.timedelta(days=21) - max(now.date() - start - dt.timedelta(days=7), dt.timedelta()))
    for word in person.script.split():
        play(word, placement, now)
    return 1


def make_newcomer_account(person: Person) -> User:
    password = User.objects.get(email="hr@northgate.example").password
    return make_user(NEWCOMER, f"{person.given} {person.family}".strip(), password)


def play(word: str, placement: Placement, now: dt.datetime) -> None:
    """One word of a script: `step:verb.detail@days`, done by whoever does that."""
    what, _, days = word.partition("@")
    key, _, verb = what.partition(":")
    verb, _, detail = verb.partition(".")
    at = now - dt.timedelta(days=int(days), hours=now.hour - 10 if now.hour > 10 else 0)
    ref = placement.ref
    if key == "status":
        set_status(ref, verb, by=staff(placement, "hr", "employer"), at=at, reason="They told us by phone.")
        return
    if key == "start":
        later = {"start_date": placement.start_date + dt.timedelta(weeks=2)}
        correct_details(ref, changes=later, by=staff(placement, "hr", "employer"), at=at, reason="The visa is late.")
        return
    step = next(
        s
        for s in pathway_of(Chain.objects.select_related("pathway").get(pk=placement.pk).pathway).steps
        if s.key == key
    )
    owner = newcomer_actor(placement) if step.owner == "newcomer" else staff(placement, step.owner, step.side or "")
    ticks = [c.key for c in step.checks]
    if verb == "issued":
        verbs.issue(ref, key, by=owner, at=at, tick=ticks)
    elif verb == "works":
        verbs.finish(ref, key, by=newcomer_actor(placement), at=at, tick=ticks)
    elif verb == "done":
        verbs.finish(ref, key, by=owner, at=at, tick=ticks)
    elif verb == "corrected":
        verbs.correct(
            ref, key, by=owner, at=at, fields=detail.split(","), reason="The day and the month were swapped."
        )
    elif verb in ("cleared", "handed"):
        blocker = PlacementStep.objects.get(placement=placement, key=key).reasons["blockers"][0]
        holder = staff(placement, blocker["owner"]["function"], blocker["owner"]["side"] or "")
        if verb == "cleared":
            verbs.clear(ref, key, blocker=blocker["id"], by=holder, at=at, reason="The account works now.")
        else:
            verbs.hand_over(ref, key, blocker=blocker["id"], owner=detail, by=holder, at=at, reason="Not ours.")
    elif verb == "waived":
        lead = staff(placement, Role.ONBOARDING_LEAD, "host")
        verbs.waive(ref, key, by=lead, at=at, reason="They use the university's library.")
    elif verb == "blocked":
        symptom = next((s for s in step.symptoms if s.key == detail), None)
        verbs.block(
            ref, symptom.cause or key if symptom else key, by=newcomer_actor(placement), at=at, symptom=detail,
            reason=WORDS[detail], owner=(symptom.owner or "") if symptom else "",
            side=(symptom.side or "") if symptom else "", independent=bool(symptom and symptom.independent),
        )  # fmt: skip


def staff(placement: Placement, role: str, side: str) -> Actor:
    """Whoever has the role where the step belongs; the try-out's missing ones are played by the trust itself."""
    org = placement.employer if side == "employer" else placement.host
    membership = Membership.objects.select_related("user").filter(organisation=org, role=role).first()
    if membership:
        return actor_of(membership.user)
    from onboarding.actors import Grant, Place

    return Actor(None, f"{Role(role).label} at {org.name}", (Grant(role, Place(org.pk, org.name, org.ods_code)),))


def newcomer_actor(placement: Placement) -> Actor:
    person = placement.newcomer
    return Actor(person.user_id, person.name, newcomer_id=person.pk)
