"""What a pair of records shows: a short list of events, each a comparison and the level it reached.

The name is compared as one: given with given and family with family where that fits, crosswise where the order
was swapped, word by word with the best fit where there are several. Splink's guide treats forename and surname
as one comparison for the same reason
(https://moj-analytical-services.github.io/splink/topic_guides/comparisons/out_of_the_box_comparisons.html).
"""

from collections.abc import Iterator
from itertools import product
from typing import NamedTuple

from onboarding.identity import dates, numbers
from onboarding.identity.spelling import ALIKE, DIFFERENT, NEAR, likeness
from onboarding.matching.records import FAMILY, GIVEN, Plain

# Comparisons: the first two are also the roles of records.py.
ORDER, REST, DATE, NUMBER = 2, 3, 4, 5
KEPT, CROSSED = 0, 1
NO_REST, SOME_REST = 0, 1
LEVELS = {GIVEN: 5, FAMILY: 5, ORDER: 2, REST: 2, DATE: 5, NUMBER: 4}


class Event(NamedTuple):
    """`left` and `right` are the values that were compared, for their frequency; empty where that says nothing."""

    comparison: int
    level: int
    left: str = ""
    right: str = ""


def events(left: Plain, right: Plain) -> list[Event]:
    """All that the pair shows; a field that either side leaves empty shows nothing."""
    found = name_events(left, right)
    if left.born and right.born:
        found.append(Event(DATE, dates.difference(left.born, right.born)))
    if left.number and right.number:
        found.append(Event(NUMBER, numbers.difference(left.number, right.number)))
    return found


def name_events(left: Plain, right: Plain) -> list[Event]:
    (left_given, left_family), (right_given, right_family) = left.joined, right.joined
    if not (left_given or left_family) or not (right_given or right_family):
        return []
    given = likeness(left_given, right_given) if left_given and right_given else None
    family = likeness(left_family, right_family) if left_family and right_family else None
    if given is not None and family is not None and max(given, family) <= NEAR:
        return [
            Event(GIVEN, given, left_given, right_given),
            Event(FAMILY, family, left_family, right_family),
            Event(ORDER, KEPT),
        ]
    if any(len(words) > 1 for words in (*left.words, *right.words)):
        return _word_events(left, right, given, family)
    return _single_word_events(left.joined, right.joined, given, family)


def _single_word_events(
    left: tuple[str, str], right: tuple[str, str], given: int | None, family: int | None
) -> list[Event]:
    """Straight or crosswise, whichever fits better; straight if both fit alike."""
    across = likeness(left[GIVEN], right[FAMILY]) if left[GIVEN] and right[FAMILY] else None
    back = likeness(left[FAMILY], right[GIVEN]) if left[FAMILY] and right[GIVEN] else None
    best_across = min((level for level in (across, back) if level is not None), default=DIFFERENT)
    best_straight = min((level for level in (given, family) if level is not None), default=DIFFERENT + 1)
    if best_across <= ALIKE and _fit(across, back) > _fit(given, family) and best_across <= best_straight:
        crossed = [
            Event(GIVEN, level, one, other)
            for level, one, other in (
                (across, left[GIVEN], right[FAMILY]),
                (back, left[FAMILY], right[GIVEN]),
            )
            if level is not None
        ]
        return [*crossed, Event(ORDER, CROSSED)]
    straight = [
        Event(role, level, left[role], right[role])
        for role, level in ((GIVEN, given), (FAMILY, family))
        if level is not None
    ]
    return [*straight, Event(ORDER, KEPT)] if best_straight <= ALIKE else straight


def _fit(*levels: int | None) -> int:
    return sum(DIFFERENT - level for level in levels if level is not None)


def _word_events(left: Plain, right: Plain, given: int | None, family: int | None) -> list[Event]:
    """Each word with the word it fits best, over both fields, except in a field that fits as a whole."""
    found: list[Event] = []
    settled = set()
    for role, level in ((GIVEN, given), (FAMILY, family)):
        if level is not None and level <= NEAR:
            settled.add(role)
            found.append(Event(role, level, left.joined[role], right.joined[role]))
    ours = [(role, word) for role in (GIVEN, FAMILY) if role not in settled for word in left.words[role]]
    theirs = [(role, word) for role in (GIVEN, FAMILY) if role not in settled for word in right.words[role]]
    crossed = False
    fitting = bool(settled)
    for our, their, level in _best_fits(ours, theirs):
        fitting = True
        role = our[0] if our[0] == their[0] else GIVEN
        crossed = crossed or our[0] != their[0]
        found.append(Event(role, level, our[1], their[1]))
        ours.remove(our)
        theirs.remove(their)
    found.extend(_contradictions(ours, theirs))
    if fitting:
        found.append(Event(REST, SOME_REST if bool(ours) != bool(theirs) else NO_REST))
        found.append(Event(ORDER, CROSSED if crossed else KEPT))
    return found


def _best_fits(
    ours: list[tuple[int, str]], theirs: list[tuple[int, str]]
) -> Iterator[tuple[tuple[int, str], tuple[int, str], int]]:
    """Pairs of words at ALIKE or better, best first, a word once; the same field before the other one."""
    fits = sorted(
        (likeness(our[1], their[1]), our[0] != their[0], i, j)
        for (i, our), (j, their) in product(enumerate(ours), enumerate(theirs))
    )
    our_free, their_free = set(range(len(ours))), set(range(len(theirs)))
    chosen = []
    for level, _, i, j in fits:
        if level <= ALIKE and i in our_free and j in their_free:
            our_free.remove(i)
            their_free.remove(j)
            chosen.append((ours[i], theirs[j], level))
    yield from chosen


def _contradictions(ours: list[tuple[int, str]], theirs: list[tuple[int, str]]) -> Iterator[Event]:
    """Words without a partner on both sides, once a field."""
    fields = [
        role
        for role in (GIVEN, FAMILY)
        if any(word[0] == role for word in ours) and any(word[0] == role for word in theirs)
    ]
    if ours and theirs:
        yield from (Event(role, DIFFERENT) for role in fields or [FAMILY])
