"""Who works in an organisation: invited by mail, given other roles, and out at once when they leave."""

import uuid

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from onboarding import staffing
from onboarding.invitations import invite_staff
from onboarding.models import Organisation
from onboarding.policies import Refused
from onboarding.seen import ChangedMeanwhile, mark_of
from onboarding.staffing import Member
from onboarding.wording import count_words, day_words
from steps.setup.forms import InviteForm, LeaverForm, RolesForm
from steps.views.setup.door import changed, given, organisation_for, page

BOTH = ["GET", "HEAD", "POST"]


@require_safe
def index(request: HttpRequest, ods: str) -> HttpResponse:
    return listing(request, organisation_for(request, ods))


def listing(request: HttpRequest, organisation: Organisation, refused: str = "") -> HttpResponse:
    now = timezone.now()
    waiting = [
        {"one": one, "until": day_words(one.expires_at, today=timezone.localdate())}
        for one in staffing.invited_to(organisation.pk, now)
    ]
    members = staffing.members_of(organisation.pk)
    return page(
        request, "people", organisation, members=members, waiting=waiting, refused=refused,
        count=count_words(len(members), "person", "people"), status=422 if refused else 200,
    )  # fmt: skip


@require_http_methods(BOTH)
def invite(request: HttpRequest, ods: str) -> HttpResponse:
    organisation = organisation_for(request, ods)
    form = InviteForm(given(request))
    if form.is_bound and form.is_valid():
        try:
            made = invite_staff(
                organisation_id=organisation.pk, by=request.actor, at=timezone.now(),  # type: ignore[attr-defined]
                **form.cleaned_data,
            )  # fmt: skip
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"An invitation is on its way to {made.email}.")
            return redirect("setup_people", ods)
    return page(request, "invite", organisation, form=form, status=422 if form.is_bound else 200)


@require_POST
def withdraw(request: HttpRequest, ods: str, ref: uuid.UUID) -> HttpResponse:
    organisation = organisation_for(request, ods)
    done = staffing.withdraw_invitation(
        ref, organisation_id=organisation.pk, by=request.actor, at=timezone.now()  # type: ignore[attr-defined]
    )  # fmt: skip
    messages.success(request, "The invitation lets nobody in any more." if done else "It let nobody in any more.")
    return redirect("setup_people", ods)


@require_POST
def again(request: HttpRequest, ods: str, ref: uuid.UUID) -> HttpResponse:
    """A new link to the same address; the old one ends."""
    organisation = organisation_for(request, ods)
    now = timezone.now()
    one = next((i for i in staffing.invited_to(organisation.pk, now) if i.ref == ref), None)
    if one is None:
        raise Http404
    try:
        invite_staff(
            organisation_id=organisation.pk, role=one.role, name=one.name, email=one.email, leads=one.leads,
            by=request.actor, at=now,  # type: ignore[attr-defined]
        )  # fmt: skip
    except Refused as refusal:
        return listing(request, organisation, str(refusal))
    messages.success(request, f"A new link is on its way to {one.email}.")
    return redirect("setup_people", ods)


def member_for(organisation: Organisation, user: int) -> Member:
    found = staffing.member_of(organisation.pk, user)
    if found is None:
        raise Http404
    return found


@require_http_methods(BOTH)
def person(request: HttpRequest, ods: str, user: int) -> HttpResponse:
    """What somebody does here, and the way out."""
    organisation = organisation_for(request, ods)
    member = member_for(organisation, user)
    form = RolesForm(given(request), initial={"roles": member.roles, "seen": mark_of(member.seen)})
    if form.is_bound and form.is_valid():
        try:
            done = staffing.set_roles(
                user, organisation_id=organisation.pk, roles=form.cleaned_data["roles"],
                seen=form.cleaned_data["seen"], by=request.actor, at=timezone.now(),  # type: ignore[attr-defined]
            )  # fmt: skip
        except ChangedMeanwhile as refusal:
            return changed(request, refusal, back=reverse("setup_person", args=[ods, user]))
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            now = staffing.member_of(organisation.pk, user)
            says = f"{member.user.name}: {now.words if now else 'nothing'}."
            messages.success(request, says if done else "It stood like that already.")
            return after(request, organisation, user)
    return page(request, "person", organisation, form=form, member=member, status=422 if form.is_bound else 200)


@require_http_methods(BOTH)
def leaver(request: HttpRequest, ods: str, user: int) -> HttpResponse:
    organisation = organisation_for(request, ods)
    member = member_for(organisation, user)
    others = [m for m in staffing.members_of(organisation.pk) if m.user.pk != user]
    form = LeaverForm(given(request), members=others)
    if form.is_bound and form.is_valid():
        try:
            left = staffing.end_access(
                user, organisation_id=organisation.pk, successor_id=form.cleaned_data["successor"],
                by=request.actor, at=timezone.now(),  # type: ignore[attr-defined]
            )  # fmt: skip
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, left_words(member, organisation, left))
            return after(request, organisation, user)
    return page(request, "leaver", organisation, form=form, member=member, status=422 if form.is_bound else 200)


def left_words(member: Member, organisation: Organisation, left: staffing.Left) -> str:
    said = [f"{member.user.name} has no access to {organisation.name} any more."]
    if left.handed_over:
        went = "was" if left.handed_over == 1 else "were"
        said.append(f"{count_words(left.handed_over, 'thing')} in hand {went} handed over.")
    if left.closed:
        said.append("Their account is closed.")
    return " ".join(said)


def after(request: HttpRequest, organisation: Organisation, user: int) -> HttpResponse:
    """Back to the people, unless it was oneself who may not see them any more."""
    if user == request.user.pk:
        return redirect("home")
    return redirect("setup_people", organisation.ods_code.lower())
