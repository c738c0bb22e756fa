"""The way in by an invitation: a button to press, "Is this you?", and in. Opening the link changes nothing."""

import uuid

from allauth.account.utils import perform_login
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from onboarding import invitations
from onboarding.invitations import RunOut
from onboarding.models import Invitation
from onboarding.policies import Refused
from onboarding.wording import day_words

HELD = "invitation"  # in the session, between "Start" and "Yes, this is me"


@login_not_required
@never_cache
@sensitive_variables("token")
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    made = invitations.invitation_by_token(token)
    if request.method == "POST":
        try:
            spent = invitations.spend(token, at=timezone.now())
        except RunOut:
            return run_out(request, token)
        if request.user.is_authenticated:
            logout(request)
        request.session.cycle_key()
        request.session[HELD] = str(spent.ref)
        return redirect("invitation_you")
    if made is None or not invitations.is_good(made, timezone.now()):
        return run_out(request, token)
    context = welcome(made) | {"token": token}
    return render(request, "onboarding/invitation.html", context)


def welcome(made: Invitation) -> dict[str, str]:
    today = timezone.localdate()
    if made.placement is None:
        return {"where": made.organisation.name, "name": made.name, "role": made.get_role_display()}
    return {
        "where": made.placement.host.name,
        "start": day_words(made.placement.start_date, today=today),
        "tense": "started" if made.placement.start_date < today else "start",
        "name": made.placement.newcomer.name,
        "role": made.placement.role,
    }


def run_out(request: HttpRequest, token: str = "") -> HttpResponse:
    return render(request, "onboarding/invitation_run_out.html", {"token": token})


@login_not_required
@never_cache
@sensitive_variables("token")
@require_POST
def again(request: HttpRequest, token: str) -> HttpResponse:
    """A new link to the same address. What is said is the same for every token."""
    invitations.send_again(token, at=timezone.now())
    return render(request, "onboarding/invitation_on_its_way.html")


def held(request: HttpRequest) -> Invitation | None:
    try:
        ref = uuid.UUID(request.session.get(HELD, ""))
    except ValueError:
        return None
    people = Invitation.objects.select_related("placement__newcomer", "placement__host", "organisation", "created_by")
    return people.filter(ref=ref, refused_at=None).first()


@login_not_required
@never_cache
@require_safe
def you(request: HttpRequest) -> HttpResponse:
    """ "Is this you?": name, role and start, never the date of birth."""
    made = held(request)
    if made is None:
        return run_out(request)
    return render(request, "onboarding/invitation_you.html", welcome(made))


@login_not_required
@never_cache
@require_POST
def yes(request: HttpRequest) -> HttpResponseBase:
    made = held(request)
    if made is None:
        return run_out(request)
    try:
        user, is_new = invitations.accept(made, at=timezone.now())
    except RunOut:
        return run_out(request)
    except Refused as refusal:
        context = welcome(made) | {"refused": str(refusal)}
        return render(request, "onboarding/invitation_you.html", context, status=422)
    del request.session[HELD]
    if not is_new:
        messages.success(request, "Sign in as you always do. Everything is in one place then.")
        return redirect("account_login")
    messages.success(request, "You are in. Choose a password, so that you can come back.")
    return perform_login(request, user, email_verification="none", redirect_url="/account/password/set/")


@login_not_required
@never_cache
@require_POST
def no(request: HttpRequest) -> HttpResponse:
    made = held(request)
    if made is not None:
        invitations.refuse(made, at=timezone.now())
        request.session.flush()
    return render(
        request, "onboarding/invitation_not_you.html", {"told": bool(made), "is_staff": bool(made and made.role)}
    )
