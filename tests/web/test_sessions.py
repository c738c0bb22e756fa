"""Signing in, being signed in, signing out: what an attacker tries, and what must happen."""

from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from onboarding.models import Membership, User
from onboarding.outbox.sending import drain
from tests.factories import PASSWORD, World


@pytest.fixture(autouse=True)
def fresh_limits(db: Any) -> None:
    cache.clear()


@pytest.fixture
def hr(world: World) -> User:
    user = world.user("hr")
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def sign_in(client: Client, email: str, password: str = PASSWORD, **more: str) -> Any:
    return client.post(reverse("account_login"), {"login": email, "password": password, **more})


def test_the_session_gets_a_new_name_at_sign_in(client, hr):
    client.get(reverse("account_login"))
    session = client.session
    session["planted"] = "yes"
    session.save()
    client.cookies["sessionid"] = session.session_key
    assert sign_in(client, hr.email).status_code == 302
    assert client.cookies["sessionid"].value != session.session_key


def test_a_session_is_dead_after_signing_out(client, hr):
    sign_in(client, hr.email)
    kept = client.cookies["sessionid"].value
    client.post(reverse("account_logout"))
    other = Client()
    other.cookies["sessionid"] = kept
    assert other.get("/queue/").status_code == 302


def test_signing_out_takes_a_post(client, hr):
    sign_in(client, hr.email)
    client.get(reverse("account_logout"))
    assert client.get("/queue/").status_code == 200


def test_a_new_password_ends_every_other_session(client, hr):
    sign_in(client, hr.email)
    hr.set_password("quite another password")
    hr.save()
    assert client.get("/queue/").status_code == 302


def test_somebody_whose_account_is_closed_is_out_at_the_next_request(client, hr):
    sign_in(client, hr.email)
    User.objects.filter(pk=hr.pk).update(is_active=False)
    assert client.get("/queue/").status_code == 302


def test_a_role_taken_away_is_gone_at_the_next_request(client, hr):
    sign_in(client, hr.email)
    assert client.get("/queue/").status_code == 200
    Membership.objects.filter(user=hr).delete()
    assert client.get("/queue/").status_code == 403


def test_a_wrong_password_and_an_unknown_address_are_told_the_same(client, hr):
    wrong, unknown = sign_in(client, hr.email, "wrong"), sign_in(Client(), "nobody@northgate.example", "wrong")
    assert wrong.status_code == unknown.status_code
    for answer in (wrong, unknown):
        assert "That email and password do not match." in answer.content.decode()


def test_twenty_wrong_passwords_slow_that_account_and_nobody_else(client, hr, world):
    for _ in range(20):
        last = sign_in(client, hr.email, "wrong")
    assert "Too many tries" in last.content.decode()
    other = world.user("it")
    EmailAddress.objects.create(user=other, email=other.email, verified=True, primary=True)
    assert sign_in(Client(), other.email).status_code == 302


def test_a_session_that_is_open_goes_on_while_somebody_guesses_the_password(client, hr):
    sign_in(client, hr.email)
    for _ in range(10):
        sign_in(Client(), hr.email, "wrong")
    assert client.get("/queue/").status_code == 200


@pytest.mark.parametrize(
    "elsewhere", ["//evil.example/", "https://evil.example/", "\\\\evil.example", "javascript:alert(1)"]
)
def test_signing_in_leads_nowhere_else(client, hr, elsewhere):
    answer = sign_in(client, hr.email, next=elsewhere)
    assert answer.status_code == 302
    assert "evil" not in answer["Location"]
    assert "javascript" not in answer["Location"]


def test_a_post_without_its_token_is_refused(hr):
    client = Client(enforce_csrf_checks=True)
    client.force_login(hr)
    assert client.post(reverse("import_roster"), {}).status_code == 403


def test_a_host_that_is_not_ours_is_refused(client):
    assert client.get("/help/", headers={"host": "evil.example"}).status_code == 400


def test_personal_pages_are_kept_by_no_cache_and_framed_by_nobody(client, hr):
    sign_in(client, hr.email)
    answer = client.get("/queue/")
    assert "no-store" in answer["Cache-Control"]
    assert "frame-ancestors 'none'" in answer["Content-Security-Policy"]
    assert answer["X-Frame-Options"] == "DENY"


def test_nobody_signs_up_by_themselves(client, world):
    answer = client.post(
        reverse("account_signup"), {"email": "new@northgate.example", "password1": PASSWORD, "password2": PASSWORD}
    )
    assert answer.status_code == 200
    assert not User.objects.filter(email="new@northgate.example").exists()


def test_a_forgotten_password_is_answered_the_same_for_everybody(client, hr, mailoutbox):
    known = client.post(reverse("account_reset_password"), {"email": hr.email})
    unknown = Client().post(reverse("account_reset_password"), {"email": "nobody@northgate.example"})
    assert known.status_code == unknown.status_code == 302
    assert known["Location"] == unknown["Location"]
    assert mailoutbox == []  # nobody waits for the mail server: it goes out with the outbox
    drain()
    assert [m.to for m in mailoutbox] == [[hr.email]]
