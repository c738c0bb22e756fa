"""The second factor: who must have one and by when, the app, its codes once each, recovery codes, and closed doors."""

import datetime as dt
import re
import time
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from onboarding.jobs import run_due
from onboarding.models import AuditEntry, Organisation, OutboxMail, User
from onboarding.policies import second_factor_by
from onboarding.sign_in import actor_of
from onboarding.sign_in.factors import FactorAdapter
from onboarding.words import Role
from tests.factories import PASSWORD, World
from tests.web.staff import text_of


@pytest.fixture(autouse=True)
def fresh_limits(db: Any) -> None:
    cache.clear()


@pytest.fixture
def hr(world: World) -> User:
    return with_address(world.user("hr"))


def with_address(user: User) -> User:
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def sign_in(client: Client, email: str, password: str = PASSWORD) -> Any:
    return client.post(reverse("account_login"), {"login": email, "password": password})


def code_for(key: str, *, later: int = 0) -> str:
    return format_hotp_value(hotp_value(key, int(time.time()) // 30 + later))


def add_app(client: Client) -> tuple[str, str]:
    """Adds an app through the page; gives its key, and the code that it took."""
    key = re.search(r'<code class="app-code">(\w+)</code>', client.get(reverse("mfa_activate_totp")).content.decode())[
        1
    ]
    code = code_for(key, later=-1)
    assert client.post(reverse("mfa_activate_totp"), {"code": code})["Location"] == reverse("mfa_view_recovery_codes")
    return key, code


@pytest.fixture
def key(hr: User, django_capture_on_commit_callbacks: Any) -> str:
    """HR has an app, whose key this is."""
    client = Client()
    sign_in(client, hr.email)
    with django_capture_on_commit_callbacks(execute=True):
        return add_app(client)[0]


def test_the_page_after_the_password_asks_for_the_code_and_then_it_is_open(client, hr, key):
    assert sign_in(client, hr.email)["Location"] == reverse("mfa_authenticate")
    assert client.get("/queue/").status_code == 302  # skipping it leads nowhere
    assert client.post(reverse("mfa_authenticate"), {"code": "000000"}).status_code == 200
    assert client.get("/queue/").status_code == 302
    client.post(reverse("mfa_authenticate"), {"code": code_for(key)})
    assert client.get("/queue/").status_code == 200


def test_a_code_is_good_for_one_sign_in_and_spaces_do_not_matter(client, hr, key):
    code = code_for(key)
    sign_in(client, hr.email)
    assert client.post(reverse("mfa_authenticate"), {"code": f"{code[:3]} {code[3:]}"}).status_code == 302
    other = Client()
    sign_in(other, hr.email)
    answer = other.post(reverse("mfa_authenticate"), {"code": f"{code[:3]}-{code[3:]}"})
    assert "was used before" in text_of(answer)
    assert other.get("/queue/").status_code == 302


def test_the_code_that_added_the_app_signs_nobody_in(client, hr):
    sign_in(client, hr.email)
    _, code = add_app(client)
    other = Client()
    sign_in(other, hr.email)
    assert other.post(reverse("mfa_authenticate"), {"code": code}).status_code == 200


def test_five_wrong_codes_and_the_right_one_has_to_wait(client, hr, key):
    sign_in(client, hr.email)
    for _ in range(5):
        client.post(reverse("mfa_authenticate"), {"code": "000000"})
    answer = client.post(reverse("mfa_authenticate"), {"code": code_for(key)})
    assert "Too many tries" in text_of(answer)


def test_a_recovery_code_lets_in_once(client, hr, key):
    codes = Authenticator.objects.get(user=hr, type="recovery_codes").wrap().get_unused_codes()
    assert len(codes) == 10
    for expected in (302, 200):
        one = Client()
        sign_in(one, hr.email)
        assert one.post(reverse("mfa_authenticate"), {"code": codes[0]}).status_code == expected


def test_a_code_by_email_and_a_new_password_still_ask_for_the_second_step(client, hr, key):
    client.post(reverse("account_request_login_code"), {"email": hr.email})
    code = re.search(r"\d{6}", OutboxMail.objects.get(kind="account.email.login_code").text)[0]
    answer = client.post(reverse("account_confirm_login_code"), {"code": code})
    assert answer["Location"] == reverse("mfa_authenticate")
    assert client.get("/queue/").status_code == 302


def test_neither_the_key_nor_the_recovery_codes_lie_open_in_the_database(hr, key):
    kept = str(list(Authenticator.objects.values("data")))
    assert key not in kept
    assert FactorAdapter().decrypt(Authenticator.objects.get(type="totp").data["secret"]) == key
    assert not re.search(r"'seed': '[0-9a-f]{80}'", kept)


def test_an_app_that_comes_or_goes_is_in_the_trail_and_in_its_owners_mailbox(client, hr, key):
    assert "account.factor_added" in AuditEntry.objects.values_list("action", flat=True)
    assert OutboxMail.objects.filter(kind="mfa.email.totp_activated", recipient=hr.email).count() == 1
    sign_in(client, hr.email)
    client.post(reverse("mfa_authenticate"), {"code": code_for(key)})
    client.post(reverse("mfa_deactivate_totp"))
    assert not Authenticator.objects.filter(user=hr).exists()  # its recovery codes went with it
    assert AuditEntry.objects.filter(action="account.factor_removed").count() == 2


def test_signing_in_and_failing_to_is_in_the_trail_of_the_persons_organisation(client, hr, key):
    sign_in(Client(), hr.email, "wrong")
    sign_in(Client(), "nobody@northgate.example", "wrong")
    sign_in(client, hr.email)
    client.post(reverse("mfa_authenticate"), {"code": "000000"})
    client.post(reverse("mfa_authenticate"), {"code": code_for(key)})
    run_due(timezone.now())
    entries = AuditEntry.objects.filter(action__startswith="account.sign").order_by("seq")
    said = [(e.action, e.after.get("with") or e.after["why"]) for e in entries]
    assert ("account.signed_in", ["password", "app"]) in said
    assert [s for s in said if s[0] == "account.sign_in_refused"] == [
        ("account.sign_in_refused", "password"), ("account.sign_in_refused", "app")
    ]  # fmt: skip
    assert {e.organisation.ods_code for e in entries} == {"ZN1"}
    assert {e.subject for e in entries} == {f"user:{hr.pk}"}


@pytest.mark.parametrize("role", Role.values)
def test_the_lead_and_whoever_sees_dates_of_birth_need_one(world, role):
    asked = second_factor_by(world.actor(role), timezone.now()) is not None
    assert asked == (role in ("onboarding_lead", "hr", "payroll", "registration_authority"))
    if role == "it":
        Organisation.objects.filter(ods_code="ZN1").update(it_sees_date_of_birth=True)
        assert second_factor_by(world.actor(role), timezone.now()) is not None


def test_the_days_count_from_the_first_sign_in_and_the_pages_say_until_when(client, hr):
    sign_in(client, hr.email)
    since = User.objects.get(pk=hr.pk).factor_asked_at
    assert timezone.now() - since < dt.timedelta(minutes=1)
    by = timezone.localdate(since + dt.timedelta(days=14))
    for page in ("/queue/", reverse("account"), reverse("mfa_index")):  # the first has it as a message
        assert f" {by.day} {by:%B}" in text_of(client.get(page))
    sign_in(Client(), hr.email)
    assert User.objects.get(pk=hr.pk).factor_asked_at == since


def test_who_needs_none_is_asked_for_none(client, world):
    library = with_address(world.user("library"))
    sign_in(client, library.email)
    assert User.objects.get(pk=library.pk).factor_asked_at is None
    assert "by " not in text_of(client.get(reverse("mfa_index"))).split("Passkeys")[0]


def test_after_its_days_nothing_opens_but_adding_one(client, hr):
    User.objects.filter(pk=hr.pk).update(factor_asked_at=timezone.now() - dt.timedelta(days=15))
    sign_in(client, hr.email)
    for page in ("/", "/queue/", "/newcomers/", reverse("account"), reverse("account_mails"), reverse("account_kept")):
        assert client.get(page)["Location"] == reverse("mfa_index"), page
    assert client.post(reverse("import_roster"), {})["Location"] == reverse("mfa_index")
    assert "nothing else opens" in text_of(client.get(reverse("mfa_index")))
    assert client.get(reverse("help")).status_code == 200
    add_app(client)
    assert client.get("/queue/").status_code == 200


def test_an_organisation_may_give_no_days_at_all(client, hr):
    Organisation.objects.filter(ods_code="ZN1").update(second_factor_days=0)
    sign_in(client, hr.email)
    assert client.get("/queue/")["Location"] == reverse("mfa_index")


def test_the_days_begin_anew_for_who_gets_such_a_role_again(client, world):
    hr = with_address(world.user("hr"))
    User.objects.filter(pk=hr.pk).update(factor_asked_at=timezone.now() - dt.timedelta(days=15))
    hr.memberships.update(role="library")
    sign_in(client, hr.email)
    assert User.objects.get(pk=hr.pk).factor_asked_at is None


def test_knowing_who_needs_one_costs_no_query_more(client, hr, count_queries):
    with count_queries() as queries:
        actor_of(hr)
    assert len(queries) == 1


def test_is_it_still_you_is_asked_before_a_change_unless_one_has_only_just_signed_in(client, hr, monkeypatch):
    sign_in(client, hr.email)
    assert client.get(reverse("mfa_activate_totp")).status_code == 200
    later = time.time() + 600
    monkeypatch.setattr(time, "time", lambda: later)
    answer = client.get(reverse("mfa_activate_totp"))
    assert answer["Location"].startswith(reverse("account_reauthenticate"))
    answer = client.post(answer["Location"], {"password": PASSWORD, "next": reverse("mfa_activate_totp")}, follow=True)
    assert "Add an app" in text_of(answer)


PAGES = (
    "mfa_index",
    "mfa_add_webauthn",
    "mfa_view_recovery_codes",
    "mfa_generate_recovery_codes",
)
PAGES += ("mfa_deactivate_totp", "account_sessions", "account_kept", "account_change_password")


def test_every_page_of_it_is_ours_and_has_no_style_or_script_of_its_own(client, hr, key):
    sign_in(client, hr.email)
    client.post(reverse("mfa_authenticate"), {"code": code_for(key)})
    for name in PAGES:
        page = client.get(reverse(name))
        assert page.status_code == 200, name
        html = page.content.decode()
        assert "nhsuk-header" in html, name
        assert "style=" not in html, name
        assert html.count("<script") == html.count("src=") + 1, name
