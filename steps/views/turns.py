"""The changes of a placement's status, in words."""

from dataclasses import dataclass

from django.urls import reverse

from onboarding.models import Placement


@dataclass(frozen=True, slots=True)
class Turn:
    """A change of status, in words. `link` is how the newcomer's page offers it."""

    status: str
    name: str
    link: str
    heading: str
    button: str
    done: str
    after: tuple[str, ...]
    needs_reason: bool = False
    stops: bool = False


TURNS = (
    Turn("started", "started", "Has started", "Has {name} started?", "{name} has started", "{name} has started.",
         ("expected",)),
    Turn("expected", "expected", "Is coming after all", "Is {name} coming after all?", "{name} is coming",
         "{name} is expected again.", ("started", "deferred", "withdrawn")),
    Turn("deferred", "deferred", "Defer", "Does {name} start later?", "Defer", "{name} is deferred.",
         ("expected", "started"), needs_reason=True, stops=True),
    Turn("withdrawn", "withdrawn", "Withdraw", "Does {name} not come?", "Withdraw", "{name} is withdrawn.",
         ("expected", "started", "deferred"), needs_reason=True, stops=True),
    Turn("left", "left", "Has left", "Has {name} left?", "{name} has left", "{name} has left.",
         ("started",), stops=True),
)  # fmt: skip


def turns_for(placement: Placement) -> list[dict[str, str]]:
    """The changes of status that fit the present one, as links."""
    return [
        {"text": turn.link, "href": reverse(f"newcomer_{turn.name}", args=[placement.ref])}
        for turn in TURNS
        if placement.status in turn.after
    ]
