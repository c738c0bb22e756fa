"""The newcomer's answer to "Is this exactly what your passport says?": yes, or what it says instead."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from onboarding.policies import Refused
from steps import me_forms, policies
from steps.presenting import StepView
from steps.record_forms import OwnPassportForm
from steps.services.record import PASSPORT_FIELDS, newcomer_states
from steps.views.me import Own, own_placement, refused_plainly, view_of_step

THANKS = "Thank you. You told us that this is what your passport says."
GOES = "Thank you. HR compares this with your record, which stays as it is until HR has seen your passport."


def asked(request: HttpRequest, key: str) -> tuple[Own, StepView]:
    """The step that asks; 404 for one that does not."""
    mine = own_placement(request)
    view = view_of_step(request, mine, key, timezone.localdate())
    if not any(c.key == me_forms.PASSPORT_CHECK for c in me_forms.applicable(view.definition, mine.placement)):
        raise Http404
    return mine, view


@require_POST
def exactly(request: HttpRequest, key: str) -> HttpResponse:
    """Yes, exactly. What was on the page is confirmed: a record that changed since is asked about again."""
    mine, view = asked(request, key)
    if request.POST.get("seen", "") not in ("", str(view.row.version)):
        messages.warning(request, "The record changed after you opened this page. Please read it again.")
        return redirect(mine.address("step", key))
    said = {name: getattr(mine.placement.newcomer, name) for name in PASSPORT_FIELDS}
    try:
        newcomer_states(mine.placement.ref, said=said, by=request.actor, at=timezone.now())  # type: ignore[attr-defined]
    except Refused as refused:
        return refused_plainly(request, mine, view, str(refused))
    messages.success(request, THANKS)
    return redirect(mine.address("step", key))


@require_http_methods(["GET", "HEAD", "POST"])
def differs(request: HttpRequest, key: str) -> HttpResponse:
    """No: the newcomer writes what the passport says, and HR compares."""
    mine, view = asked(request, key)
    person = mine.placement.newcomer
    may = policies.can_say_passport(request.actor, view.row)  # type: ignore[attr-defined]
    initial = {name: getattr(person, name) for name in PASSPORT_FIELDS}
    initial["start_date"] = mine.placement.start_date
    form = OwnPassportForm(request.POST if request.method == "POST" and may else None, initial=initial)
    if form.is_bound and form.is_valid():
        try:
            exact = newcomer_states(
                mine.placement.ref, said=form.said(), by=request.actor, at=timezone.now()  # type: ignore[attr-defined]
            )  # fmt: skip
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, THANKS if exact else GOES)
            return redirect(mine.address("step", key))
    context = {"form": form if may else None, "reason": may.reason, "back": mine.address("step", key)}
    status = 403 if not may else 422 if form.is_bound else 200
    return render(request, "steps/passport.html", context, status=status)
