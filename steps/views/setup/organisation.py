"""What the organisation is, its days, its pathway for new arrivals, and who sees what."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from onboarding.models import Organisation
from onboarding.policies import Refused
from onboarding.seen import ChangedMeanwhile, mark_of
from onboarding.setting_up import change_organisation
from steps.selectors.pathways import latest_versions
from steps.services.publishing import may_use, use_for_arrivals
from steps.setup.forms import FieldRulesForm, OrganisationForm, PathwayForm, organisation_initial
from steps.views.setup.door import changed, given, organisation_for, page

BOTH = ["GET", "HEAD", "POST"]


@require_http_methods(BOTH)
def details(request: HttpRequest, ods: str) -> HttpResponse:
    organisation = organisation_for(request, ods)
    kept = organisation_initial(organisation)
    form = OrganisationForm(given(request), initial={**texts(kept), "seen": mark_of(kept)})
    if form.is_bound and form.is_valid():
        fields = {name: form.cleaned_data[name] for name in kept}
        return saved(request, form, organisation, fields, "organisation", "setup_organisation")
    return page(request, "organisation", organisation, form=form, status=422 if form.is_bound else 200)


def texts(kept: dict[str, Any]) -> dict[str, Any]:
    """Times as a select has them."""
    return kept | {name: kept[name].isoformat("minutes") for name in ("opens", "closes")}


def saved(
    request: HttpRequest, form: Any, organisation: Organisation, fields: dict[str, Any], template: str, name: str
) -> HttpResponse:
    """Writes details of the organisation, then back to the list; refused, the form again."""
    ods = organisation.ods_code.lower()
    try:
        done = change_organisation(
            organisation_id=organisation.pk, fields=fields, seen=form.cleaned_data["seen"],
            by=request.actor, at=timezone.now(),  # type: ignore[attr-defined]
        )  # fmt: skip
    except ChangedMeanwhile as refusal:
        typed = [("Name", str(fields["name"]))] if "name" in fields else []
        return changed(request, refusal, back=reverse(name, args=[ods]), typed=typed)
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return page(request, template, organisation, form=form, status=422)
    messages.success(request, "Saved." if done else "It stood like that already.")
    return redirect("setup_place", ods)


@require_http_methods(BOTH)
def fields(request: HttpRequest, ods: str) -> HttpResponse:
    """Who sees what of a newcomer; the one rule that a trust may set is IT's."""
    organisation = organisation_for(request, ods)
    kept = {name: getattr(organisation, name) for name in ("it_sees_date_of_birth", "second_factor_days")}
    initial = kept | {"it_sees_date_of_birth": "yes" if kept["it_sees_date_of_birth"] else "no", "seen": mark_of(kept)}
    form = FieldRulesForm(given(request), initial=initial)
    if form.is_bound and form.is_valid():
        wanted = {name: form.cleaned_data[name] for name in kept}
        return saved(request, form, organisation, wanted, "fields", "setup_fields")
    return page(request, "fields", organisation, form=form, status=422 if form.is_bound else 200)


@require_http_methods(BOTH)
def pathway(request: HttpRequest, ods: str) -> HttpResponse:
    organisation = organisation_for(request, ods)
    usable = [v for v in latest_versions().values() if may_use(v.key, [organisation.ods_code])]
    choices = [(v.key, v.title) for v in usable]
    kept = {"usual_pathway": organisation.usual_pathway}
    form = PathwayForm(
        given(request), choices=choices, initial={"key": organisation.pathway_key, "seen": mark_of(kept)}
    )
    if form.is_bound and form.is_valid():
        ods = organisation.ods_code.lower()
        try:
            done = use_for_arrivals(
                organisation.pk, form.cleaned_data["key"], seen=form.cleaned_data["seen"],
                by=request.actor, at=timezone.now(),  # type: ignore[attr-defined]
            )  # fmt: skip
        except ChangedMeanwhile as refusal:
            return changed(request, refusal, back=reverse("setup_pathway", args=[ods]))
        title = dict(choices)[form.cleaned_data["key"]]
        messages.success(request, f"New arrivals are put on {title}." if done else "It stood like that already.")
        return redirect("setup_place", ods)
    return page(request, "pathway", organisation, form=form, status=422 if form.is_bound else 200)
