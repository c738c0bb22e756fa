"""Inviting newcomers to their personal address: one from their page, or all whom a roster brought."""

import datetime as dt
import uuid

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from onboarding import invitations
from onboarding.actors import Actor
from onboarding.jobs import enqueue
from onboarding.models import Placement
from onboarding.policies import Refused
from onboarding.wording import count_words, day_words
from steps.models import RosterUpload
from steps.selectors.placements import placement_for_staff
from steps.services import uploads
from steps.services.inviting import KIND, brought_by, invite_brought

AT_ONCE = 100  # more than these are the background worker's


def invitation_of(actor: Actor, placement: Placement, today: dt.date) -> dict[str, str] | None:
    """What the newcomer's page says about their account, and the button, for whoever may invite. One query."""
    decision = invitations.can_invite(actor, placement)
    if placement.newcomer.user_id is not None or (not decision and not may_ever(actor, placement)):
        return None
    last = invitations.latest(placement)
    now = timezone.now()
    if last is None:
        said = "Not invited yet."
    elif last.refused_at:
        said = "Whoever opened the invitation said that it is not theirs. Correct the email address first."
    elif last.spent_at is None and last.expires_at > now:
        until = day_words(last.expires_at, today=today)
        said = f"Invited on {day_words(last.created_at, today=today)}, and not in yet. The link works until {until}."
    else:
        said = f"Invited on {day_words(last.created_at, today=today)}. That link works no longer."
    if not decision:
        return {"says": f"{said} {decision.reason}" if last else decision.reason, "button": ""}
    return {"says": said, "button": "Send again" if last else "Invite"}


def may_ever(actor: Actor, placement: Placement) -> bool:
    """Is the reason why not, if it is not who they are, theirs to read?"""
    return bool(set(actor.places("hr", "onboarding_lead")) & {placement.employer_id, placement.host_id})


@require_POST
def invite(request: HttpRequest, ref: uuid.UUID) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    placement = placement_for_staff(actor, ref)
    if placement is None:
        raise Http404
    try:
        invitations.invite(placement, by=actor, at=timezone.now())
    except Refused as refusal:
        return refused(request, actor, placement, str(refusal))
    messages.success(request, "The invitation is on its way to their personal address.")
    return redirect("newcomer", ref)


def refused(request: HttpRequest, actor: Actor, placement: Placement, reason: str) -> HttpResponse:
    """The reason in the place of a form; 403 where it is who they are."""
    heading = f"{placement.newcomer.name} cannot be invited"
    context = {
        "placement": placement,
        "heading": heading,
        "reason": reason,
        "back": reverse("newcomer", args=[placement.ref]),
    }
    return render(request, "steps/verb.html", context, status=422 if may_ever(actor, placement) else 403)


def to_invite(upload: RosterUpload) -> str:
    """The button's words: "Invite 31 people"; "" when there is nobody to invite. One query."""
    found = brought_by(upload).filter(newcomer__user=None).exclude(newcomer__personal_email="")
    count = found.filter(invitations=None).values("newcomer").distinct().count()
    return f"Invite {count_words(count, 'person', 'people')}" if count else ""


@require_POST
def invite_all(request: HttpRequest, ref: uuid.UUID) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    upload = uploads.upload_for(actor, ref) if actor.places("hr", "onboarding_lead") else None
    if upload is None:
        raise Http404
    if brought_by(upload).count() > AT_ONCE:
        enqueue(KIND, {"upload": str(upload.ref)}, at=timezone.now(), key=f"invite:{upload.ref}")
        messages.success(request, "The invitations go out within the next minutes.")
    else:
        messages.success(request, said(invite_brought(upload, by=actor, at=timezone.now())))
    return redirect("import_file", upload.ref)


def said(done: invitations.Invited) -> str:
    words = [f"{count_words(done.invited, 'invitation')} on the way."]
    words += [
        f"{count_words(count, 'person', 'people')} left out: {reason}" for reason, count in done.left_out.items()
    ]
    return " ".join(words)
