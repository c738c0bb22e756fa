"""What the tests of the staff's pages share: a page's text and a signed-in reader (the clock is the stage's)."""

import re
from html import unescape
from typing import Any

from django.test import Client

from tests.web.stage import DAY_3 as DAY_3
from tests.web.stage import Clock as Clock


def text_of(answer: Any) -> str:
    """The page's own words: the main part, without tags."""
    html = answer.content.decode()
    main = html[html.index("<main") : html.index("</main>")]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", main)).split()).replace(" .", ".").replace(" ,", ",")


def as_user(client: Client, user: Any) -> Client:
    client.force_login(user)
    return client
