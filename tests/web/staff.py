"""What the tests of the staff's pages share: a clock, a page's text, and many newcomers at once."""

import datetime as dt
import re
import uuid
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from onboarding.models import Newcomer, Placement
from steps.models import Chain, PlacementStep

DAY_3 = dt.datetime(2026, 8, 5, 9, 0, tzinfo=dt.UTC)


class Clock:
    """What the product takes for the time; never the same instant twice."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = DAY_3
        monkeypatch.setattr(timezone, "now", self.tick)

    def tick(self) -> dt.datetime:
        self.now += dt.timedelta(milliseconds=1)
        return self.now

    def turn_to(self, *when: int) -> None:
        self.now = dt.datetime(*when, tzinfo=dt.UTC)


def text_of(answer: Any) -> str:
    """The page's own words: the main part, without tags."""
    html = answer.content.decode()
    main = html[html.index("<main") : html.index("</main>")]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", main)).split()).replace(" .", ".").replace(" ,", ",")


def as_user(client: Client, user: Any) -> Client:
    client.force_login(user)
    return client


def copies(placement: Placement, count: int) -> None:
    """`count` more newcomers like this one, each start a day of the same fortnight, in a few statements."""
    person = placement.newcomer
    people = Newcomer.objects.bulk_create(
        Newcomer(
            given_name=f"Copy{n}",
            family_name="Adeyemi",
            folded_name=f"adeyemi copy{n}",
            date_of_birth=person.date_of_birth,
        )
        for n in range(count)
    )
    plain = [f.attname for f in Placement._meta.concrete_fields if f.attname not in ("id", "ref", "newcomer_id")]
    like = {name: getattr(placement, name) for name in plain}
    placements = Placement.objects.bulk_create(
        Placement(
            **{
                **like,
                "ref": uuid.uuid4(),
                "newcomer": one,
                "start_date": like["start_date"] + dt.timedelta(days=n % 5),
            }
        )
        for n, one in enumerate(people)
    )
    chain = Chain.objects.get(pk=placement.pk)
    Chain.objects.bulk_create(
        Chain(placement=p, pathway_id=chain.pathway_id, arrived_at=chain.arrived_at, week_one_by=chain.week_one_by)
        for p in placements
    )
    names = [f.attname for f in PlacementStep._meta.concrete_fields if f.attname not in ("id", "placement_id")]
    rows = [{name: getattr(row, name) for name in names} for row in PlacementStep.objects.filter(placement=placement)]
    PlacementStep.objects.bulk_create(
        (PlacementStep(**row, placement=p) for p in placements for row in rows), batch_size=2000
    )
