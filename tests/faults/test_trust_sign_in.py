"""The trust's own sign-in, against a real OpenID Connect provider beside the test: whom it lets in, and whom never."""

import base64
import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from allauth.socialaccount.models import SocialAccount
from allauth.socialaccount.providers.oauth2.client import OAuth2Client, OAuth2Error
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from onboarding.jobs import run_due
from onboarding.models import AuditEntry, Membership, User
from onboarding.sign_in.trust import claims_of, verified_email
from tests.factories import World
from tests.openid import provider, says, use
from tests.web.staff import text_of

LOGIN = "/account/login/trust/"


@pytest.fixture(scope="module")
def trust() -> Iterator[str]:
    """The address of a provider that runs."""
    with provider() as address:
        yield address


@pytest.fixture(autouse=True)
def set_up(db: Any, settings: Any, trust: str) -> None:
    cache.clear()
    use(settings, trust)


@pytest.fixture
def it(world: World) -> User:
    user = world.user("it")
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def through(client: Client, sub: str, *, deny: bool = False, **sent: str) -> Any:
    """Presses the button, signs in there, comes back: the last answer."""
    gone = client.post(LOGIN, sent)
    assert gone.status_code == 302, gone.content
    data = {"action": "deny"} if deny else {"sub": sub}
    back = requests.post(gone["Location"], data=data, allow_redirects=False, timeout=5).headers["Location"]
    parts = urlsplit(back)
    return client.get(f"{parts.path}?{parts.query}")


def is_in(client: Client) -> bool:
    return client.get(reverse("account")).status_code == 200


def test_the_page_has_the_button_only_where_it_is_set_up(client, settings):
    assert "Use my trust account" in text_of(client.get(reverse("account_login")))
    settings.OIDC_BUTTON = ""
    assert "trust account" not in text_of(client.get(reverse("account_login")))


def test_a_proved_address_of_an_account_that_is_there_lets_in_and_the_trail_says_so(client, it, trust):
    says(trust, "s1", email="IT@northgate.example", email_verified=True, name="Somebody Else")
    assert through(client, "s1").status_code == 302
    assert is_in(client)
    assert User.objects.get(pk=it.pk).name == it.name
    assert AuditEntry.objects.get(action="account.signed_in").after == {"with": ["trust account"]}
    kept = SocialAccount.objects.get(user=it)
    assert "s1" not in kept.uid
    assert kept.extra_data == {"iss": trust}  # nothing else of what the provider said


def test_after_the_first_time_the_subject_counts_and_not_the_address(client, it, trust, world):
    says(trust, "s2", email=it.email, email_verified=True)
    through(client, "s2")
    hr = world.user("hr")
    EmailAddress.objects.create(user=hr, email=hr.email, verified=True, primary=True)
    says(trust, "s2", email=hr.email, email_verified=True)  # an administrator there may write any address
    again = Client()
    through(again, "s2")
    assert again.get(reverse("account")).context["user"].pk == it.pk


@pytest.mark.parametrize(
    "claims",
    [
        {}, {"email_verified": False}, {"email_verified": "true"}, {"email_verified": "false"}, {"email_verified": 1},
        {"email_verified": None}, {"xms_edov": False}, {"xms_edov": 0}, {"xms_edov": "0"}, {"xms_edov": "false"},
        {"preferred_username": "it@northgate.example", "upn": "it@northgate.example"},
    ],
)  # fmt: skip
def test_an_address_that_is_not_called_proved_lets_nobody_in(client, it, trust, claims):
    says(trust, "stranger", email=it.email, **claims)
    answer = through(client, "stranger")
    assert answer.status_code == 403
    assert "does not say that your email address is proved" in text_of(answer)
    assert not is_in(client)
    assert not SocialAccount.objects.exists()


@pytest.mark.parametrize("proof", [True, 1, "1"])
def test_entra_says_it_in_its_own_claim(client, it, trust, proof):
    says(trust, "entra", email=it.email, xms_edov=proof)
    through(client, "entra")
    assert is_in(client)


def test_nobody_gets_an_account_this_way(client, world, trust):
    before = User.objects.count()
    says(trust, "new", email="new@northgate.example", email_verified=True)
    answer = through(client, "new")
    assert answer.status_code == 403
    assert "We know no account" in text_of(answer)
    assert User.objects.count() == before
    assert not is_in(client)


def test_an_address_that_is_not_confirmed_here_is_not_matched(client, it, trust):
    EmailAddress.objects.filter(user=it).update(verified=False)
    says(trust, "s3", email=it.email, email_verified=True)
    assert through(client, "s3").status_code == 403
    assert not is_in(client)


def test_a_closed_account_stays_closed_before_and_after_it_was_joined(client, it, trust):
    says(trust, "leaver", email=it.email, email_verified=True)
    through(client, "leaver")
    User.objects.filter(pk=it.pk).update(is_active=False)
    assert not is_in(client)
    other = Client()
    answer = through(other, "leaver")
    assert "This account is closed" in text_of(answer)
    assert not is_in(other)
    run_due(timezone.now())
    assert AuditEntry.objects.get(action="account.sign_in_refused").after == {"why": "closed"}


def test_the_same_subject_at_another_provider_is_somebody_else(client, it, trust, settings):
    says(trust, "s4", email=it.email, email_verified=True)
    through(client, "s4")
    with provider() as elsewhere:
        use(settings, elsewhere)
        says(elsewhere, "s4", email="other@northgate.example", email_verified=True)
        other = Client()
        assert through(other, "s4").status_code == 403
        assert not is_in(other)


def test_the_second_step_is_still_asked(client, it, trust):
    says(trust, "s5", email=it.email, email_verified=True)
    TOTP.activate(it, "JBSWY3DPEHPK3PXP")
    assert Authenticator.objects.filter(user=it).exists()
    assert through(client, "s5")["Location"] == reverse("mfa_authenticate")
    assert not is_in(client)


def test_a_token_that_was_changed_on_the_way_is_refused(client, it, trust, monkeypatch):
    says(trust, "s8", email="nobody@northgate.example", email_verified=True)
    real = OAuth2Client.get_access_token

    def tampered(self: Any, *args: Any, **kwargs: Any) -> Any:
        answer = real(self, *args, **kwargs)
        head, body, signature = answer["id_token"].split(".")
        claims = json.loads(base64.urlsafe_b64decode(body + "=="))
        changed = json.dumps(claims | {"email": it.email}).encode()
        answer["id_token"] = f"{head}.{base64.urlsafe_b64encode(changed).rstrip(b'=').decode()}.{signature}"
        return answer

    monkeypatch.setattr(OAuth2Client, "get_access_token", tampered)
    assert through(client, "s8").status_code == 401
    assert not is_in(client)


def test_who_stops_there_is_back_at_the_sign_in_page(client, it, trust):
    answer = through(client, "s1", deny=True)
    assert answer.status_code in (302, 401)
    assert not is_in(client)


@pytest.mark.parametrize("query", ["", "?code=x", "?code=x&state=y", "?error=server_error&state=y", "?state=<script>"])
def test_an_answer_that_nobody_asked_for_is_refused_without_details(client, query):
    answer = client.get(f"{LOGIN}back/{query}")
    assert answer.status_code == 401
    page = answer.content.decode()
    assert "did not work" in page
    assert "Traceback" not in page
    assert "<script>" not in page.split("</script>", 2)[-1]


def test_an_answer_to_somebody_elses_question_is_refused(client, it, trust):
    says(trust, "s6", email=it.email, email_verified=True)
    gone = client.post(LOGIN)["Location"]
    back = requests.post(gone, data={"sub": "s6"}, allow_redirects=False, timeout=5).headers["Location"]
    other = Client()  # who is lured to the attacker's answer
    assert other.get(f"{urlsplit(back).path}?{urlsplit(back).query}").status_code == 401
    assert not is_in(other)


def test_the_question_carries_a_challenge_and_a_state_and_no_secret(client, trust):
    asked = client.post(LOGIN)["Location"]
    assert "code_challenge_method=S256" in asked
    assert "state=" in asked
    assert "secret" not in asked


def test_opening_the_address_changes_nothing_and_asks_first(client, trust):
    page = client.get(LOGIN)
    assert page.status_code == 200
    assert "Go to your trust's sign-in?" in text_of(page).replace("’", "'").replace("&#x27;", "'")


def test_a_provider_that_is_away_is_a_plain_page(client, settings):
    use(settings, "http://localhost:9")
    answer = client.post(LOGIN)
    assert answer.status_code == 503
    assert "did not work" in text_of(answer)
    assert "localhost" not in text_of(answer)


def test_it_leads_back_to_the_page_that_was_asked_for_and_nowhere_else(client, it, trust):
    says(trust, "s7", email=it.email, email_verified=True)
    assert through(client, "s7", next="/newcomers/")["Location"] == "/newcomers/"
    assert "evil" not in through(Client(), "s7", next="//evil.example/")["Location"]


def test_two_documents_about_two_people_are_refused():
    with pytest.raises(OAuth2Error):
        claims_of({"id_token": {"iss": "i", "sub": "a"}, "userinfo": {"sub": "b"}})
    with pytest.raises(OAuth2Error):
        claims_of({"userinfo": {"sub": "b"}})
    assert verified_email({"email": ["it@northgate.example"], "email_verified": True}) == ""


class TestRoles:
    """Roles out of a claim, where the installation is set up so."""

    @pytest.fixture(autouse=True)
    def set_up_roles(self, settings: Any) -> None:
        settings.OIDC_ROLES_CLAIM, settings.OIDC_ROLES_ORGANISATION = "roles", "ZN1"

    def roles(self, user: User) -> set[tuple[str, str]]:
        return set(Membership.objects.filter(user=user).values_list("organisation__ods_code", "role"))

    def test_each_sign_in_makes_them_what_the_claim_says_in_that_one_organisation(self, client, it, trust, world):
        Membership.objects.create(user=it, organisation=world.southmere, role="it")
        says(trust, "r1", email=it.email, email_verified=True, roles=["hr", "library", "domain admins"])
        through(client, "r1")
        assert self.roles(it) == {("ZN1", "hr"), ("ZN1", "library"), ("ZS1", "it")}
        said = AuditEntry.objects.filter(by_name="the trust's sign-in").values_list("action", flat=True)
        assert sorted(said) == ["member.added", "member.added", "member.removed"]
        says(trust, "r1", email=it.email, email_verified=True)
        through(Client(), "r1")
        assert self.roles(it) == {("ZS1", "it")}

    def test_words_of_the_trusts_own_are_translated_and_then_nothing_else_counts(self, client, it, trust, settings):
        settings.OIDC_ROLES = {"weekone-hr": "hr"}
        says(trust, "r2", email=it.email, email_verified=True, roles=["weekone-hr", "payroll"])
        through(client, "r2")
        assert self.roles(it) == {("ZN1", "hr")}

    def test_the_last_onboarding_lead_stays_one(self, client, trust, world):
        lead = world.user("onboarding_lead")
        EmailAddress.objects.create(user=lead, email=lead.email, verified=True, primary=True)
        says(trust, "r3", email=lead.email, email_verified=True, roles=[])
        through(client, "r3")
        assert self.roles(lead) == {("ZN1", "onboarding_lead")}

    def test_a_stranger_gets_no_role_by_a_claim(self, client, it, trust):
        says(trust, "r4", email=it.email, roles=["onboarding_lead"])
        through(client, "r4")
        assert self.roles(it) == {("ZN1", "it")}
