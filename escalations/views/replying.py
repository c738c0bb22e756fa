"""What is said in a conversation, with its pictures: at once, or after parts of the pictures were covered.

Pictures that are looked at first are drafts of whoever shows them, kept under the conversation's reference.
"""

import secrets
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from escalations import policies
from escalations.forms import SayForm
from escalations.selectors.conversations import Conversation
from escalations.services import pictures, raising, talking
from escalations.services.pictures import Prepared
from escalations.views import drafts
from escalations.views.conversation import base, found, page, say_form
from escalations.views.uploads import FIELD, takes_pictures, uploads_in
from onboarding.actors import Actor
from onboarding.policies import Refused
from steps.policies import is_newcomer
from steps.services.locking import NotThere

TYPED = ("body", "visibility", "press")
WRONG = "still_wrong"  # what the form said that the pictures belong to, if not a plain reply


@takes_pictures
@require_POST
def say(request: HttpRequest, reference: str) -> HttpResponse:
    """A reply of the newcomer's, a note of the staff's. Typed text stays when it is refused."""
    actor, one = found(request, reference)
    form = say_form(actor, one, request.POST)
    shown = prepared(request, actor, one, form) if form.is_valid() else Prepared()
    if form.errors:
        return asked_again(request, actor, one, form)
    try:
        talking.say(
            one.reference, body=form.cleaned_data["body"], visibility=form.cleaned_data.get("visibility", "everyone"),
            press=form.cleaned_data["press"], shown=shown, by=actor, at=timezone.now(),
        )  # fmt: skip
    except NotThere as gone:
        raise Http404 from gone
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return asked_again(request, actor, one, form)
    for problem in shown.problems:
        messages.success(request, problem)
    messages.success(request, said_words(one, form.cleaned_data.get("visibility", "")))
    return redirect("escalation", reference=one.reference)


def prepared(request: HttpRequest, actor: Actor, one: Conversation, form: SayForm) -> Prepared:
    """The pictures of a form, made anew, and the drafts that it showed, covered as it says; what cannot be is the
    form's error."""
    place = one.placement, actor, one.reference
    covering = drafts.choose(request, *place)
    kept, uploads = drafts.shown(request, *place), uploads_in(request)
    shown = pictures.prepare(uploads, most=max(pictures.AT_ONCE - len(kept), 0)) if uploads else Prepared()
    shown.drafts = kept
    for problem in [*covering, *shown.problems]:
        form.add_error(FIELD, problem)
    return shown


def said_words(one: Conversation, visibility: str) -> str:
    name = one.placement.newcomer.name
    if visibility:
        return "Written. Only staff can read it." if visibility == "staff" else f"Written. {name} is told."
    return "Sent. Whoever has it is told." if one.open else "Sent."


def asked_again(request: HttpRequest, actor: Actor, one: Conversation, form: SayForm) -> HttpResponse:
    """Refused: the page that was sent, with its text; with its pictures, if it showed any."""
    if "shown" in request.POST:
        return looked_at(request, actor, one, form)
    return page(request, actor, one, form=form, status=422)


@takes_pictures
@require_http_methods(["GET", "HEAD", "POST"])
def cover(request: HttpRequest, reference: str) -> HttpResponse:
    """ "Cover parts first": the pictures as they will be sent, before anybody else sees them."""
    actor, one = found(request, reference)
    if request.method != "POST":
        return redirect("escalation", reference=one.reference)
    may, wrong = policies.can_say(actor, one.placement), request.POST.get("then") == WRONG
    if not may:
        raise PermissionDenied(may.reason)
    if wrong and not is_newcomer(actor, one.placement):
        raise PermissionDenied
    place = one.placement, actor, one.reference
    problems = [*drafts.take(request, *place), *drafts.choose(request, *place)]
    none = not drafts.ready(*place)
    if none and not problems:
        problems = ["Choose a picture first."]
    if not problems:  # what is not written yet is no error before it is sent
        typed = {name: request.POST[name] for name in TYPED if name in request.POST}
        return looked_at(request, actor, one, form_of(actor, one, wrong, typed=typed), wrong=wrong)
    form = form_of(actor, one, wrong, request.POST)
    form.is_valid()
    for problem in problems:
        form.add_error(FIELD, problem)
    if not none:
        return looked_at(request, actor, one, form, wrong=wrong)
    return wrong_page(request, actor, one, form) if wrong else page(request, actor, one, form=form, status=422)


def form_of(actor: Actor, one: Conversation, wrong: bool, data: Any = None, typed: Any = None) -> SayForm:
    return wrong_form(data, typed) if wrong else say_form(actor, one, data, typed)


def looked_at(
    request: HttpRequest, actor: Actor, one: Conversation, form: SayForm, *, wrong: bool = False
) -> HttpResponse:
    """The pictures with their parts, and the rest of the form."""
    ready = drafts.ready(one.placement, actor, one.reference)
    context = base(actor, one) | {"form": form, "wrong": wrong, "then": WRONG if wrong else "say"}
    context["pictures"] = [drafts.picture(e, n) for n, e in enumerate(ready, start=1)]
    return render(request, "escalations/reply_pictures.html", context, status=422 if form.is_bound else 200)


@takes_pictures
@require_http_methods(["GET", "HEAD", "POST"])
def still_wrong(request: HttpRequest, reference: str) -> HttpResponse:
    """The newcomer says that it is not fixed; one that is cleared stands again."""
    actor, one = found(request, reference)
    if not is_newcomer(actor, one.placement):
        raise PermissionDenied
    form = wrong_form(request.POST if request.method == "POST" else None)
    if request.method != "POST":
        return wrong_page(request, actor, one, form)
    shown = prepared(request, actor, one, form) if form.is_valid() else Prepared()
    if form.errors:
        return wrong_again(request, actor, one, form)
    said = form.cleaned_data["body"]
    try:
        if one.open:
            talking.still_wrong(
                one.reference, body=said, press=form.cleaned_data["press"], shown=shown, by=actor, at=timezone.now()
            )
        else:
            raising.raise_again(one.reference, said=f"Still wrong: {said}", shown=shown, by=actor, at=timezone.now())
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return wrong_again(request, actor, one, form)
    messages.success(request, "Sent. It is theirs again, and they are told.")
    return redirect("escalation", reference=one.reference)


def wrong_form(data: Any = None, typed: Any = None) -> SayForm:
    initial = {"press": secrets.token_urlsafe(16), **(typed or {})}
    return SayForm(data, initial=initial, asks="What do you see now?")


def wrong_again(request: HttpRequest, actor: Actor, one: Conversation, form: SayForm) -> HttpResponse:
    if "shown" in request.POST:
        return looked_at(request, actor, one, form, wrong=True)
    return wrong_page(request, actor, one, form)


def wrong_page(request: HttpRequest, actor: Actor, one: Conversation, form: SayForm) -> HttpResponse:
    status = 422 if form.is_bound else 200
    return render(request, "escalations/still_wrong.html", base(actor, one) | {"form": form}, status=status)
