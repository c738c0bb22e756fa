"""Pathways become versions: a changed one is the next version, and the placements on its key move to it."""

import datetime as dt
import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from django.db import transaction
from django.utils import timezone

from onboarding.actors import Actor, system
from onboarding.audit import change
from onboarding.models import Organisation, Placement
from onboarding.policies import Refused
from onboarding.seen import require_seen
from onboarding.setting_up import require_lead
from onboarding.words import PlacementStatus
from steps.models import Chain, Fact, PathwayVersion, PlacementStep
from steps.pathway import Pathway, shipped
from steps.selectors.pathways import graph_of, latest_version, local_pathway, pathway_for
from steps.services.locking import lock
from steps.services.settling import resolved_columns, settle

BATCH = 200


@dataclass(frozen=True, slots=True)
class Published:
    """The version that stands under the key now, whether it is new, and how many placements moved to it."""

    version: PathwayVersion
    new: bool
    moved: int


def publish(source: str, *, by: Actor, at: dt.datetime) -> Published:
    """Publishes a pathway's TOML: the same text as the newest version changes nothing; faults are refused whole
    (`PathwayFaults`). Placements on the key move to the new version in batches, each resolved afresh.
    """
    digest = hashlib.sha256(source.encode()).hexdigest()
    pathway = graph_of(source, digest)
    with transaction.atomic():
        newest = latest_version(pathway.key)
        if newest and newest.content_hash == digest:
            version, new = newest, False
        else:
            version, new = (
                PathwayVersion.objects.create(
                    key=pathway.key,
                    version=newest.version + 1 if newest else 1,
                    title=pathway.title,
                    country=pathway.country,
                    source=source,
                    content_hash=digest,
                    published_at=at,
                    published_by_id=by.user_id,
                ),
                True,
            )
            with change(by=by, at=timezone.now()) as made:
                made.note(
                    organisation_ids=concerned(pathway.key, by),
                    action="pathway.published",
                    subject=f"pathway:{pathway.key}",
                    before={"version": newest.version if newest else None},
                    after={"version": version.version, "content_hash": digest},
                )
    return Published(version, new, move_to(version, by=by))


def concerned(key: str, by: Actor) -> list[int]:
    """The organisations with newcomers on this pathway; with none yet, those of the person who publishes it."""
    pairs = Placement.objects.filter(chain__pathway__key=key).values_list("employer_id", "host_id").distinct()
    found = sorted({org for pair in pairs for org in pair})
    return found or [g.place.id for g in by.grants] or list(Organisation.objects.values_list("pk", flat=True)[:1])


def move_to(version: PathwayVersion, *, by: Actor) -> int:
    """Moves the placements that are on older versions of the key, each batch one transaction; can be run again."""
    moved = 0
    behind = (
        Chain.objects.filter(pathway__key=version.key, pathway__version__lt=version.version)
        .exclude(placement__status__in=[PlacementStatus.WITHDRAWN, PlacementStatus.LEFT])
        .order_by("pk")
        .values_list("placement__ref", flat=True)
    )
    while refs := list(behind[:BATCH]):
        with transaction.atomic():
            for ref in refs:
                locked = lock(ref)
                locked.chain.pathway = version
                locked.chain.save(update_fields=["pathway"])
                settle(locked.placement, locked.chain, pathway_for(locked.placement), locked.rows, locked.facts)
        moved += len(refs)
    return moved


@dataclass(frozen=True, slots=True)
class WouldChange:
    """One step of one newcomer whose verdict would differ: `before` or `after` is "" where the step is not there."""

    placement: Placement
    step: str
    before: str
    after: str


def preview(pathway: Pathway) -> Iterator[WouldChange]:
    """Whose verdicts publishing this would change. Writes nothing; holds one batch in memory at a time."""
    chains = (
        Chain.objects.filter(pathway__key=pathway.key)
        .exclude(placement__status__in=[PlacementStatus.WITHDRAWN, PlacementStatus.LEFT])
        .select_related("placement__newcomer", "placement__employer", "placement__host")
        .order_by("pk")
        .iterator(chunk_size=BATCH)
    )
    while batch := list(islice(chains, BATCH)):
        ids = [chain.placement_id for chain in batch]
        held: dict[int, dict[str, str]] = {pk: {} for pk in ids}
        for row in PlacementStep.objects.filter(placement__in=ids):
            held[row.placement_id][row.key] = row.state
        facts = facts_by_placement(ids)
        for chain in batch:
            states = held[chain.placement_id]
            here = local_pathway(pathway, chain.placement.employer, chain.placement.host)
            fresh = resolved_columns(chain.placement, chain, here, facts[chain.placement_id])
            for key in dict.fromkeys([*states, *fresh]):
                before, after = states.get(key, ""), str(fresh[key]["state"]) if key in fresh else ""
                if before != after:
                    yield WouldChange(chain.placement, key, before, after)


def facts_by_placement(ids: list[int]) -> dict[int, list[Fact]]:
    facts: dict[int, list[Fact]] = {pk: [] for pk in ids}
    for fact in Fact.objects.filter(placement__in=ids).order_by("at", "pk"):
        facts[fact.placement_id].append(fact)
    return facts


def publish_shipped(*, at: dt.datetime, by: Actor | None = None) -> list[PathwayVersion]:
    """Publishes the five pathways that come with the product, where no version of them stands yet."""
    made = []
    for key, source in shipped().items():
        if latest_version(key) is None:
            made.append(publish(source, by=by or system("shipped pathways"), at=at).version)
    return made


def may_use(key: str, ods_codes: Iterable[str]) -> bool:
    """May these organisations put newcomers on the pathway? Not if its key begins with another's ODS code: then it
    is that organisation's own. At most one query, none for a shipped one.
    """
    owner = key.partition("-")[0].upper()
    if key in shipped() or owner in ods_codes:
        return True
    return not Organisation.objects.filter(ods_code=owner).exists()


def require_own(key: str, ods_codes: Iterable[str]) -> None:
    """An organisation publishes under its own prefix: a shipped pathway is shared by all."""
    prefixes = [f"{code.lower()}-" for code in ods_codes]
    if not any(key.startswith(prefix) and len(key) > len(prefix) for prefix in prefixes):
        raise Refused(f"Give the pathway a key of your own that begins with {' or '.join(prefixes)}.")


def use_for_arrivals(organisation_id: int, key: str, *, seen: str = "", by: Actor, at: dt.datetime) -> bool:
    """Makes a pathway the organisation's usual one. False: it is already."""
    require_lead(by, organisation_id)
    with change(by=by, at=at) as made:
        organisation = Organisation.objects.select_for_update(no_key=True).get(pk=organisation_id)
        kept, subject = {"usual_pathway": organisation.usual_pathway}, f"organisation:{organisation.ods_code}"
        require_seen(seen, kept, organisation_id=organisation_id, subject=subject)
        if not may_use(key, [organisation.ods_code]):
            raise Refused("This pathway is another organisation's.")
        if organisation.usual_pathway == key:
            return False
        before, organisation.usual_pathway = organisation.usual_pathway, key
        organisation.save(update_fields=["usual_pathway"])
        made.note(
            organisation_ids=[organisation_id],
            action="organisation.pathway",
            subject=subject,
            before={"usual_pathway": before},
            after={"usual_pathway": key},
        )
        return True
