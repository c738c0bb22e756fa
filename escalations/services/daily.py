"""One mail a day to each person who has something to hear, on working days, at the hour that they chose.

It holds what waits in their teams' queues, the late first, and the lines that were kept for it (`onboarding.notices`).
Whoever wants a team's work at once hears of each new blocker as it comes.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.conf import settings
from django.db import transaction
from django.db.models import Count, F, Q

from escalations.models import Escalation, Status
from escalations.services.chase_mails import path_to
from onboarding import jobs
from onboarding.models import Job, MailChoices, Membership, Notice, OutboxMail, Team, User
from onboarding.models.notices import LAST_HOUR, MORNING_HOUR, How
from onboarding.outbox.posting import post
from onboarding.wording import UK, count_words, local_day
from onboarding.words import OPEN_STATUSES, TEAM_ROLES, Country
from onboarding.working_days import Country as WorkingDays
from onboarding.working_days import is_working_day
from steps.models import PlacementStep
from steps.words import function_words, team_title

DAILY, NEW_WORK = "daily", "new_work"
TeamOf = tuple[str, int]  # function, organisation


@dataclass(slots=True)
class Work:
    """What a team has in hand today."""

    title: str
    to_do: int = 0
    due: int = 0
    late: int = 0

    @property
    def says(self) -> str:
        parts = [f"{self.title}: {self.to_do:,} to do"]
        parts += [f"{self.due} due today"] if self.due else []
        parts += [f"{self.late} late"] if self.late else []
        return ", ".join(parts) + "."


@dataclass(slots=True)
class Reader:
    """Somebody who may get a mail: `country` counts their working days."""

    user: User
    country: WorkingDays
    teams: dict[TeamOf, str] = field(default_factory=dict)


def plan(now: dt.datetime) -> None:
    """Adds the job of this hour, in working hours; it also catches up on those that were missed. No query once the
    hour's job is added."""
    here = now.astimezone(UK)
    hour = f"daily:{here:%Y%m%d%H}"
    global _planned
    if MORNING_HOUR <= here.hour <= LAST_HOUR and _planned != hour:
        jobs.enqueue(DAILY, {}, at=now, key=hour)
        _planned = hour


_planned = ""


def send_all(job: Job, now: dt.datetime) -> None:
    """A mail to everybody whose hour has come and who has had none today. Six queries, and two a mail."""
    here = now.astimezone(UK)
    today = here.date()
    waiting: dict[int, list[Notice]] = {}
    for notice in Notice.objects.filter(mailed_at=None).order_by("at"):
        waiting.setdefault(notice.user_id, []).append(notice)
    readers = readers_of(today, waiting)
    choices = MailChoices.objects.in_bulk(list(readers))
    had = set(
        OutboxMail.objects.filter(unique_key__in=[key_of(pk, today) for pk in readers]).values_list(
            "unique_key", flat=True
        )
    )
    work = work_of({team: title for one in readers.values() for team, title in one.teams.items()}, today)
    for pk, reader in readers.items():
        chosen = choices.get(pk) or MailChoices(user_id=pk)
        if chosen.hour > here.hour or key_of(pk, today) in had or not is_working_day(today, reader.country):
            continue
        theirs = [work[team] for team in reader.teams if work[team].to_do] if chosen.work == How.DAILY else []
        if theirs or pk in waiting:
            send_one(reader.user, theirs, waiting.get(pk, []), now)


def send_one(user: User, work: list[Work], notices: list[Notice], now: dt.datetime) -> None:
    late, to_do = sum(w.late for w in work), sum(w.to_do for w in work)
    parts = ([f"{to_do:,} to do"] if to_do else []) + ([f"{late} late"] if late else [])
    parts += [count_words(len(notices), "thing to read", "things to read")] if notices and not work else []
    site = settings.SITE_URL.rstrip("/")
    context = {
        "name": user.name,
        "parts": ", ".join(parts),
        "work": sorted(work, key=lambda w: (-w.late, -w.due, -w.to_do)),
        "notices": [(n.says, site + n.path) for n in notices],
        "queue": f"{site}/queue/",
        "choices": f"{site}/account/mails/",
    }
    with transaction.atomic():
        key = key_of(user.pk, local_day(now))
        post(kind=DAILY, to=user.email, template=DAILY, context=context, at=now, unique_key=key,
             subject_ref=f"user:{user.pk}")  # fmt: skip
        Notice.objects.filter(pk__in=[n.pk for n in notices], mailed_at=None).update(mailed_at=now)


def key_of(user_id: int, day: dt.date) -> str:
    return f"daily:{user_id}:{day}"


def readers_of(today: dt.date, waiting: Iterable[int]) -> dict[int, Reader]:
    """Everybody who may get a mail today: members of teams, with the teams that they cover, and those for whom
    something was kept."""
    covered: dict[TeamOf, list[Team]] = {}
    away = Team.objects.filter(covered_until__gte=today).exclude(covered_by=None)
    for team in away.select_related("organisation", "covered_by"):
        assert team.covered_by is not None  # noqa: S101 (excluded above)
        covered.setdefault((team.covered_by.function, team.covered_by.organisation_id), []).append(team)
    found: dict[int, Reader] = {}
    members = Membership.objects.filter(role__in=TEAM_ROLES, user__is_active=True)
    for one in members.select_related("user", "organisation").order_by("organisation__name", "role"):
        reader = found.setdefault(one.user_id, Reader(one.user, one.organisation.calendar))
        reader.teams[one.role, one.organisation_id] = team_title(one.role, one.organisation.name)
        for team in covered.get((one.role, one.organisation_id), ()):
            title = f"{team_title(team.function, team.organisation.name)}, which you cover"
            reader.teams.setdefault((team.function, team.organisation_id), title)
    others = User.objects.filter(pk__in=set(waiting) - set(found), is_active=True)
    for user in others.annotate(country=F("newcomer__placements__host__country")):
        found.setdefault(user.pk, Reader(user, user.country or Country.ENGLAND))
    return found


def work_of(titles: Mapping[TeamOf, str], today: dt.date) -> dict[TeamOf, Work]:
    """What each team has in hand. Two queries for all."""
    found = {team: Work(title) for team, title in titles.items()}
    early = Q(state="ready", due_from__gt=today)
    orgs = {org for _, org in titles}
    rows = PlacementStep.objects.filter(actionable=True, owner_org__in=orgs, placement__status__in=OPEN_STATUSES)
    counted = rows.exclude(early).values_list("owner_function", "owner_org").annotate(Count("pk"))
    for function, org, count in counted:
        if (function, org) in found:
            found[function, org].to_do = count
    open_now = Escalation.objects.filter(status=Status.OPEN, owner_org__in=orgs, due_on__lte=today)
    chased = open_now.values_list("owner_function", "owner_org").annotate(
        due=Count("pk", filter=Q(due_on=today)), late=Count("pk", filter=Q(due_on__lt=today))
    )
    for function, org, due, late in chased:
        if (function, org) in found:
            found[function, org].due, found[function, org].late = due, late
    return found


def new_work(one: Escalation, *, at: dt.datetime) -> None:
    """A blocker has come to a team: those of it who want to know at once hear of it, each once."""
    wanted = MailChoices.objects.filter(
        work=How.AT_ONCE,
        user__is_active=True,
        user__memberships__role=one.owner_function,
        user__memberships__organisation=one.owner_org_id,
    )
    for email, pk in wanted.values_list("user__email", "user"):
        post(
            kind=NEW_WORK, to=email, template=NEW_WORK, at=at, subject_ref=f"escalation:{one.reference}",
            organisation_id=one.owner_org_id, unique_key=f"new_work:{one.reference}:{one.passed_on}:{pk}",
            context={"reference": one.reference, "link": settings.SITE_URL.rstrip("/") + path_to(one.reference),
                     "team": function_words(one.owner_function)},
        )  # fmt: skip


def reader_now(row: OutboxMail) -> str:
    """The same person at their address of today; nobody once their account is closed."""
    user = User.objects.filter(pk=row.subject_ref.partition(":")[2], is_active=True).first()
    return user.email if user else ""


def member_now(row: OutboxMail) -> str:
    one = Escalation.objects.filter(reference=row.subject_ref.partition(":")[2], status=Status.OPEN).first()
    still = one and Membership.objects.filter(
        user__email=row.recipient, user__is_active=True, role=one.owner_function, organisation=one.owner_org_id
    )
    return row.recipient if still else ""
