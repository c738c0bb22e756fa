"""The onboarding lead's pathways: what there is, how each looks, and publishing an own one with its consequences."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from onboarding.actors import Actor
from onboarding.models import Organisation
from onboarding.policies import Refused
from onboarding.wording import capital, count_words, date_words, list_words
from onboarding.words import Role
from steps import picture
from steps.models import Chain, PathwayVersion
from steps.pathway import Fault, Pathway, PathwayFaults, Step, check, parse
from steps.selectors.pathways import latest_version, latest_versions, pathway_of
from steps.services import publishing
from steps.words import any_words, function_words, rule_words

LARGEST = 200_000  # bytes of a pathway file; the shipped ones have about 40,000
SHOWN = 100


class PathwayFile(forms.Form):
    file = forms.FileField(
        label="Pathway file",
        help_text="TOML. Take one of the pathways above as a start.",
        allow_empty_file=True,
        error_messages={"required": "Choose a file."},
    )


def lead(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if not actor.places(Role.ONBOARDING_LEAD):
        raise PermissionDenied
    return actor


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    return listing(request, lead(request), PathwayFile())


def listing(request: HttpRequest, actor: Actor, form: PathwayFile, faults: list[Fault] | None = None) -> HttpResponse:
    """Every pathway that this lead may use, with how many of the organisation's newcomers are on it."""
    places = actor.places(Role.ONBOARDING_LEAD)
    counts = dict(
        Chain.objects.filter(placement__host__in=places)
        .values_list("pathway__key")
        .annotate(count=Count("pk"))
        .values_list("pathway__key", "count")
    )
    usual = {o.pathway_key for o in Organisation.objects.filter(pk__in=places)}
    versions = [v for v in latest_versions().values() if publishing.may_use(v.key, ods_codes(actor))]
    rows = [
        {
            "version": v,
            "published": date_words(timezone.localdate(v.published_at)),
            "people": counts.get(v.key, 0),
            "usual": v.key in usual,
        }
        for v in versions
    ]
    context = {"rows": rows, "form": form, "faults": faults or [], "prefixes": prefixes(actor)}
    refused = form.is_bound and (form.errors or faults)
    return render(request, "steps/pathways.html", context, status=422 if refused else 200)


def ods_codes(actor: Actor) -> list[str]:
    return sorted({g.place.ods_code for g in actor.grants if g.role == Role.ONBOARDING_LEAD})


def prefixes(actor: Actor) -> str:
    return list_words([f"{code.lower()}-" for code in ods_codes(actor)], last="or")


def version_for(actor: Actor, key: str) -> PathwayVersion:
    version = latest_version(key) if publishing.may_use(key, ods_codes(actor)) else None
    if version is None:
        raise Http404
    return version


@require_safe
def pathway(request: HttpRequest, key: str) -> HttpResponse:
    actor = lead(request)
    version = version_for(actor, key)
    graph = pathway_of(version)
    drawn = picture.drawing([item(step, graph) for step in graph.steps])
    context = {
        "version": version,
        "graph": graph,
        "drawing": drawn,
        "steps": [step_words(s, graph) for s in graph.steps],
    }
    return render(request, "steps/pathway.html", context)


def item(step: Step, graph: Pathway) -> picture.Item:
    newcomers = step.owner == "newcomer"
    return picture.Item(
        key=step.key,
        short=step.short,
        title=step.title,
        glyph="yours" if newcomers else "team",
        tag=function_words(step.owner),
        colour="",
        sentence="",
        needs="",
        better_after=list_words([graph.step(k).short for k in step.better_after]),
        since="Week 1" if step.week_one else "",
        href="",
        met=False,
        acting=step.week_one,
        waiting=False,
        week_one=step.week_one,
        not_needed=False,
        hard=step.after,
        any=step.any,
        preferred=step.better_after,
    )


def step_words(step: Step, graph: Pathway) -> dict[str, Any]:
    def shorts(keys: Any) -> list[str]:
        return [graph.step(k).short for k in keys]

    least, most = step.usual_days
    return {
        "step": step,
        "owner": f"{capital(function_words(step.owner))}{f', {step.side}' if step.side else ''}",
        "after": list_words([*shorts(step.after), *(any_words(shorts(group)) for group in step.any)]),
        "better": list_words(shorts(step.better_after)),
        "carries": carries_words(step),
        "rule": f"{capital(rule_words(step))}." if step.applies else "",
        "days": f"{least} to {most} working days",
    }


CARRIED = {
    "employer": "another post with this employer",
    "host": "another post at this host",
    "anywhere": "any other post",
}


def carries_words(step: Step) -> str:
    """When it counts as done because it was done in another post: "Carried over from any other post, and asked
    again." """
    if step.carries is None:
        return ""
    since = f", if it was done in the last {count_words(step.carries.days, 'day')}" if step.carries.days else ""
    return f"Carried over from {CARRIED[step.carries.source]}{since}{', and asked again' if step.carries.ask else ''}."


@require_safe
def source(request: HttpRequest, key: str) -> HttpResponse:
    """The newest version's TOML, as a file to change."""
    version = version_for(lead(request), key)
    response = HttpResponse(version.source, content_type="application/toml; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{version.key}.toml"'
    return response


@require_POST
def preview(request: HttpRequest) -> HttpResponse:
    """What publishing the file would change for whom, or everything that is wrong with it. Writes nothing."""
    actor = lead(request)
    form = PathwayFile(request.POST, request.FILES)
    if not form.is_valid():
        return listing(request, actor, form)
    try:
        text = read(form.cleaned_data["file"])
        publishing.require_own(parse(text).key, ods_codes(actor))
    except PathwayFaults as wrong:
        return listing(request, actor, form, faults=list(wrong.faults))
    except Refused as refusal:
        form.add_error("file", str(refusal))
        return listing(request, actor, form)
    return consequences(request, text)


def read(file: Any) -> str:
    if file.size > LARGEST:
        raise Refused(f"The file is larger than {LARGEST // 1000} kB.")
    try:
        return str(file.read().decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise Refused("The file is not UTF-8 text.") from error


def consequences(request: HttpRequest, text: str) -> HttpResponse:
    graph = parse(text)
    newest = latest_version(graph.key)
    changes = list(publishing.preview(graph))
    people = len({c.placement.pk for c in changes})
    on_it = Chain.objects.filter(pathway__key=graph.key).count()
    titles = {s.key: s.short for s in [*(pathway_of(newest).steps if newest else ()), *graph.steps]}
    rows = [
        {"name": c.placement.newcomer.name, "step": titles.get(c.step, c.step), "before": c.before, "after": c.after}
        for c in changes[:SHOWN]
    ]
    context = {
        "graph": graph, "source": text, "rows": rows, "more": len(changes) - len(rows), "people": people,
        "on_it": on_it, "number": newest.version + 1 if newest else 1,
    }  # fmt: skip
    return render(request, "steps/pathway_preview.html", context)


@require_POST
def publish(request: HttpRequest) -> HttpResponse:
    actor = lead(request)
    text = request.POST.get("source", "").replace("\r\n", "\n")
    faults = check(text)
    if faults or len(text.encode()) > LARGEST:
        return listing(request, actor, PathwayFile(request.POST), faults=faults)
    try:
        publishing.require_own(parse(text).key, ods_codes(actor))
    except Refused as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    done = publishing.publish(text, by=actor, at=timezone.now())
    what = f"{done.version.title}, version {done.version.version}"
    says = f"{what} is published. {done.moved} newcomers moved to it." if done.new else f"{what} stands already."
    messages.success(request, says)
    return redirect("pathway", done.version.key)


@require_POST
def use(request: HttpRequest, key: str) -> HttpResponse:
    """New arrivals without a pathway of their own in the roster are put on this one from now on."""
    actor = lead(request)
    version = version_for(actor, key)
    for organisation_id in actor.places(Role.ONBOARDING_LEAD):
        publishing.use_for_arrivals(organisation_id, version.key, by=actor, at=timezone.now())
    messages.success(request, f"New arrivals are put on {version.title} from now on.")
    return redirect("pathways")
