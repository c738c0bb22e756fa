"""Tries at signing in: nothing tells whether an address is known, and limits slow the guesser and nobody else."""

import datetime as dt
import re
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from onboarding.models import OutboxMail, User
from onboarding.outbox.sending import drain
from onboarding.sign_in import sessions
from tests.factories import PASSWORD, World

UNKNOWN = "nobody@northgate.example"
WRONG = "not the password"


@pytest.fixture(autouse=True)
def fresh_limits(db: Any) -> None:
    cache.clear()


def with_address(user: User) -> User:
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


@pytest.fixture
def hr(world: World) -> User:
    return with_address(world.user("hr"))


@pytest.fixture
def addresses(hr: User, world: World) -> dict[str, str]:
    closed, without, unconfirmed = (world.user(role) for role in ("it", "library", "payroll"))
    with_address(closed)
    User.objects.filter(pk=closed.pk).update(is_active=False)
    with_address(without).set_unusable_password()
    without.save()
    EmailAddress.objects.create(user=unconfirmed, email=unconfirmed.email, verified=False, primary=True)
    return {"known": hr.email, "unknown": UNKNOWN, "closed": closed.email, "no password": without.email,
            "unconfirmed": unconfirmed.email}  # fmt: skip


FORMS = {
    "account_login": lambda email: {"login": email, "password": WRONG},
    "account_request_login_code": lambda email: {"email": email},
    "account_reset_password": lambda email: {"email": email},
}


def seen(answer: Any, email: str) -> tuple[Any, ...]:
    """All that a stranger sees of an answer."""
    body = answer.content.decode().replace(email.replace("@", "&#64;"), "EMAIL").replace(email, "EMAIL")
    body = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "TOKEN", body)
    headers = {k: v for k, v in answer.headers.items() if k not in ("Content-Length", "Expires")}
    return answer.status_code, body, headers, sorted(answer.cookies), answer.get("Location")


@pytest.mark.parametrize("form", FORMS)
def test_words_status_headers_and_cookies_are_the_same_for_every_kind_of_address(form, addresses):
    answers = {}
    for kind, email in addresses.items():
        client = Client()
        client.get(reverse(form))
        answers[kind] = seen(client.post(reverse(form), FORMS[form](email)), email)
    for kind, answer in answers.items():
        assert answer == answers["unknown"], kind


def test_the_page_after_it_takes_wrong_codes_alike(addresses):
    answers = {}
    for kind, email in addresses.items():
        client = Client()
        client.post(reverse("account_request_login_code"), {"email": email})
        first = seen(client.get(reverse("account_confirm_login_code")), email)
        rest = [seen(client.post(reverse("account_confirm_login_code"), {"code": "000000"}), email) for _ in range(3)]
        answers[kind] = [first, *rest]
    for kind, answer in answers.items():
        assert answer == answers["unknown"], kind


@pytest.mark.parametrize("form", FORMS)
def test_the_same_is_written_for_every_kind_of_address(form, addresses):
    """A mail server, a hash or an entry that only a known address costs would be measured from outside."""
    work = {}
    for kind, email in addresses.items():
        cache.clear()
        with CaptureQueriesContext(connection) as queries:
            Client().post(reverse(form), FORMS[form](email))
        written = [re.match(r"INSERT[^(]*", q["sql"])[0] for q in queries if q["sql"].startswith("INSERT")]
        work[kind] = [w for w in written if "cache" not in w]
    assert len({tuple(w) for w in work.values()}) == 1, work


def test_a_password_is_hashed_for_every_kind_of_address(addresses, monkeypatch):
    from django.contrib.auth import hashers

    count: list[str] = []
    real = hashers.MD5PasswordHasher.encode
    monkeypatch.setattr(hashers.MD5PasswordHasher, "encode", lambda *a, **k: (count.append("x"), real(*a, **k))[1])
    costs = {}
    for kind, email in addresses.items():
        count.clear()
        Client().post(reverse("account_login"), FORMS["account_login"](email))
        costs[kind] = len(count)
    assert set(costs.values()) == {1}, costs


def test_nothing_goes_to_an_address_that_is_not_known(addresses, mailoutbox):
    for form in ("account_request_login_code", "account_reset_password"):
        Client().post(reverse(form), {"email": UNKNOWN})
    drain()
    assert mailoutbox == []
    assert set(OutboxMail.objects.values_list("state", flat=True)) == {"dropped"}
    sessions.sweep(None, timezone.now() + dt.timedelta(hours=2))
    assert not OutboxMail.objects.exists()


@pytest.mark.parametrize("form", ["account_request_login_code", "account_reset_password"])
def test_asking_again_and_again_is_slowed_alike(form, addresses):
    answers = {}
    for kind, email in addresses.items():
        for _ in range(4):
            last = Client().post(reverse(form), {"email": email})
        answers[kind] = seen(last, email)
    assert "Too many tries" in answers["unknown"][1]
    assert all(answer == answers["unknown"] for answer in answers.values())


def tries(email: str, count: int, *, address: str, password: str = WRONG, forwarded: str = "") -> list[Any]:
    answers = []
    for _ in range(count):
        client = Client(REMOTE_ADDR=address)
        headers = {"x-forwarded-for": forwarded} if forwarded else {}
        answers.append(client.post(reverse("account_login"), {"login": email, "password": password}, headers=headers))
    return answers


def test_guessing_from_one_place_stops_there_and_the_owner_elsewhere_gets_in(hr):
    *_, last = tries(hr.email, 8, address="203.0.113.66")
    assert "Too many tries" in last.content.decode()
    assert tries(hr.email, 1, address="198.51.100.1", password=PASSWORD)[0].status_code == 302


def test_guessing_from_many_places_is_slowed_too(hr):
    for n in range(1, 6):
        tries(hr.email, 4, address=f"203.0.113.{n}")
    (answer,) = tries(hr.email, 1, address="203.0.113.99", password=PASSWORD)
    assert "Too many tries" in answer.content.decode()


def test_an_address_that_the_client_makes_up_is_not_counted(hr, settings):
    settings.TRUSTED_PROXY_COUNT = 1
    for n in range(5):
        tries(hr.email, 1, address="10.0.0.1", forwarded=f"192.0.2.{n}, 203.0.113.66")
    (answer,) = tries(hr.email, 1, address="10.0.0.1", forwarded="192.0.2.77, 203.0.113.66", password=PASSWORD)
    assert "Too many tries" in answer.content.decode()
    (other,) = tries(hr.email, 1, address="10.0.0.1", forwarded="192.0.2.77, 198.51.100.9", password=PASSWORD)
    assert other.status_code == 302


@pytest.mark.parametrize("forwarded", ["", "rubbish", "203.0.113.5:4711", "[2001:db8::1]:80", "a, b, c", "1.2.3.4"])
@pytest.mark.parametrize("proxies", [0, 1, 2])
def test_whatever_stands_in_the_header_the_page_answers(client, settings, forwarded, proxies):
    settings.TRUSTED_PROXY_COUNT = proxies
    answer = client.post(
        reverse("account_login"), {"login": UNKNOWN, "password": "x"}, headers={"x-forwarded-for": forwarded}
    )
    assert answer.status_code == 200


def test_right_passwords_in_between_do_not_start_the_count_anew(hr):
    tries(hr.email, 4, address="203.0.113.66")
    assert tries(hr.email, 1, address="203.0.113.66", password=PASSWORD)[0].status_code == 302
    *_, last = tries(hr.email, 2, address="203.0.113.66")
    assert "Too many tries" in last.content.decode()
