"""The ways in, as people go them: a passkey, an app, the trust's own sign-in, and a text that outlives its session."""

import time
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.core.cache import cache
from playwright.sync_api import Page

from onboarding.models import Organisation
from onboarding.sign_in import sessions
from tests.browser.conftest import Person
from tests.factories import PASSWORD, World
from tests.openid import provider, says, use


@pytest.fixture(autouse=True)
def fresh_limits(world: World) -> None:
    cache.clear()


def give_authenticator(page: Page) -> None:
    """What a laptop with a fingerprint reader has; the finger is always there."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    options |= {"isUserVerified": True, "automaticPresenceSimulation": True}
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def code_for(key: str, *, later: int = 0) -> str:
    return format_hotp_value(hotp_value(key, int(time.time()) // 30 + later))


def sign_out(one: Person) -> None:
    one.page.get_by_role("button", name="Sign out").first.click()
    one.page.wait_for_url("**/signed-out/")


class TestSomebodyWhoSeesDatesOfBirth:
    """HR, whose days without a second step are over."""

    def test_they_add_an_app_and_a_passkey_and_get_in_by_either(self, world: World, person: Any) -> None:
        Organisation.objects.update(second_factor_days=0)
        self.hr, self.email = person(), world.user("hr").email
        give_authenticator(self.hr.page)
        self.given_nothing_opens_but_the_page_that_adds_one()
        self.when_they_add_an_app()
        self.then_they_have_recovery_codes_and_everything_opens()
        self.when_they_add_a_passkey()
        self.then_the_passkey_alone_lets_them_in()
        self.then_after_the_password_a_code_of_the_app_is_asked()
        self.then_a_second_browser_is_listed_and_can_be_ended(person())

    def given_nothing_opens_but_the_page_that_adds_one(self) -> None:
        self.hr.sign_in(self.email)
        self.hr.open("/queue/")
        assert self.hr.h1 == "Passkeys and codes"
        assert "Add one to go on" in self.hr.text
        self.hr.finds_the_page_sound()

    def when_they_add_an_app(self) -> None:
        page = self.hr.page
        page.get_by_role("link", name="Add an app").click()
        self.hr.finds_the_page_sound()
        page.get_by_label("6-digit code").fill("123")
        page.get_by_role("button", name="Add the app").click()
        page.get_by_role("link", name="That code is not right").click()  # in the summary
        assert page.evaluate("document.activeElement.name") == "code"
        page.get_by_text("I cannot scan it").click()
        self.key = page.locator("code.app-code").inner_text()
        page.get_by_label("6-digit code").fill(code_for(self.key, later=-1))
        page.get_by_role("button", name="Add the app").click()

    def then_they_have_recovery_codes_and_everything_opens(self) -> None:
        self.hr.page.wait_for_url("**/codes/")
        assert self.hr.page.locator("code.app-code").count() == 10
        self.hr.finds_the_page_sound()
        self.hr.page.get_by_role("button", name="I have them").click()
        self.hr.page.wait_for_url("**/queue/")

    def when_they_add_a_passkey(self) -> None:
        page = self.hr.page
        self.hr.open("/account/")
        self.hr.finds_the_page_sound()
        page.get_by_role("link", name="Change passkeys and codes").click()
        page.get_by_role("link", name="Add a passkey").click()
        self.hr.finds_the_page_sound()
        page.get_by_label("Name").fill("Ward laptop")
        page.get_by_role("button", name="Add a passkey").click()
        page.wait_for_url("**/second-factor/")
        assert "Ward laptop" in self.hr.text
        self.hr.finds_the_page_sound()
        sign_out(self.hr)

    def then_the_passkey_alone_lets_them_in(self) -> None:
        self.hr.open("/account/login/?next=/newcomers/")
        self.hr.finds_the_page_sound()
        self.hr.page.get_by_role("button", name="Use a passkey").click()
        self.hr.page.wait_for_url("**/newcomers/")
        sign_out(self.hr)

    def then_after_the_password_a_code_of_the_app_is_asked(self) -> None:
        page = self.hr.page
        self.hr.sign_in(self.email, until="**/login/second/")
        self.hr.finds_the_page_sound()
        page.get_by_label("6-digit code").fill(code_for(self.key))
        page.get_by_role("button", name="Sign in", exact=True).click()
        page.wait_for_url("**/queue/")

    def then_a_second_browser_is_listed_and_can_be_ended(self, other: Person) -> None:
        other.sign_in(self.email, until="**/login/second/")
        other.page.get_by_label("6-digit code").fill(code_for(self.key, later=1))
        other.page.get_by_role("button", name="Sign in", exact=True).click()
        other.page.wait_for_url("**/queue/")
        self.hr.open("/account/sessions/")
        self.hr.finds_the_page_sound()
        self.hr.page.get_by_role("button", name="End Chrome").click()
        self.hr.page.wait_for_load_state()
        other.open("/queue/")
        assert other.h1 == "Sign in"


def end_by_idleness() -> None:
    """Half an hour and more goes by."""
    for row in Session.objects.all():
        store = SessionStore(row.session_key)
        store[sessions.SEEN] = int(time.time()) - 3600
        store.save()


@pytest.mark.parametrize("script", [False, True])
def test_what_was_typed_outlives_the_session(world: World, person: Any, script: bool) -> None:
    newcomer = world.newcomer()
    hr = person(script=script, phone=True)
    looks = hr.finds_the_page_sound if script else str  # axe itself is a script
    hr.sign_in(world.user("hr").email)
    hr.open(f"/newcomers/{newcomer.ref}/steps/hr_record/stuck/")
    hr.page.locator("textarea").first.fill("The middle name is missing: it is Anne-Marie.")
    end_by_idleness()
    hr.page.locator("main form button[type=submit]").first.click()
    assert "Signed out after 30 minutes. Your text is kept" in hr.text
    assert "Anne" not in hr.page.url
    looks()
    hr.page.get_by_label("Email address").fill(world.user("hr").email)
    hr.page.get_by_label("Password", exact=True).fill(PASSWORD)
    hr.page.get_by_role("button", name="Sign in", exact=True).click()
    assert hr.h1 == "Your text is kept"
    assert "it is Anne-Marie" in hr.text
    looks()
    hr.page.get_by_role("button", name="Send it now").click()
    assert "kept" not in hr.page.url


@pytest.mark.parametrize("phone", [False, True])
def test_the_trusts_own_sign_in(world: World, person: Any, settings: Any, phone: bool) -> None:
    it = person(phone=phone)
    with provider() as trust:
        use(settings, trust)
        directives = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
        with_trust = {**directives, "form-action": [*directives["form-action"], trust]}
        settings.CONTENT_SECURITY_POLICY = {"DIRECTIVES": with_trust}
        says(trust, "sam", email=world.user("it").email, email_verified=True)
        it.open("/account/login/")
        it.finds_the_page_sound()
        it.page.get_by_role("button", name="Use my trust account").click()
        it.page.locator("input[name=sub]").fill("sam")
        it.page.get_by_role("button", name="Authorize", exact=True).click()
        it.page.wait_for_url("**/queue/")
        assert "IT at Northgate" in it.h1
        sign_out(it)
        says(trust, "eve", email=world.user("it").email, email_verified="true")
        it.open("/account/login/")
        it.page.get_by_role("button", name="Use my trust account").click()
        it.page.locator("input[name=sub]").fill("eve")
        it.expected.add(403)
        it.page.get_by_role("button", name="Authorize", exact=True).click()
        it.page.wait_for_url("**/back/**")
        assert it.h1 == "We cannot let you in with this trust account"
        it.finds_the_page_sound()
    # the provider's own page wants a style from elsewhere; ours is answered for
    it.wrong[:] = [wrong for wrong in it.wrong if trust not in wrong and "cdn." not in wrong]


def test_a_newcomer_gets_in_by_a_code_and_no_password(world: World, person: Any) -> None:
    from allauth.account.models import EmailAddress

    from onboarding.models import OutboxMail

    user = world.newcomer(account=True).newcomer.user
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    zoe = person(phone=True)
    zoe.open("/account/login/")
    zoe.page.get_by_role("link", name="Email me a code").click()
    zoe.finds_the_page_sound()
    zoe.page.get_by_label("Email address").fill(user.email)
    zoe.page.get_by_role("button", name="Send me a code").click()
    zoe.page.wait_for_url("**/check/")
    zoe.finds_the_page_sound()
    code = OutboxMail.objects.get(kind="account.email.login_code").text.split("is ")[1][:6]
    zoe.page.get_by_label("6-digit code").fill(code)
    zoe.page.get_by_role("button", name="Sign in", exact=True).click()
    zoe.page.wait_for_url("**/me/")
