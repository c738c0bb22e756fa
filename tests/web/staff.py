"""What the tests of the staff's pages share: a clock, a page's text, and many newcomers at once."""

import datetime as dt
import re
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

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
