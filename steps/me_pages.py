"""What the newcomer's pages show, made of settled rows: their week, and one step of it. Asks no database."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.forms import Form

from onboarding.models import Placement
from onboarding.wording import capital, count_words, date_words, day_words, list_words, range_words
from onboarding.words import OPEN_STATUSES, Function, PlacementStatus
from onboarding.working_days import is_working_day, working_days_between
from steps import me_forms
from steps.models import PlacementStep, RecordStatement
from steps.outlook import outlook_words, stamp_words, still_holding
from steps.pathway import Check
from steps.presenting import ChainPicture, StepView, picture_of
from steps.selectors.forecasts import outlook_at_hand
from steps.selectors.local import Help
from steps.telling import current_blocker
from steps.words import Kind

ONE_DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody else's move: a step where the chain is held, and the newcomer's steps that wait for it."""

    view: StepView
    waits: str
    usual: str

    @property
    def who(self) -> str:
        return capital(self.view.who)


@dataclass(frozen=True, slots=True)
class Turn:
    """The newcomer's own move, as a heading says it, and the words on its button."""

    view: StepView
    task: str
    button: str


@dataclass(frozen=True, slots=True)
class Week:
    """The page "My week". `turn` is the newcomer's next move, `turns` what else is theirs, `news` what changed."""

    placement: Placement
    caption: str
    heading: str
    goes_on: bool
    turn: Turn | None
    turns: tuple[Turn, ...]
    news: tuple[StepView, ...]
    holders: tuple[Holder, ...]
    chain: ChainPicture
    there: tuple[StepView, ...]
    late: str
    is_set: bool
    likely: str


def week_of(placement: Placement, views: Sequence[StepView], *, today: dt.date, last_here: dt.datetime | None) -> Week:
    there = [v for v in views if not v.not_needed]
    goes_on = placement.status in OPEN_STATUSES
    mine = in_order_of_use([v for v in there if v.mine]) if goes_on else []
    turns = [Turn(v, task_words(v), button_words(v)) for v in mine]
    week_one = [v for v in there if v.row.week_one]
    missing = [v for v in week_one if not v.met]
    return Week(
        placement=placement,
        caption=caption_of(placement, today),
        heading=f"Your turn: {turns[0].task}" if turns else "Nothing for you to do today",
        goes_on=goes_on,
        turn=turns[0] if turns else None,
        turns=tuple(turns[1:]),
        news=tuple(news_among(there, last_here)),
        holders=tuple(holders_among(there)) if goes_on else (),
        chain=picture_of(views),
        there=tuple(there),
        late=late_words(missing) if goes_on and today > placement.chain.week_one_by else "",
        is_set=goes_on and bool(week_one) and not missing,
        likely=likely_of(placement, today) if goes_on and missing else "",
    )


def likely_of(placement: Placement, today: dt.date) -> str:
    """When they are likely to be ready, and from when that forecast is."""
    outlook = still_holding(outlook_at_hand(placement), today)
    said = capital(outlook_words(outlook, placement.chain.week_one_by, today))
    return f"{said}. {stamp_words(outlook.at, today)}" if outlook else f"{said}."


def in_order_of_use(views: list[StepView]) -> list[StepView]:
    """What opens most comes first; what only improves something comes last."""
    return sorted(views, key=lambda v: (v.kind == Kind.UPGRADE, -v.row.unlock_count, v.row.position))


def news_among(views: Sequence[StepView], last_here: dt.datetime | None) -> list[StepView]:
    """The steps that changed after the sign-in before this one, newest first."""
    if last_here is None:
        return []
    changed = [v for v in views if v.row.since > last_here and v.kind not in (Kind.LOCKED, Kind.NOT_DUE)]
    return sorted(changed, key=lambda v: v.row.since, reverse=True)


def holders_among(views: Sequence[StepView]) -> list[Holder]:
    """A row for each step that a team can act on now, those that hold most first."""
    held = [v for v in views if v.acting and not v.mine]
    held.sort(key=lambda v: (-v.row.unlock_count, v.row.position))
    shorts = {v.key: v.short for v in views}
    found = []
    for view in held:
        waiting = [shorts[key] for key in view.row.reasons["unlocks"] if key in shorts]
        verb = "waits" if len(waiting) == 1 else "wait"
        waits = f"{list_words(waiting)} {verb} for it." if waiting else ""
        found.append(Holder(view, waits, usual_words(view)))
    return found


def usual_words(view: StepView) -> str:
    return range_words(*view.definition.usual_days, "working day")


def task_words(view: StepView) -> str:
    """What the newcomer does, after "Your turn: "."""
    match view.kind:
        case Kind.CONFIRM:
            return f"try {view.short}"
        case Kind.RECHECK:
            return f"check {view.short} again"
        case Kind.UPGRADE:
            return f"bring {view.short} up to date"
        case Kind.STUCK_NEWCOMER:
            return f"{view.short} is stuck"
    return view.definition.task or view.title


def button_words(view: StepView) -> str:
    match view.kind:
        case Kind.CONFIRM:
            return "Say whether it works"
        case Kind.STUCK_NEWCOMER:
            return "See what to do"
    return "Start"


def late_words(missing: Sequence[StepView]) -> str:
    if not missing:
        return ""
    verb = "is" if len(missing) == 1 else "are"
    return f"{count_words(len(missing), 'thing')} {verb} late. This is not your fault."


def caption_of(placement: Placement, today: dt.date) -> str:
    """Where in time the newcomer is, as seen from their start."""
    start, country = placement.start_date, placement.host.calendar
    match placement.status:
        case PlacementStatus.DEFERRED:
            return "Your start is put off"
        case PlacementStatus.WITHDRAWN | PlacementStatus.LEFT:
            return "This placement has ended"
    if today < start:
        days = (start - today).days
        return "You start tomorrow" if days == 1 else f"Starts in {days} days"
    day = working_days_between(start - ONE_DAY, today, country)
    if today > placement.chain.week_one_by:
        return f"Week {max((day - 1) // 5 + 1, 2)}"
    return f"Day {day} of your first week" if is_working_day(today, country) else "Your first week"


@dataclass(frozen=True, slots=True)
class Said:
    """A check that is somebody else's, or the newcomer's passport answer: what it says and whether it is ticked."""

    says: str
    ticked: bool


@dataclass(frozen=True, slots=True)
class Passport:
    """What the record says of the newcomer, to be read against the passport."""

    given_name: str
    family_name: str
    date_of_birth: str
    confirmed_on: str
    said: str = ""
    said_on: str = ""
    who: str = ""


@dataclass(frozen=True, slots=True)
class StepPage:
    """The page of one step. `act` names the form that finishes it here: "", "done", "works", "again", "upgrade" or
    "clear"; `ticks` is there where nothing can be finished yet."""

    view: StepView
    goes_on: bool
    facts: tuple[tuple[str, str], ...]
    do: list[dict[str, str]]
    dont: list[dict[str, str]]
    help: Help
    team_checks: tuple[Said, ...]
    own_checks: tuple[Said, ...]
    passport: Passport | None
    act: str
    form: Form | None
    ticks: Form | None
    can_say: bool
    team: str


def step_page(
    placement: Placement,
    view: StepView,
    help_here: Help,
    *,
    today: dt.date,
    reached: str = "",
    form: Form | None = None,
    ticks: Form | None = None,
    said: RecordStatement | None = None,
) -> StepPage:
    """`form` and `ticks`: those that came back refused, with what was typed. `said`: the newcomer's word of what the
    passport says, where it is at hand."""
    step, row = view.definition, view.row
    goes_on = placement.status in OPEN_STATUSES
    act = act_of(view) if goes_on else ""
    own = me_forms.own_checks(step, placement)
    tickable = goes_on and not act and bool(own) and view.kind not in (Kind.NOT_DUE, Kind.NOT_NEEDED, Kind.WAIVED)
    return StepPage(
        view=view,
        goes_on=goes_on,
        facts=(*summary(placement, view, today), *([("Can be reached", reached)] if reached and view.acting else [])),
        do=[{"text": says} for says in step.do],
        dont=[{"text": says} for says in step.dont],
        help=help_here,
        team_checks=tuple(said_of(me_forms.team_checks(step, placement), row)),
        own_checks=() if act in ("done", "works", "again") or tickable else tuple(said_of(own, row)),
        passport=passport_of(placement, view, today, said),
        act=act,
        form=form or form_of(act, placement, view),
        ticks=(ticks or me_forms.TicksForm(step=step, placement=placement, row=row)) if tickable else None,
        can_say=goes_on and not act and view.kind in (Kind.TEAM, Kind.LOCKED, Kind.STUCK, Kind.PARKED),
        team=view.own_team,
    )


def act_of(view: StepView) -> str:
    """Which form the newcomer gets: what finishes the step from where it stands."""
    if view.kind == Kind.STUCK and view.definition.confirmed_by == Function.NEWCOMER:
        return "works"
    if not view.mine:
        return ""
    return {
        Kind.YOURS: "done",
        Kind.CONFIRM: "works",
        Kind.RECHECK: "again",
        Kind.UPGRADE: "upgrade",
        Kind.STUCK_NEWCOMER: "clear",
    }.get(view.kind, "")


def form_of(act: str, placement: Placement, view: StepView) -> Form | None:
    match act:
        case "done" | "works" | "again":
            return me_forms.DoneForm(step=view.definition, placement=placement, row=view.row)
        case "upgrade":
            return me_forms.UpgradeForm(initial={"seen": view.row.version})
        case "clear":
            blocker = current_blocker(view.row)["id"]
            return me_forms.ClearForm(initial={"seen": view.row.version, "blocker": blocker})
    return None


def said_of(checks: Sequence[Check], row: PlacementStep) -> list[Said]:
    return [Said(c.says, c.key in row.ticks) for c in checks]


def summary(placement: Placement, view: StepView, today: dt.date) -> list[tuple[str, str]]:
    """Who has it, since when, how long it usually takes, by when it is needed."""
    rows = []
    if view.waiting and view.needs:
        rows.append(("Waits for", view.needs))
    if view.who:
        rows.append(("Who has that" if view.waiting else "Who has it", capital(view.who)))
    if view.since:
        rows.append(("Since", capital(view.since.removeprefix("since "))))
    if view.mine and view.definition.minutes:
        rows.append(("Takes", f"About {view.definition.minutes} minutes"))
    elif not view.mine and not view.met and not view.not_needed:
        rows.append(("Usually takes", usual_words(view)))
    if view.row.week_one and not view.met and not view.not_needed:
        rows.append(("Needed by", day_words(placement.chain.week_one_by, today=today)))
    if view.better_after and not view.not_needed:
        rows.append(("Better after", view.better_after))
    return rows


def asks_passport(placement: Placement, view: StepView) -> bool:
    return any(c.key == me_forms.PASSPORT_CHECK for c in me_forms.applicable(view.definition, placement))


def passport_of(
    placement: Placement, view: StepView, today: dt.date, said: RecordStatement | None = None
) -> Passport | None:
    if not asks_passport(placement, view):
        return None
    newcomer = placement.newcomer
    tick = view.row.ticks.get(me_forms.PASSPORT_CHECK)
    said = None if tick else said
    return Passport(
        given_name=newcomer.given_name,
        family_name=newcomer.family_name,
        date_of_birth=date_words(newcomer.date_of_birth),
        confirmed_on=day_words(dt.datetime.fromisoformat(tick["at"]), today=today) if tick else "",
        said=words_of(said) if said else "",
        said_on=day_words(said.at, today=today) if said else "",
        who=capital(view.own_team),
    )


def words_of(said: RecordStatement) -> str:
    """ "Wei Li, born 3 July 1994" """
    name = " ".join(part for part in (said.given_name, said.family_name, said.full_name) if part)
    return f"{name}, born {date_words(said.date_of_birth)}" if said.date_of_birth else name
