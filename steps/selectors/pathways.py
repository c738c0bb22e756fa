"""Published pathways. A version never changes, so the parsed graph is kept in the process."""

from functools import lru_cache

from django.db.models import Max

from steps.models import PathwayVersion
from steps.pathway import Pathway, parse


@lru_cache(maxsize=64)
def parsed(version_id: int, source: str) -> Pathway:
    return parse(source)


def pathway_of(version: PathwayVersion) -> Pathway:
    """The graph of a version that is at hand. No query."""
    return parsed(version.pk, version.source)


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
