"""The week-1 report: who can work on Monday, what is missing, whose move it is since when."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, cast

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from onboarding.actors import Actor
from onboarding.models import Organisation
from onboarding.wording import day_words, since_words
from onboarding.words import Function, Role
from steps.forms import ReadinessFilter
from steps.models import PlacementStep
from steps.outlook import outlook_words, stamp_words
from steps.presenting import strip_of
from steps.readiness import WEEK, Held, Report, Standing, Starter, Waiting, bar, foreseen_at, monday_of, report_of
from steps.readiness_counts import SPLITS, split
from steps.readiness_days import Column, columns_of, columns_words, days_of, strip_words
from steps.readiness_words import COUNTED_HOW, KINDS, headline, left_words, sentence, span_words, stood_words
from steps.selectors.pathways import pathways_by_hash
from steps.selectors.reports import Narrowed, WeekCount, default_week, report_starters, weeks_and_teams
from steps.views.calling import call_lines
from steps.views.newcomers import STAFF
from steps.words import team_title

READERS = STAFF | {Role.EXECUTIVE}
PEOPLE = 50  # on a page


@dataclass(frozen=True, slots=True)
class Asked:
    """What the reader asked for, and the report of it."""

    actor: Actor
    form: ReadinessFilter
    narrowed: Narrowed
    weeks: list[WeekCount]
    monday: dt.date
    report: Report
    staffed: frozenset[tuple[str, int]]  # the teams (function, organisation) in which somebody is
    query: str  # the address's own, for links to the same report in another shape

    @property
    def days(self) -> tuple[dt.date, dt.date]:
        """Monday and Sunday of the start week."""
        return self.monday, self.monday + WEEK - dt.timedelta(days=1)


def reader(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if not actor.roles & READERS:
        raise PermissionDenied
    return actor


def asked(request: HttpRequest, today: dt.date) -> Asked | ReadinessFilter:
    """The report that the address asks for, in two queries; the form with its faults when it asks for none."""
    actor = reader(request)
    form = ReadinessFilter(request.GET)
    if not form.is_valid():
        form.offer([], [], monday_of(today), today)
        return form
    narrowed = Narrowed(**{name: form.cleaned_data[name] for name in ("department", "role", "employer", "host")})
    weeks, staffed = weeks_and_teams(actor, narrowed, today=today)
    monday = form.cleaned_data["week"] or default_week(weeks, today)
    week = next((w for w in weeks if w.monday == monday), None if form.cleaned_data["week"] else WeekCount(monday))
    sunday = monday + WEEK - dt.timedelta(days=1)
    everybody = report_starters(actor, monday, sunday, week=week, now=form.cleaned_data["now"])
    form.offer(everybody, [w.monday for w in weeks], monday, today)
    if unknown := unknown_organisation(narrowed, everybody):
        form.add_error(unknown, f"There is no organisation with the ODS code “{getattr(narrowed, unknown)}”.")
        return form
    report = report_of([s for s in everybody if narrowed.fits(s)], today)
    return Asked(actor, form, narrowed, weeks, monday, report, staffed, changed_query(request))


def unknown_organisation(narrowed: Narrowed, everybody: list[Starter]) -> str:
    """The filter that names an organisation which is none; a query only where none of these starters has it."""
    for name in ("employer", "host"):
        code = getattr(narrowed, name)
        here = code == "" or any(getattr(s, name).ods_code == code for s in everybody)
        if not here and not Organisation.objects.filter(ods_code=code).exists():
            return name
    return ""


def changed_query(request: HttpRequest, **values: str) -> str:
    """The address's query with other values, for the same report: from its first page, and at rest."""
    query = request.GET.copy()
    for name in ("page", "refresh"):
        query.pop(name, None)
    for name, value in values.items():
        query[name] = value
    return query.urlencode()


@require_safe
def readiness(request: HttpRequest) -> HttpResponse:
    today = timezone.localdate()
    found = asked(request, today)
    if isinstance(found, ReadinessFilter):
        return render(request, "steps/readiness.html", {"form": found, "refused": True}, status=422)
    actor, form, report, monday, narrowed = found.actor, found.form, found.report, found.monday, found.narrowed
    sunday = monday + WEEK - dt.timedelta(days=1)
    page = form.cleaned_data["page"] or 1
    context = {
        "form": form,
        "heading": headline(report, monday, sunday, today),
        "sentence": sentence(report, today),
        "stood": stood_words(report, today),
        "as_now": kept_link(request, found) if form.cleaned_data["now"] else "",
        "as_then": kept_link(request, found) if not form.cleaned_data["now"] else "",
        "report": report,
        "segments": [{"part": s, "says": KINDS[s.kind]} for s in bar(report.kinds())],
        "kinds": [(KINDS[kind], count) for kind, count in report.kinds().items()],
        "week": chart_of(columns_of(report.standings, today)),
        "counted": COUNTED_HOW,
        "calls": call_lines(report, today),
        "owners": [owner_line(held, found.staffed) for held in report.by_owner],
        "weeks": [week_line(week, monday, today) for week in found.weeks],
        "query": found.query,
        "splits": splits_of(request, report, monday),
        "forecast_from": stamp_words(foreseen_at(report), today),
        "people": people(report, page, actor, today),
        "gone": [gone_line(starter, actor, today) for starter in report.gone],
        "narrowed": narrowed.words(),
        "next": next_week(request, found, today) if not report.standings else None,
        "later": link(request, page + 1) if report.starters > page * PEOPLE else "",
        "earlier": link(request, page - 1) if page > 1 else "",
        "showing": f"{(page - 1) * PEOPLE + 1:,} to {min(page * PEOPLE, report.starters):,} of {report.starters:,}",
        "two_sides": any(s.starter.employer != s.starter.host for s in report.standings),
    }
    return render(request, "steps/readiness.html", context)


def next_week(request: HttpRequest, found: Asked, today: dt.date) -> dict[str, str] | None:
    """Of a week without starters: the next one that has some."""
    week = next((w for w in found.weeks if w.monday > found.monday and w.starters), None)
    if week is None:
        return None
    words = span_words(week.monday, week.monday + WEEK - dt.timedelta(days=1), today)
    return {"words": words, "href": f"?{changed_query(request, week=week.monday.isoformat())}"}


def chart_of(columns: tuple[Column, ...]) -> dict[str, Any] | None:
    """What the drawing of the week and its table show; None where there is nobody to show."""
    if not columns:
        return None
    drawn = []
    for number, column in enumerate(columns):
        first, _, second = column.label.partition(" ")
        drawn.append({"column": column, "x": number * 120, "first": first, "second": second})
    return {"columns": drawn, "words": columns_words(columns)}


def kept_link(request: HttpRequest, found: Asked) -> str:
    """From a week as it stood to the same as it stands now, and back; nothing where nothing is kept of it."""
    if not any(week.kept for week in found.weeks if week.monday == found.monday):
        return ""
    wanted = "" if request.GET.get("now") else "yes"
    return f"?{changed_query(request, week=found.monday.isoformat(), now=wanted)}"


def link(request: HttpRequest, page: int) -> str:
    return f"?{changed_query(request, page=str(page))}"


def splits_of(request: HttpRequest, report: Report, monday: dt.date) -> list[dict[str, Any]]:
    """The starters by department, role, employer and host, where there are several; each leads to them alone."""
    made = []
    for name in SPLITS:
        groups = [
            {
                "words": group.words,
                "starters": f"{group.starters:,}",
                "ready": f"{group.ready:,}",
                "href": changed_query(request, week=monday.isoformat(), **{name: group.value}) if group.value else "",
            }
            for group in split(report.standings, name)
        ]
        if groups:
            made.append({"name": name, "title": f"By {name}", "groups": groups})
    return made


def owner_line(held: Held, staffed: frozenset[tuple[str, int]]) -> dict[str, str]:
    """Whoever holds something; `nobody`: a team in which nobody is, so that nobody sees what it holds."""
    return {
        "nobody": "yes" if held.place and (held.function, held.place.id) not in staffed else "",
        "owner": "The newcomers themselves" if held.place is None else team_title(held.function, held.place.name),
        "newcomers": f"{held.newcomers:,}",
        "steps": f"{held.steps:,}",
    }


def week_line(week: WeekCount, chosen: dt.date, today: dt.date) -> dict[str, Any]:
    return {
        "monday": week.monday.isoformat(),
        "words": span_words(week.monday, week.monday + WEEK - dt.timedelta(days=1), today),
        "starters": f"{week.starters:,}",
        "ready": f"{week.ready:,}",
        "chosen": week.monday == chosen,
    }


def people(report: Report, page: int, actor: Actor, today: dt.date) -> list[dict[str, Any]]:
    """A page of the people, those who are not ready first."""
    shown = report.standings[(page - 1) * PEOPLE : page * PEOPLE]
    graphs = pathways_by_hash(s.starter.pathway for s in shown)
    lines = []
    for standing in shown:
        shorts = {step.key: step.short for step in graphs[standing.starter.pathway].steps}
        lines.append(person_line(standing, shorts, actor, today))
    return lines


def person_line(standing: Standing, shorts: dict[str, str], actor: Actor, today: dt.date) -> dict[str, Any]:
    starter = standing.starter
    seen = starter.seen_on(today)
    rows = cast(Iterable[PlacementStep], starter.steps)  # the same columns, as far as the strip reads them
    days = days_of(starter, today)
    foreseen = not standing.ready and not starter.kept_at
    return {
        "starter": starter,
        "opens": may_open(actor, starter),
        "start": day_words(starter.start_date, today=today),
        "strip": strip_of(rows, actor=actor, today=seen),
        "days": days,
        "days_words": strip_words(days),
        "ready": standing.ready,
        "likely": outlook_words(standing.outlook, starter.week_one_by, today) if foreseen else "",
        "missing": [shorts[key] for key in standing.missing],
        "recheck": [shorts[key] for key in standing.recheck],
        "moves": [move_line(one, starter, shorts, seen) for one in standing.waiting_for],
    }


def move_line(one: Waiting, starter: Starter, shorts: dict[str, str], today: dt.date) -> dict[str, str]:
    if one.function == Function.NEWCOMER:
        who = starter.name
    else:
        who = team_title(one.function, one.place.name if one.place else "")
    country = starter.host.country
    since = since_words(one.since, today=today, country=country) if one.since else ""
    return {"who": who, "step": shorts[one.step], "since": since, "stuck": "stuck" if one.state == "blocked" else ""}


def may_open(actor: Actor, starter: Starter) -> bool:
    """May the reader open this newcomer's page? An executive reads the report alone."""
    if Role.EXECUTIVE not in actor.roles:
        return True
    orgs = (starter.employer.id, starter.host.id)
    whole = any(actor.has(role, org) for role in (Role.HR, Role.ONBOARDING_LEAD) for org in orgs)
    return whole or (
        starter.manager_id is not None and starter.manager_id == actor.user_id and Role.MANAGER in actor.roles
    )


def gone_line(starter: Starter, actor: Actor, today: dt.date) -> dict[str, Any]:
    return {
        "starter": starter,
        "opens": may_open(actor, starter),
        "start": day_words(starter.start_date, today=today),
        "status": left_words(starter, today),
        "reason": starter.status_reason if may_open(actor, starter) else "",
    }
