"""What is needed to hold a staff record against its sources: the statements, what the staff record list says, the
last confirmation. The reader's right is the caller's to ask (`steps.policies.can_check_record`)."""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from onboarding.models import Placement
from onboarding.wording import day_words
from steps.models import RecordCheck, RecordStatement, Source, SystemAccount
from steps.pathway import Pathway
from steps.record_check import Compared, Difference, Said, compared, refusal

INSIDE = {Source.PASSPORT: "the passport", Source.GMC: "the GMC register", Source.CONTRACT: "the contract"}
LIST = "list"  # the staff record's own extract; not a source that somebody types
STATED = ("given_name", "family_name", "full_name", "date_of_birth", "start_date", "role", "gmc_number")
EXPLAINED_OF = ("given_name", "family_name", "role")  # while these stay, an explanation holds


@dataclass(frozen=True, slots=True)
class Sides:
    """The record held against its sources. `statements`: the newest of each source, by source."""

    compared: Compared
    statements: Mapping[str, RecordStatement]
    check: RecordCheck | None
    checked: frozenset[int]

    @property
    def unexplained(self) -> tuple[Difference, ...]:
        """What could be explained and is not, as far as it was there at the last confirmation."""
        return tuple(d for d in self.compared.to_explain if d.source.id is None or d.source.id not in self.checked)

    @property
    def is_confirmed(self) -> bool:
        """Does the last confirmation rest on all that is stated now?"""
        return self.check is not None and {s.pk for s in self.statements.values()} <= self.checked

    def why_not(self, explained: str = "") -> str:
        """Why the record cannot be confirmed as it stands; "" if it can."""
        if self.compared.in_the_way:
            return refusal(self.compared.in_the_way)
        if self.unexplained and not explained.strip():
            return "Say why the record may stand: a source words it differently. The record check shows how."
        return ""


def record_key(pathway: Pathway) -> str:
    """The staff record's step: the first of every pathway."""
    return pathway.steps[0].key


def newest(statements: Iterable[RecordStatement]) -> dict[str, RecordStatement]:
    """The newest of each source, in the order in which they are shown."""
    found: dict[str, RecordStatement] = {}
    for one in sorted(statements, key=lambda s: s.pk, reverse=True):
        found.setdefault(one.source, one)
    return {source: found[source] for source in Source.values if source in found}


def sides_of(placement: Placement, *, key: str, today: dt.date) -> Sides:
    """Three queries, and one more once the record was confirmed."""
    statements = newest(RecordStatement.objects.filter(placement=placement))
    account = SystemAccount.objects.filter(placement=placement, system=key).first()
    check = RecordCheck.objects.filter(placement=placement).order_by("-pk").first()
    sources = said_by(statements, account, placement, today)
    holds = check is not None and all(check.record.get(f) == own(placement, f) for f in EXPLAINED_OF)
    checked = frozenset(check.statements.values_list("pk", flat=True)) if check and holds else frozenset()
    return Sides(compared(record_of(placement), sources), statements, check, checked)


def own(placement: Placement, field: str) -> Any:
    return getattr(placement if field in ("role", "start_date") else placement.newcomer, field)


def record_of(placement: Placement) -> Said:
    names = ("given_name", "family_name", "date_of_birth", "start_date", "role", "gmc_number")
    return Said("record", "Staff record", "the staff record", **{n: own(placement, n) for n in names})


def said_by(
    statements: Mapping[str, RecordStatement], account: SystemAccount | None, placement: Placement, today: dt.date
) -> list[Said]:
    """The columns. What the newcomer reads counts until HR has seen the passport itself; a list is older than any
    correction, so that it holds nothing up."""
    name = placement.newcomer.name
    passport = statements.get(Source.PASSPORT)
    found = []
    for source, one in statements.items():
        by_newcomer = source == Source.NEWCOMER
        found.append(
            Said(
                source,
                f"Passport, as {name} reads it" if by_newcomer else Source(source).label,
                f"the passport, as {name} reads it," if by_newcomer else INSIDE[Source(source)],
                **{field: getattr(one, field) for field in STATED},
                typed=f"{one.by_name}, {day_words(one.at, today=today)}",
                id=one.pk,
                superseded=by_newcomer and passport is not None and passport.pk > one.pk,
            )
        )
    if account and account.said:
        found.append(listed(account, today))
    return found


def listed(account: SystemAccount, today: dt.date) -> Said:
    said = account.said
    stated: dict[str, Any] = {n: str(said.get(n) or "") for n in STATED}
    stated |= {n: day_in(said.get(n)) for n in ("date_of_birth", "start_date")}
    typed = f"its list of {day_words(account.as_of, today=today)}"
    return Said(LIST, "Staff record system", "the staff record system", **stated, typed=typed, superseded=True)


def day_in(text: Any) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text)
    except (TypeError, ValueError):
        return None


def differing(placements: Collection[int]) -> dict[int, tuple[Difference, ...]]:
    """Placement id -> where its record and a source are not the same, for a page of a list. One query, none without
    placements."""
    if not placements:
        return {}
    rows: dict[int, list[RecordStatement]] = {}
    stated = RecordStatement.objects.filter(placement__in=placements).select_related("placement__newcomer")
    for one in stated:
        rows.setdefault(one.placement_id, []).append(one)
    return {pk: differences_of(found[0].placement, newest(found)) for pk, found in rows.items()}


def differences_of(placement: Placement, statements: Mapping[str, RecordStatement]) -> tuple[Difference, ...]:
    today = dt.date.min  # nobody reads here when it was typed
    found = compared(record_of(placement), said_by(statements, None, placement, today)).differences
    return tuple(d for d in found if not d.source.superseded)
