"""The first run: a link from the server, five questions, and an organisation with its onboarding lead invited."""

from typing import Any, Final

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from onboarding import first_run
from onboarding.first_run import LinkEnded
from onboarding.models import Organisation, SetupLink
from onboarding.policies import Refused
from onboarding.wording import clock_words, date_words, list_words
from onboarding.words import Country, Function, MailSystem, OrganisationKind
from steps.setup.checklist import shortfalls
from steps.setup.first_run import PARTS, Answers, pathways_for, set_up_by_link
from steps.views.setup.door import given

HELD, ANSWERS, MADE = "setup_link", "setup_answers", "setup_made"  # in the session
TITLES: Final = {
    "organisation": "The organisation",
    "days": "Hours and days",
    "pathway": "Pathway",
    "teams": "Teams",
    "lead": "The onboarding lead",
}


def run_out(request: HttpRequest) -> HttpResponse:
    return render(request, "steps/setup/first_run_out.html", {"fresh": not Organisation.objects.exists()})


@login_not_required
@never_cache
@sensitive_variables("token")
@require_http_methods(["GET", "HEAD", "POST"])
def link(request: HttpRequest, token: str) -> HttpResponse:
    """A scanner may open it as often as it likes; one press spends it."""
    if request.method == "POST":
        try:
            spent = first_run.spend(token, at=timezone.now())
        except LinkEnded:
            return run_out(request)
        request.session.cycle_key()
        request.session[HELD] = str(spent.ref)
        request.session[ANSWERS] = {}
        return redirect("setup_first_part", PARTS[0])
    if first_run.link_by_token(token, timezone.now()) is None:
        return run_out(request)
    return render(request, "steps/setup/first_link.html", {"parts": TITLES.values()})


def held(request: HttpRequest) -> SetupLink | None:
    return first_run.held(request.session.get(HELD, ""), timezone.now())


def answers_of(request: HttpRequest) -> Answers:
    return Answers(request.session.setdefault(ANSWERS, {}))


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def part(request: HttpRequest, part: str) -> HttpResponse:
    """One question. Those before it have been answered: the later ones depend on them."""
    if held(request) is None:
        return run_out(request)
    if part not in PARTS:
        raise Http404
    answers = answers_of(request)
    first_open = answers.missing
    if first_open and PARTS.index(first_open) < PARTS.index(part):
        return redirect("setup_first_part", first_open)
    posted = given(request)
    form = answers.form(part, posted)
    if posted is not None and form.is_valid():
        answers.keep(part, posted, form)
        request.session.modified = True
        following = answers.missing
        return redirect("setup_first_part", following) if following else redirect("setup_first_check")
    number = PARTS.index(part)
    context = {
        "form": form,
        "part": part,
        "h1": TITLES[part],
        "number": number + 1,
        "of": len(PARTS),
        "before": PARTS[number - 1] if number else "",
    }
    refused = posted is not None
    return render(request, f"steps/setup/first_{part}.html", context, status=422 if refused else 200)


@login_not_required
@never_cache
@require_safe
def check(request: HttpRequest) -> HttpResponse:
    """Everything that was answered, each with a way back to it."""
    if held(request) is None:
        return run_out(request)
    answers = answers_of(request)
    if missing := answers.missing:
        return redirect("setup_first_part", missing)
    return render(request, "steps/setup/first_check.html", {"rows": rows(answers)})


def rows(answers: Answers) -> list[dict[str, str]]:
    own, days, teams, lead = (answers.cleaned(part) for part in ("organisation", "days", "teams", "lead"))
    pathway = dict(pathways_for(own["ods_code"]))[answers.cleaned("pathway")["pathway"]]
    hours = f"{clock_words(days['opens'])} to {clock_words(days['closes'])}"
    said = [
        (
            "organisation",
            "Organisation",
            f"{own['name']} ({own['ods_code']}), a {OrganisationKind(own['kind']).label}",
        ),
        ("organisation", "Country", str(Country(own["country"]).label)),
        ("organisation", "Work email", str(MailSystem(own["usual_mail_system"]).label)),
        ("days", "Teams can be reached", hours),
        ("days", "Days off", list_words([date_words(d) for d in days["closed_days"]]) or "None of your own"),
        ("days", "Paydays", list_words([date_words(d) for d in days["paydays"]]) or "None yet"),
        ("pathway", "Pathway", pathway),
        *(("teams", str(Function(f).label), team_words(f, teams)) for f in answers.functions),
        ("lead", "Onboarding lead", f"{lead['name']}, {lead['email']}"),
    ]
    return [{"part": part, "key": key, "value": value} for part, key, value in said]


def team_words(function: str, teams: dict[str, Any]) -> str:
    mailbox = teams.get(f"{function}_mailbox") or "No mailbox yet"
    name, email = teams.get(f"{function}_name"), teams.get(f"{function}_email")
    return f"{mailbox}. Led by {name}, {email}" if email else f"{mailbox}. No lead yet"


@login_not_required
@never_cache
@require_POST
def make(request: HttpRequest) -> HttpResponse:
    one = held(request)
    if one is None:
        return run_out(request)
    answers = answers_of(request)
    if missing := answers.missing:
        return redirect("setup_first_part", missing)
    try:
        made = set_up_by_link(one.ref, answers, at=timezone.now())
    except LinkEnded:
        return run_out(request)
    except Refused as refusal:
        context = {"rows": rows(answers), "refused": str(refusal)}
        return render(request, "steps/setup/first_check.html", context, status=422)
    for key in (HELD, ANSWERS):
        del request.session[key]
    request.session[MADE] = {"ods": made.organisation.ods_code, "invited": made.invited}
    return redirect("setup_first_done")


@login_not_required
@never_cache
@require_safe
def done(request: HttpRequest) -> HttpResponse:
    """What became of it, who is invited, and what still falls short. Without links: nobody is signed in yet."""
    made = request.session.get(MADE)
    organisation = Organisation.objects.filter(ods_code=made["ods"]).first() if made else None
    if made is None or organisation is None:
        return run_out(request)
    short = shortfalls(organisation, today=timezone.localdate())
    context = {"organisation": organisation, "invited": made["invited"], "short": short}
    return render(request, "steps/setup/first_done.html", context)
