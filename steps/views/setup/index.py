"""The way into /setup/: what still falls short, and the seven parts of it."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from onboarding.models import Organisation
from onboarding.wording import count_words
from steps.setup.checklist import DAYS, PATHWAY, PEOPLE, SERVICE, TEAMS, Shortfall, shortfalls
from steps.views.setup import first_run
from steps.views.setup.door import lead, led_by, organisation_for, page

# words, what it is for, url name, the part of the checklist that belongs to it
TASKS: Final = (
    ("The organisation", "Name, country, mail and hours", "setup_organisation", ""),
    ("Days off and paydays", "What no calendar knows", "setup_days", DAYS),
    ("Teams", "Shared mailboxes, leads and hours", "setup_teams", TEAMS),
    ("People", "Who works here, who leaves", "setup_people", PEOPLE),
    ("Pathway", "Which steps newcomers have", "setup_pathway", PATHWAY),
    ("Steps here", "Who really does each, and your own links", "setup_steps", ""),
    ("Who sees what", "Dates of birth, and the second step", "setup_fields", ""),
    ("How long things are kept", "Pictures, mails and newcomers", "setup_keeping", ""),
)


@login_not_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Somebody who leads one organisation is there at once. Whoever has begun a first run goes on with it; into an
    installation that holds nothing, nobody comes without the link from its server."""
    if not request.user.is_authenticated:
        if first_run.held(request) is not None:
            return redirect("setup_first_check")
        if not Organisation.objects.exists():
            return first_run.run_out(request)
        return redirect_to_login(request.get_full_path())
    places = led_by(lead(request))
    if len(places) == 1:
        return redirect("setup_place", places[0].ods_code.lower())
    return render(request, "steps/setup/index.html", {"places": places})


@require_safe
def place(request: HttpRequest, ods: str) -> HttpResponse:
    organisation = organisation_for(request, ods)
    short = shortfalls(organisation, today=timezone.localdate())
    return page(
        request, "place", organisation, tasks=tasks(organisation, short), short=short,
        missing=count_words(len(short), "thing"), service=[s for s in short if s.task == SERVICE],
    )  # fmt: skip


def tasks(organisation: Organisation, short: Iterable[Shortfall]) -> list[Mapping[str, Any]]:
    missing: dict[str, int] = {}
    for one in short:
        missing[one.task] = missing.get(one.task, 0) + 1
    return [
        {"text": text, "hint": hint, "name": name, "missing": missing.get(part, 0) if part else 0}
        for text, hint, name, part in TASKS
    ]
