"""The pathway's steps as they are done here: who really has each, and what newcomers are told."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from onboarding.models import Organisation
from onboarding.policies import Refused
from onboarding.seen import ChangedMeanwhile, mark_of
from onboarding.wording import capital, count_words
from steps.pathway import Pathway, Step
from steps.selectors.local import own_guidance
from steps.selectors.pathways import owned_by, published_pathway
from steps.services import owning
from steps.services.guiding import kept_guidance, set_guidance
from steps.setup.step_forms import GuidanceForm, OwnerForm, guidance_initial
from steps.views.setup.door import changed, given, organisation_for, page
from steps.words import function_words

BOTH = ["GET", "HEAD", "POST"]


def pathway_here(organisation: Organisation) -> Pathway:
    pathway = published_pathway(organisation.pathway_key)
    if pathway is None:
        raise Http404
    return pathway


def step_of(pathway: Pathway, key: str) -> Step:
    if key not in pathway.keys:
        raise Http404
    return pathway.step(key)


@require_safe
def index(request: HttpRequest, ods: str) -> HttpResponse:
    organisation = organisation_for(request, ods)
    pathway = pathway_here(organisation)
    local, told = owned_by(organisation, pathway), own_guidance(organisation.pk)
    rows = [line(step, local.step(step.key), told) for step in pathway.steps]
    progress = owning.progress_of(organisation.pk)
    return page(request, "steps", organisation, rows=rows, progress=progress, pathway=pathway)


def line(step: Step, here: Step, told: dict[str, Any]) -> dict[str, Any]:
    own = told.get(step.key)
    return {
        "step": step,
        "who": owner_words(here),
        "usual": owner_words(step) if (step.owner, step.side) != (here.owner, here.side) else "",
        "can_change": step.side is not None,
        "told": bool(own),
        "links": count_words(len(own.links), "link") if own and own.links else "",
    }


def owner_words(step: Step) -> str:
    """ "IT, where they work"; for the newcomer's own steps nobody else."""
    who = capital(function_words(step.owner))
    if step.side is None:
        return who
    return f"{who}, {'of the employer' if step.side == 'employer' else 'where they work'}"


@require_http_methods(BOTH)
def owner(request: HttpRequest, ods: str, key: str) -> HttpResponse:
    organisation = organisation_for(request, ods)
    step = step_of(pathway_here(organisation), key)
    if step.side is None:
        raise Http404
    kept = owning.kept_owner(organisation, key)
    function, side = kept[key] or ("", step.side)
    initial = {"function": function, "side": side, "seen": mark_of(kept)}
    form = OwnerForm(given(request), usual=owner_words(step), initial=initial)
    if form.is_bound and form.is_valid():
        try:
            count = owning.set_owner(
                organisation.pk, key, form.owner, seen=form.cleaned_data["seen"],
                by=request.actor, at=timezone.now(),  # type: ignore[attr-defined]
            )  # fmt: skip
        except ChangedMeanwhile as refusal:
            return changed(request, refusal, back=reverse("setup_step_owner", args=[ods, key]))
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, resettled_words(step, count, organisation))
            return redirect("setup_steps", ods)
    people = count_words(owning.steps_here(organisation.pk, key), "newcomer")
    status = 422 if form.is_bound else 200
    return page(request, "step_owner", organisation, form=form, step=step, people=people, status=status)


def resettled_words(step: Step, count: int | None, organisation: Organisation) -> str:
    if count is None:
        return "It stood like that already."
    if count == 0:
        return f"{step.short}: saved."
    people = count_words(count, "newcomer")
    if count > owning.AT_ONCE:
        return f"{step.short}: saved. What it changes for {people} is worked out in the background."
    return f"{step.short}: saved, and worked out for {people}."


@require_safe
def progress(request: HttpRequest, ods: str) -> JsonResponse:
    """How far the newcomers are worked out afresh, for the script that tells it."""
    found = owning.progress_of(organisation_for(request, ods).pk)
    if found is None:
        return JsonResponse({"working": False, "percent": 100, "says": "Finished."})
    return JsonResponse({"working": True, "percent": found.percent, "says": says(found)})


def says(found: owning.Progress) -> str:
    return f"{found.done:,} of {count_words(found.total, 'newcomer')} worked out."


@require_http_methods(BOTH)
def guidance(request: HttpRequest, ods: str, key: str) -> HttpResponse:
    organisation = organisation_for(request, ods)
    step = step_of(pathway_here(organisation), key)
    kept = kept_guidance(own_guidance(organisation.pk).get(key))
    form = GuidanceForm(given(request), initial=guidance_initial(kept) | {"seen": mark_of(kept)})
    if form.is_bound and form.is_valid():
        text = form.cleaned_data["text"]
        try:
            done = set_guidance(
                organisation.pk, key, text=text, links=form.links, replaces=form.cleaned_data["replaces"],
                seen=form.cleaned_data["seen"], by=request.actor, at=timezone.now(),  # type: ignore[attr-defined]
            )  # fmt: skip
        except ChangedMeanwhile as refusal:
            back = reverse("setup_step_guidance", args=[ods, key])
            return changed(request, refusal, back=back, typed=[("In your words", text)])
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"{step.short}: saved." if done else "It stood like that already.")
            return redirect("setup_steps", ods)
    status = 422 if form.is_bound else 200
    return page(request, "step_guidance", organisation, form=form, step=step, status=status)
