"""The clocks that bite: dates after which something ends that nobody would otherwise see end.

Pure: no Django and no clock of its own; `today` is passed in.

- A mail account takes up to 24 hours to be made; while it is pending it must not be edited
  (https://support.nhs.net/knowledge-base/create-user-account/).
- Marked as leaver by the last employer, it is deleted if nobody marks it as joiner within 30 days
  (https://support.nhs.net/knowledge-base/marking-a-user-as-a-leaver/).
- Unused for 30 days it goes inactive (https://support.nhs.net/knowledge-base/la-communication-24-november-2022/; an
  undated page says 365 days, hence a setting).
- A right-to-work share code holds for 90 days
  (https://www.gherson.com/blog/how-does-an-employer-obtain-a-share-code-for-right-to-work-check/).
- A start date that moves leaves behind whatever was set up for the old one.
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from onboarding.wording import count_words, day_words

MAIL, IDENTITY = "work_email", "identity"  # the steps, in every pathway that has them
TAKES_DAYS = 1
LEAVER_DAYS = 30
SHARE_CODE_DAYS = 90
SOON_DAYS = 14  # before a share code runs out, as long as a new appointment may take


class Level(StrEnum):
    """`NOTE` is shown; `SOON` and `LATE` are told to somebody, once."""

    NOTE = "note"
    SOON = "soon"
    LATE = "late"


@dataclass(frozen=True, slots=True)
class MailAccount:
    """`status`: active, pending, leaver, or whatever else a list says. `since`: when that began."""

    status: str
    since: dt.date
    last_used_on: dt.date | None = None
    leaver_on: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Moved:
    """The start went from `before`, on which the owners of `acted` had acted, at `on`. Oldest first in a list."""

    before: dt.date
    on: dt.datetime
    acted: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of one placement. `acted_at`: when each step was last done or issued. `met`: steps behind us."""

    start_date: dt.date
    mail: MailAccount | None = None
    share_code_on: dt.date | None = None
    moves: Sequence[Moved] = ()
    acted_at: dict[str, dt.datetime] = field(default_factory=dict)
    met: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Clock:
    """`code` with `since` names it once and for all. `staff` and `newcomer` are its words for each of them, `tag` the
    same in three words. `for_newcomer`: it is the newcomer who can do something."""

    code: str
    step: str
    since: dt.date
    level: Level
    tag: str
    staff: str
    newcomer: str
    for_newcomer: bool = False

    @property
    def colour(self) -> str:
        return {Level.SOON: "yellow", Level.LATE: "red"}.get(self.level, "grey")


def clocks(known: Known, *, today: dt.date, unused_days: int = 30) -> tuple[Clock, ...]:
    """All that run, those that bite first."""
    found = [*of_mail(known, today, unused_days), *of_share_code(known, today), *of_moves(known, today)]
    order = list(Level)
    return tuple(sorted(found, key=lambda one: -order.index(one.level)))


def of_mail(known: Known, today: dt.date, unused_days: int) -> Iterator[Clock]:
    mail = known.mail
    if mail is None:
        return
    if mail.leaver_on and mail.status in ("leaver", "gone", "inactive"):
        yield leaver(mail.leaver_on, today)
    elif mail.status == "pending":
        yield from pending(mail.since, today)
    elif mail.last_used_on and (today - mail.last_used_on).days >= unused_days:
        day = day_words(mail.last_used_on, today=today)
        yield Clock(
            "unused", MAIL, mail.last_used_on, Level.LATE, "Not used",
            f"The mail account was last used on {day}, {unused_days} days ago or more: it may be inactive by now. "
            "Ask for a sign-in, or wake it up.",
            f"You last used your mail account on {day}. Unused for {unused_days} days, it is switched off: sign in "
            "today.",
            for_newcomer=True,
        )  # fmt: skip


def pending(since: dt.date, today: dt.date) -> Iterator[Clock]:
    if (today - since).days <= TAKES_DAYS:
        return
    day = day_words(since, today=today)
    yield Clock(
        "pending", MAIL, since, Level.LATE, "Pending over a day",
        f"The mail account has been pending since {day}, and making one takes a day at most. Do not edit it while it "
        "is pending: ask the helpdesk of the mail system.",
        f"Your mail account has been pending since {day}, which is longer than usual. IT sees that.",
    )  # fmt: skip


def leaver(marked: dt.date, today: dt.date) -> Clock:
    last = marked + dt.timedelta(days=LEAVER_DAYS)
    left = (last - today).days
    day, until = day_words(marked, today=today), day_words(last, today=today)
    if left < 0:
        return Clock(
            "leaver_gone", MAIL, marked, Level.LATE, "Likely deleted",
            f"The mail account was marked as leaver on {day} and nobody marked it as joiner by {until}: it is likely "
            "deleted. Search for it first; if it is gone, make a new one.",
            "Your mail account from your last job is likely deleted by now. IT can make a new one.",
        )  # fmt: skip
    days = count_words(left, "day")
    return Clock(
        "leaver", MAIL, marked, Level.SOON, f"Leaver: {days} left",
        f"The mail account was marked as leaver on {day}: {days} left, until {until}, to mark it as joiner here.",
        f"Your mail account from your last job has to be moved here by {until}: {days} left. IT does that.",
    )  # fmt: skip


def of_share_code(known: Known, today: dt.date) -> Iterator[Clock]:
    """None once the identity check is behind us."""
    made = known.share_code_on
    if made is None or IDENTITY in known.met:
        return
    last = made + dt.timedelta(days=SHARE_CODE_DAYS)
    left = (last - today).days
    day, until = day_words(made, today=today), day_words(last, today=today)
    if left < 0:
        yield Clock(
            "share_code_out", IDENTITY, made, Level.LATE, "Share code ran out",
            f"The share code of {day} ran out on {until}. The newcomer makes a new one, then HR looks it up.",
            f"Your share code of {day} ran out on {until}. Make a new one for work, and tell HR its day here.",
            for_newcomer=True,
        )  # fmt: skip
        return
    days = count_words(left, "day")
    yield Clock(
        "share_code", IDENTITY, made, Level.SOON if left <= SOON_DAYS else Level.NOTE, f"Share code: {days} left",
        f"The share code of {day} holds until {until}: {days} left.",
        f"Your share code of {day} holds until {until}: {days} left.",
    )  # fmt: skip


def of_moves(known: Known, today: dt.date) -> Iterator[Clock]:
    """For each step that was acted on for a date which the start has left, and not since. A start that has come back
    to that date has nothing to say."""
    start = day_words(known.start_date, today=today)
    stale: dict[str, Moved] = {}
    for move in sorted(known.moves, key=lambda m: m.on):
        for step in move.acted:
            acted = known.acted_at.get(step)
            if acted is not None and acted <= move.on:
                stale.setdefault(step, move)
    for step, move in stale.items():
        if move.before == known.start_date:
            continue
        before = day_words(move.before, today=today)
        yield Clock(
            "start_moved", step, move.on.date(), Level.SOON, "Start moved",
            f"The start moved from {before} to {start} after this was done. Does it still fit?",
            f"Your start moved from {before} to {start} after this was done. Its owner is told.",
        )  # fmt: skip
