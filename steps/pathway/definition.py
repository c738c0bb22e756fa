"""What a pathway is: frozen records of its steps, edges, checks, guidance and symptoms, and the words they use."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from onboarding.working_days import Country

FUNCTIONS: Final = (
    "hr",
    "payroll",
    "it",
    "registration_authority",
    "library",
    "learning",
    "manager",
    "newcomer",
)
SIDES: Final = ("employer", "host")
SOURCES: Final = (*SIDES, "anywhere")  # from which placements a finished step may be carried over
FIELDS: Final = ("name", "date_of_birth", "start_date", "role", "number", "email")

# What `applies` may ask about a newcomer, with every value that it may have; None means any text.
ATTRIBUTES: Final[dict[str, tuple[str | bool, ...] | None]] = {
    "country": ("england", "wales", "scotland", "northern-ireland"),
    "employment": ("trust", "lead_employer"),
    "role": None,
    "mail_system": ("nhsmail", "trust", "none"),
    "needs_smartcard": (True, False),
    "uses_library": (True, False),
    "employer": None,
    "host": None,
}

SHORT_LETTERS: Final = 16
USUAL_DAYS: Final = (1, 5)  # for a step whose pathway does not say: within a working week

# Every attribute must match, by one of its values: (("mail_system", ("nhsmail", "trust")),)
Applies = tuple[tuple[str, tuple[str | bool, ...]], ...]


@dataclass(frozen=True, slots=True)
class Due:
    """From when a step is anybody's task: working days after (or, negative, before) a date of the placement."""

    source: str  # "payday"; written `from` in TOML
    working_days: int


@dataclass(frozen=True, slots=True)
class Carries:
    """What makes a step that was done in another placement of the same person count as done in this one.

    `source` is "employer" or "host" (the other placement has the same one) or "anywhere"; `days`: done at most so
    many days ago, None for any time; `ask`: taken over, but whoever has the step is asked this. `applies` must hold
    for both placements.
    """

    source: str  # written `from` in TOML
    ask: str = ""
    days: int | None = None
    applies: Applies = ()


@dataclass(frozen=True, slots=True)
class Check:
    """A thing to confirm inside a step, ticked by the newcomer or by the step's owner."""

    key: str
    says: str
    by: str
    required: bool
    applies: Applies


@dataclass(frozen=True, slots=True)
class Guidance:
    """A link that helps with a step."""

    title: str
    url: str
    applies: Applies


@dataclass(frozen=True, slots=True)
class Symptom:
    """What a newcomer sees when stuck, with the step where such a blocker belongs and who holds it.

    `owner` is None where the owner of the causing step holds it, and `side` where the usual side of a function does.
    `action` says what the newcomer can do, for symptoms that the newcomer holds.
    """

    key: str
    says: str
    cause: str
    owner: str | None
    side: str | None
    independent: bool
    applies: Applies
    action: str


@dataclass(frozen=True, slots=True)
class Step:
    """A node of the graph. `watches` is None where any corrected field matters to it; `side` is None for the newcomer.

    `usual_days` are working days (median, 9 in 10); `minutes` is how long the newcomer needs, 0 where nobody knows.
    `task` is what the newcomer does, as it follows "Your turn: ".
    """

    key: str
    title: str
    short: str
    owner: str
    side: str | None
    confirmed_by: str | None
    week_one: bool
    usual_days: tuple[int, int]
    after: tuple[str, ...]
    any: tuple[tuple[str, ...], ...]
    better_after: tuple[str, ...]
    applies: Applies
    watches: tuple[str, ...] | None
    upgrade: str
    due: Due | None
    checks: tuple[Check, ...]
    guidance: tuple[Guidance, ...]
    symptoms: tuple[Symptom, ...]
    why: str
    minutes: int
    do: tuple[str, ...]
    dont: tuple[str, ...]
    task: str = ""
    carries: Carries | None = None

    @property
    def upstream(self) -> tuple[str, ...]:
        """Every step that an edge of any kind comes from, in the order written, each once."""
        grouped = (member for group in self.any for member in group)
        return tuple(dict.fromkeys((*self.after, *grouped, *self.better_after)))


@dataclass(frozen=True, slots=True)
class Pathway:
    """A graph of steps for a kind of newcomer. Made by `parse` and `from_data`, which let no fault through."""

    key: str
    title: str
    country: str
    steps: tuple[Step, ...]

    def step(self, key: str) -> Step:
        """Answer the step of that key, or raise KeyError."""
        for step in self.steps:
            if step.key == key:
                return step
        raise KeyError(key)

    @property
    def keys(self) -> tuple[str, ...]:
        """Answer the steps' keys in pathway order."""
        return tuple(step.key for step in self.steps)

    @property
    def asks_for(self) -> tuple[str, ...]:
        """Answer the newcomer's attributes that decide which steps exist, in the order of ATTRIBUTES."""
        asked = {attribute for step in self.steps for attribute, _ in step.applies}
        return tuple(attribute for attribute in ATTRIBUTES if attribute in asked)


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with a pathway. `line` counts from 1, and is None for a pathway that is not a file."""

    line: int | None
    says: str

    def __str__(self) -> str:
        return self.says if self.line is None else f"line {self.line}: {self.says}"


class PathwayFaults(ValueError):
    """A pathway was refused; `faults` holds every reason, by line."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__("\n".join(str(fault) for fault in faults))
        self.faults = faults


def applies(rule: Applies, newcomer: Mapping[str, Any]) -> bool:
    """Say whether the rule lets this newcomer in. An attribute that the newcomer lacks raises KeyError."""
    return all(newcomer[attribute] in values for attribute, values in rule)


def usual_side(function: str) -> str | None:
    """Answer on which side a function works where nobody says: pay and records with the employer, else the host."""
    if function == "newcomer":
        return None
    return "employer" if function in ("hr", "payroll") else "host"


def side_of(function: str, step: Step) -> str | None:
    """Answer the side of a blocker's owner where the blocker names none: the step's own for its own function."""
    return step.side if function == step.owner else usual_side(function)


def due_from(step: Step, payday: date | None, country: "Country") -> date | None:
    """Answer from when the step is somebody's task; None where it always is, or while the payday is unknown."""
    if step.due is None or payday is None:
        return None
    from onboarding.working_days import add_working_days  # loads the bank holidays, which few callers need

    return add_working_days(payday, step.due.working_days, country)
