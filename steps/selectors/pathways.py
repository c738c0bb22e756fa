"""Published pathways. A version never changes, so the parsed graph is kept in the process, under its hash."""

from collections.abc import Iterable

from django.db.models import Max

from onboarding.models import Organisation, Placement
from steps.models import PathwayVersion
from steps.pathway import Pathway, parse
from steps.pathway.owning import fitting, owners_on, with_owners

KEPT = 64  # graphs, some 50 kB each; the oldest goes first
_graphs: dict[str, Pathway] = {}


def pathway_of(version: PathwayVersion) -> Pathway:
    """The graph of a version that is at hand. No query, even where its source is deferred, once it is kept."""
    kept = _graphs.get(version.content_hash)
    return kept if kept is not None else graph_of(version.source, version.content_hash)


def graph_of(source: str, content_hash: str) -> Pathway:
    """The graph of a TOML text, which is kept under its hash. `PathwayFaults` for a text that has any."""
    graph = _graphs.get(content_hash)
    if graph is None:
        graph = parse(source)
        while len(_graphs) >= KEPT:
            _graphs.pop(next(iter(_graphs)), None)
        _graphs[content_hash] = graph
    return graph


def pathways_by_hash(hashes: Iterable[str]) -> dict[str, Pathway]:
    """Content hash -> graph. No query for those kept; one for all that this process has not met yet."""
    wanted = set(hashes)
    found = {one: _graphs[one] for one in wanted if one in _graphs}
    if missing := wanted - set(found):
        for version in PathwayVersion.objects.filter(content_hash__in=missing):
            found[version.content_hash] = pathway_of(version)
    return found


def short_titles(hashes: Iterable[str]) -> dict[str, dict[str, str]]:
    """Content hash -> step key -> short title."""
    return {key: {step.key: step.short for step in graph.steps} for key, graph in pathways_by_hash(hashes).items()}


def latest_version(key: str) -> PathwayVersion | None:
    return PathwayVersion.objects.filter(key=key).order_by("-version").first()


def published_pathway(key: str) -> Pathway | None:
    """The graph that new arrivals under this key are put on; None when nothing is published under it."""
    version = latest_version(key)
    return pathway_of(version) if version else None


def latest_versions() -> dict[str, PathwayVersion]:
    """Every key with its newest version. Two queries."""
    newest = PathwayVersion.objects.values("key").annotate(newest=Max("version"))
    wanted = {(row["key"], row["newest"]) for row in newest}
    return {v.key: v for v in PathwayVersion.objects.order_by("key") if (v.key, v.version) in wanted}


def pathway_for(placement: Placement) -> Pathway:
    """The pathway of a placement as its employer and its host do it. Needs both and `chain.pathway`; no query."""
    return local_pathway(pathway_of(placement.chain.pathway), placement.employer, placement.host)


def local_pathway(pathway: Pathway, employer: Organisation, host: Organisation) -> Pathway:
    """The employer says who has the steps on the employer's side, the host those on the host's."""
    if not (employer.step_owners or host.step_owners):
        return pathway
    sides = {"employer": fitting(employer.step_owners), "host": fitting(host.step_owners)}
    return with_owners(pathway, owners_on(pathway, sides))


def owned_by(organisation: Organisation, pathway: Pathway) -> Pathway:
    """The pathway as this organisation does it, wherever it stands on both sides."""
    return local_pathway(pathway, organisation, organisation)
