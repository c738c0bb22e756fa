"""Pages that are the same for everyone, the way in to each role's own page, and the health probes."""

import datetime as dt

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_safe

from onboarding.actors import Actor
from onboarding.outbox.overdue import what_waits_too_long
from onboarding.views.factors import asked
from onboarding.words import TEAM_ROLES, Role

COVERED = TEAM_ROLES | {Role.ONBOARDING_LEAD}  # who has a team that may be away
READERS = frozenset({str(Role.MANAGER), str(Role.EXECUTIVE), str(Role.ONBOARDING_LEAD)})


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    return redirect(own_page(request.actor))  # type: ignore[attr-defined]


def own_page(actor: Actor) -> str:
    """The page that answers what this person came for. Somebody without a role has an account only."""
    roles = frozenset(map(str, actor.roles))
    if roles & READERS:
        return "readiness"
    if roles & TEAM_ROLES:
        return "queue"
    return "me" if actor.newcomer_id else "account"


@require_safe
def account(request: HttpRequest) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    teams = [
        {
            "label": Role(grant.role).label,
            "place": grant.place.name,
            "until": dt.date.fromisoformat(grant.until) if grant.until else None,
        }
        for grant in actor.grants
    ]
    sees_cover = any(g.role in COVERED and not g.until for g in actor.grants)
    context = {"teams": teams, "sees_cover": sees_cover, "factor": asked(actor)}
    return render(request, "onboarding/account.html", context)


@login_not_required
@require_safe
@never_cache
def signed_out(request: HttpRequest) -> HttpResponse:
    return render(request, "onboarding/signed_out.html")


@login_not_required
@require_safe
def help_page(request: HttpRequest) -> HttpResponse:
    return render(request, "onboarding/help.html")


@login_not_required
@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    return render(request, "onboarding/accessibility.html")


@login_not_required
@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    return render(request, "onboarding/privacy.html")


@login_not_required
@require_GET
@never_cache
def live(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return HttpResponse("live\n", content_type="text/plain")


@login_not_required
@require_GET
@never_cache
def ready(request: HttpRequest) -> HttpResponse:
    """The database answers, too."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return HttpResponse("the database does not answer\n", content_type="text/plain", status=503)
    return HttpResponse("ready\n", content_type="text/plain")


@login_not_required
@require_GET
@never_cache
def work(request: HttpRequest) -> HttpResponse:
    """Mail goes out and background work is done. Apart from `ready`: the pages work without either."""
    try:
        late = what_waits_too_long(timezone.now())
    except DatabaseError:
        late = ["the database does not answer"]
    said = "\n".join(late) or "working"
    return HttpResponse(f"{said}\n", content_type="text/plain", status=503 if late else 200)
