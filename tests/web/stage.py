"""A stage for tests of pages: a clock that can be turned, steps finished by whoever may, what a page says."""

import datetime as dt
import re
from html import unescape
from typing import Any

import pytest
from django.utils import timezone

from onboarding.models import Placement
from steps.models import PlacementStep
from steps.selectors.pathways import pathway_of
from steps.services import verbs

DAY_3 = dt.datetime(2026, 8, 5, 9, 0, tzinfo=dt.UTC)


class Clock:
    """What the product takes for the time; never the same instant twice, as with a real one."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = DAY_3
        monkeypatch.setattr(timezone, "now", self.tick)

    def tick(self) -> dt.datetime:
        self.now += dt.timedelta(milliseconds=1)
        return self.now

    def turn_to(self, *when: int) -> dt.datetime:
        self.now = dt.datetime(*when, tzinfo=dt.UTC)
        return self.now


def text_of(answer: Any) -> str:
    """What a page says, its tags taken out."""
    body = answer.content.decode()
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body[body.index("<main") :])).split())


def row_of(placement: Placement, key: str) -> PlacementStep:
    return PlacementStep.objects.get(placement=placement, key=key)


def org_of(world: Any, organisation_id: int) -> str:
    return next(n for n in ("northgate", "southmere", "lead") if world.org(n).pk == organisation_id)


def finished(world: Any, placement: Placement, *keys: str, issued_only: str = "") -> None:
    """Each step done by whoever may do it, its checks ticked; `issued_only` is left for the newcomer to confirm."""
    pathway = pathway_of(placement.chain.pathway)
    for key in [*keys, *filter(None, [issued_only])]:
        step = pathway.step(key)
        mine = world.newcomer_actor(placement) if placement.newcomer.user else None
        org = placement.employer_id if step.side == "employer" else placement.host_id
        team = mine if step.owner == "newcomer" else world.actor(step.owner, org_of(world, org))
        for who, verb in (
            [("owner", verbs.issue), ("newcomer", verbs.finish)] if step.confirmed_by else [("", verbs.finish)]
        ):
            if key == issued_only and who == "newcomer":
                continue
            ticks = [c.key for c in step.checks if not who or c.by == who]
            verb(placement.ref, key, by=mine if who == "newcomer" else team, at=timezone.now(), tick=ticks)


def stuck(placement: Placement, step: str, symptom: str, *, by: Any, **more: Any) -> str:
    """A blocker raised; its reference."""
    more.setdefault("reason", "It says so.")
    return verbs.block(placement.ref, step, by=by, at=timezone.now(), symptom=symptom, **more).fact.blocker
