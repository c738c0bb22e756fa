"""An organisation's own headings, told once: "Position Title" is `role`, "Cost centre" is nothing to us."""

import datetime as dt
from collections.abc import Mapping, Sequence

from onboarding.actors import Actor
from onboarding.audit import change
from onboarding.models import Organisation
from onboarding.policies import Refused
from onboarding.roster.columns import LEFT_OUT, NAMES, PROBLEM, plain
from steps.arrival.storing import require_import

LONGEST = 200  # letters of a heading that can be kept


def unknown_headings(heading: Sequence[str], own: Mapping[str, str]) -> list[str]:
    """The headings of a file that neither we nor the organisation's map know, once each."""
    known = {plain(name) for name in (*NAMES, *own, PROBLEM)}
    found: dict[str, str] = {}
    for text in heading:
        key, words = plain(text), text.strip()
        if key and key not in known and words.isprintable() and len(words) <= LONGEST:
            found.setdefault(key, words)
    return list(found.values())


def columns_there(heading: Sequence[str], own: Mapping[str, str]) -> set[str]:
    """The columns that a file has already, by our names or by the organisation's."""
    by_plain = {plain(name): name for name in NAMES} | {plain(text): name for text, name in own.items()}
    return {by_plain[key] for key in map(plain, heading) if by_plain.get(key)}


def save_headings(organisation: Organisation, chosen: Mapping[str, str], *, by: Actor, at: dt.datetime) -> None:
    """Keeps which column each heading is (`LEFT_OUT` for one that nobody reads), beside those told before."""
    require_import(by, organisation)
    for heading, name in chosen.items():
        if name != LEFT_OUT and name not in NAMES:
            raise Refused(f"There is no column “{name}”.")
        if len(heading) > LONGEST or not heading.isprintable() or not plain(heading):
            raise Refused("This heading cannot be kept. Change it in the file.")
    with change(by=by, at=at) as made:
        held = Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)
        before = dict(held.heading_map)
        told = {plain(heading) for heading in chosen}
        after = {heading: name for heading, name in before.items() if plain(heading) not in told} | dict(chosen)
        organisation.heading_map = after
        if after == before:
            return
        held.heading_map = after
        held.save(update_fields=["heading_map"])
        made.note(
            organisation_ids=[organisation.pk],
            action="organisation.headings",
            subject=f"organisation:{organisation.ods_code}",
            before=before,
            after=after,
        )
