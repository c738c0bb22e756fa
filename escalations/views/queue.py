import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from escalations import queue as words
from escalations.selectors import queues
from escalations.selectors.queues import Asked, Page, TeamKey
from escalations.services import claiming, talking
from onboarding.actors import Actor
from onboarding.policies import Refused
from onboarding.wording import count_words, day_words
from onboarding.words import Function
from steps.pathway import Pathway
from steps.record_check import warning
from steps.selectors.clocks import clocks_in
from steps.selectors.pathways import pathways_by_hash
from steps.selectors.record import differing, record_key
from steps.services.locking import NotThere
from steps.words import function_words, team_title

SHOW = (("", "Everything"), ("stuck", "Stuck"), ("confirm", "Says it works"))
LINKS = (("mine", "Mine"), ("unclaimed", "Unclaimed"), ("", "All"), ("upgrades", "Upgrades"))
IN_HAND = "You have it in hand. Your team sees that."
STARTS = (("", "Any start"), ("started", "Has started"), ("soon", "Starts within 5 working days"))


@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    teams = queues.teams_of(actor)
    if not teams:
        raise PermissionDenied
    team = chosen(teams, request.GET.get("team", ""))
    today = timezone.localdate()
    asked = filters(request)
    page = queues.queue_page(actor, team, today=today, asked=asked, number=page_number(request))
    if not page.rows and page.number > 1:
        raise Http404
    context: dict[str, Any] = {
        "team": team,
        "slug": slug(team),
        "page": page,
        "heading": heading_of(team, page, asked),
    }
    context |= {"tabs": tabs(teams, team), "covers": covers(team, today), **choices(request, asked)}
    context |= {"next": page_link(request, page.number + 1), "previous": page_link(request, page.number - 1)}
    if not page.rows:
        context["next_up"] = coming(team) if not asked else []
        return render(request, "escalations/queue.html", context)
    pathways = pathways_by_hash(row.placement.pathway for row in page.rows)
    shown = words.Shown(
        page, team, pathways, queues.strips_of(page), queues.held_of(actor, team, page), actor, today,
        warnings=warnings_of(team, page, pathways, today),
    )  # fmt: skip
    context["sections"] = list(words.sections(shown))
    if asked.show != "upgrades":
        context["groups"] = words.groups(shown) if not asked.cause else []
        context["first_opens"] = words.first_opens(shown)
    return render(request, "escalations/queue.html", context)


Warnings = dict[tuple[int, str], list[words.Chased]]


def warnings_of(team: TeamKey, page: Page, pathways: Mapping[str, Pathway], today: dt.date) -> Warnings:
    """(placement, step) -> the dates that bite, and for HR what a document says otherwise. Two queries, HR three."""
    found: Warnings = {}
    for pair, clocks in clocks_in({(r.placement.pk, r.key) for r in page.rows}, today=today).items():
        found[pair] = [words.Chased(one.tag, one.colour) for one in clocks]
    if team.function == Function.HR:
        keys = {r.placement.pk: record_key(pathways[r.placement.pathway]) for r in page.rows}
        checked = {r.placement.pk for r in page.rows if r.key == keys[r.placement.pk]}
        for pk, differences in differing(checked).items():
            if says := warning(differences):
                found.setdefault((pk, keys[pk]), []).append(words.Chased(says, "yellow"))
    return found


@require_POST
def claim(request: HttpRequest, reference: str) -> HttpResponse:
    """One person takes a blocker of the queue in hand; whoever takes it over says whom they saw there."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if not queues.teams_of(actor):
        raise PermissionDenied
    try:
        taken = talking.claim(reference.upper(), instead_of=seen_there(request), by=actor, at=timezone.now())
    except NotThere as gone:
        raise Http404 from gone
    except Refused as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, IN_HAND if taken else "You have it in hand already.")
    return to_queue(request)


@require_POST
def claim_step(request: HttpRequest, ref: uuid.UUID, key: str) -> HttpResponse:
    """The same for a step that is simply to be done; with `let_go` it is the whole team's again."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    teams = queues.teams_of(actor)
    if not teams:
        raise PermissionDenied
    team, now = chosen(teams, request.POST.get("team", "")[:60]), timezone.now()
    try:
        if request.POST.get("let_go"):
            done = claiming.let_go_step(ref, key, team=team, by=actor, at=now)
            says = "It is your whole team's again." if done else "You do not have it in hand."
        else:
            done = claiming.claim_step(ref, key, team=team, instead_of=seen_there(request), by=actor, at=now)
            says = IN_HAND if done else "You have it in hand already."
    except NotThere as gone:
        raise Http404 from gone
    except Refused as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, says)
    return to_queue(request)


def seen_there(request: HttpRequest) -> int | None:
    """Whom the page named as having it, when somebody takes it over."""
    text = request.POST.get("instead_of", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def to_queue(request: HttpRequest) -> HttpResponse:
    team = request.POST.get("team", "")[:60]
    return redirect(f"{reverse('queue')}?{urlencode({'team': team})}" if team else reverse("queue"))


def heading_of(team: TeamKey, page: Page, asked: Asked) -> str:
    title = team_title(team.function, team.organisation)
    return f"{title}: {page.total:,} to {'improve' if asked.show == 'upgrades' else 'do'}"


def chosen(teams: list[TeamKey], asked: str) -> TeamKey:
    """The team of `?team=it-ZN1`; without one the actor's first. Another's does not exist."""
    if not asked:
        return teams[0]
    found = next((team for team in teams if slug(team) == asked), None)
    if found is None:
        raise Http404
    return found


def slug(team: TeamKey) -> str:
    return f"{team.function}-{team.ods_code}"


def filters(request: HttpRequest) -> Asked:
    """What the person asked to see; a value that is none of ours asks for everything."""
    show, starts = request.GET.get("show", ""), request.GET.get("starts", "")
    return Asked(
        show=show if show in dict((*SHOW, *LINKS)) else "",
        starts=starts if starts in dict(STARTS) else "",
        cause=request.GET.get("cause", "").replace("\x00", "")[:60],
    )


def page_number(request: HttpRequest) -> int:
    text = request.GET.get("page", "1")
    return int(text) if text.isascii() and text.isdigit() and 0 < len(text) < 6 and int(text) else 1


def page_link(request: HttpRequest, number: int) -> str:
    query = request.GET.copy()
    query["page"] = str(number)
    return f"?{query.urlencode()}"


def choices(request: HttpRequest, asked: Asked) -> dict[str, Any]:
    """The filters with what is chosen, and the links between the parts of a queue."""
    kept = {"team": request.GET["team"]} if "team" in request.GET else {}
    return {
        "show": [(value, text, value == asked.show) for value, text in SHOW],
        "starts": [(value, text, value == asked.starts) for value, text in STARTS],
        "asked": asked,
        "narrowed": asked.starts or asked.cause or (asked.show in dict(SHOW) and asked.show),
        "parts": [
            (text, f"?{urlencode({**kept, **({'show': value} if value else {})})}", value == asked.show)
            for value, text in LINKS
        ],
    }


def tabs(teams: list[TeamKey], current: TeamKey) -> list[dict[str, Any]]:
    """Links between the queues of somebody who has several."""
    if len(teams) == 1:
        return []
    return [{"slug": slug(t), "title": team_title(t.function, t.organisation), "current": t == current} for t in teams]


def covers(team: TeamKey, today: dt.date) -> str:
    if not team.until:
        return ""
    until = day_words(dt.date.fromisoformat(team.until), today=today)
    return f"You cover {function_words(team.function)} until {until}."


def coming(team: TeamKey) -> list[str]:
    """What comes next to a team that has nothing to do: "Identity first, with HR: 6 people"."""
    rows = queues.next_up(team)
    pathways = queues.pathways_of(row.pathway_id for row in rows)
    return [
        f"{pathways[row.pathway_id].step(row.cause).short} comes first, with {function_words(row.function)}: "
        f"{count_words(row.people, 'person', 'people')}"
        for row in rows
    ]
