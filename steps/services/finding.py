"""Looking for people who are listed twice, in the background: after a roster, once a day, and on demand.

Each organisation's newcomers are compared by what that organisation may read. Whom it employs it knows in full; of a
lead employer's trainee whom it hosts it knows the name, so a proposal can tell it nothing about the rest.
"""

import datetime as dt
from collections.abc import Iterable

from django.db.models import Q

from onboarding import jobs
from onboarding.matching import Record
from onboarding.matching.twice import Twice, listed_twice
from onboarding.models import Job, Organisation, Placement
from onboarding.wording import UK
from steps.models import Joining, Pair, PairFound
from steps.models.joining import PairState

KIND = "listed_twice"
DAILY_AT = 3  # o'clock


def ask_for(organisation_ids: Iterable[int], *, at: dt.datetime) -> None:
    """Adds one job an organisation, unless one is waiting; part of the caller's transaction."""
    for pk in sorted(set(organisation_ids)):
        jobs.enqueue(KIND, {"organisation": pk}, at=at, key=f"{KIND}:{pk}:{at:%Y%m%d%H%M}")


def plan(now: dt.datetime) -> None:
    """Once a day, for those who arrived one by one or were corrected since. One query."""
    local = now.astimezone(UK)
    if local.hour >= DAILY_AT:
        jobs.enqueue(KIND, {}, at=now, key=f"{KIND}:{local:%Y%m%d}")


def work(job: Job, now: dt.datetime) -> None:
    """One organisation, or all of them in turn, each in a transaction of its own; doing it again does no harm."""
    one = job.payload.get("organisation")
    for pk in [one] if one else Organisation.objects.order_by("pk").values_list("pk", flat=True):
        if not jobs.renew(job, now):
            return
        find(pk, at=now)


def last_looked(organisation_ids: list[int]) -> dt.datetime | None:
    """When the newest finished search for one of these organisations ended. One query."""
    done = Job.objects.filter(kind=KIND, payload__organisation__in=organisation_ids, done_at__isnull=False)
    return done.order_by("-done_at").values_list("done_at", flat=True).first()


def find(organisation_id: int, *, at: dt.datetime) -> int:
    """Proposes what is new for one organisation, and drops undecided proposals that no longer hold.

    Gives the number of new ones. Says nothing about pairs on which a human has decided.
    """
    rows, full = records_of(organisation_id)
    decided = decided_pairs()
    wanted: dict[tuple[int, int], int] = {}
    for likely in listed_twice(rows):
        pair = key_of(likely)
        if pair not in decided and not full.isdisjoint(pair):
            wanted[pair] = likely.rank
    return store(organisation_id, wanted, at=at)


def key_of(likely: Twice) -> tuple[int, int]:
    first, second = sorted((int(likely.left), int(likely.right)))
    return first, second


def records_of(organisation_id: int) -> tuple[list[Record], set[int]]:
    """The organisation's newcomers as it may know them, and the ids of those whom it knows in full. One query."""
    people = Placement.objects.filter(Q(employer=organisation_id) | Q(host=organisation_id), twin_of=None)
    columns = ("newcomer_id", "employer_id", "newcomer__given_name", "newcomer__family_name")
    identity = ("newcomer__date_of_birth", "newcomer__gmc_number")
    records: dict[int, Record] = {}
    full: set[int] = set()
    for pk, employer, given, family, born, number in people.order_by("newcomer_id").values_list(*columns, *identity):
        if employer == organisation_id:
            full.add(pk)
            records[pk] = Record(str(pk), given, family, born.isoformat(), number)
        elif pk not in records:
            records[pk] = Record(str(pk), given, family)
    return list(records.values()), full


def decided_pairs() -> set[tuple[int, int]]:
    """Pairs that a human called two people. Whoever was joined since counts as the record that they are part of."""
    into: dict[int, int] = dict(Joining.objects.filter(undone_at=None).values_list("gone_id", "kept_id"))

    def now(pk: int) -> int:
        while pk in into:
            pk = into[pk]
        return pk

    two = Pair.objects.filter(state=PairState.TWO_PEOPLE).values_list("first_id", "second_id")
    found = set()
    for one, other in two:
        first, second = sorted((now(one), now(other)))
        found.add((first, second))
    return found


def store(organisation_id: int, wanted: dict[tuple[int, int], int], *, at: dt.datetime) -> int:
    theirs = PairFound.objects.filter(organisation=organisation_id).select_related("pair")
    known = {(one.pair.first_id, one.pair.second_id): one for one in theirs}
    for_nothing = [
        one.pk for key, one in known.items() if key not in wanted and one.pair.state == PairState.OPEN
        and one.pair.asked_by_id is None
    ]  # fmt: skip
    PairFound.objects.filter(pk__in=for_nothing).delete()
    for key, one in known.items():
        if key in wanted and one.rank != wanted[key]:
            PairFound.objects.filter(pk=one.pk).update(rank=wanted[key])
    new = {key: rank for key, rank in wanted.items() if key not in known}
    Pair.objects.bulk_create([Pair(first_id=a, second_id=b) for a, b in new], ignore_conflicts=True)
    firsts = Pair.objects.filter(first__in={a for a, _ in new}).values_list("first_id", "second_id", "pk")
    pks = {(a, b): pk for a, b, pk in firsts}
    PairFound.objects.bulk_create(
        [PairFound(pair_id=pks[key], organisation_id=organisation_id, found_at=at, rank=r) for key, r in new.items()],
        ignore_conflicts=True,
    )
    return len(new)
