"""The way in for a newcomer: a link that only a press spends, "Is this you?", and the move to the work address."""

import datetime as dt
import re

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import check_password
from django.core import mail as sent
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from onboarding import invitations
from onboarding.invitations import invite, invite_many, token_of
from onboarding.links import without_secrets
from onboarding.models import AuditEntry, Invitation, OutboxMail, Placement, User
from onboarding.outbox.sending import drain
from onboarding.policies import Refused
from tests.factories import PASSWORD, UserFactory
from tests.web.staff import text_of
from tests.web.stage import finished

pytestmark = pytest.mark.django_db
EMAIL = "zoe@home.example"


@pytest.fixture
def newcomer(world):
    return world.newcomer(
        newcomer__given_name="Zoë", newcomer__family_name="Müller", newcomer__personal_email="Zoe@home.example",
        start_date=timezone.localdate() + dt.timedelta(days=9),
    )  # fmt: skip


@pytest.fixture
def hr(world):
    return world.actor("hr")


def link_in_the_mail(n: int = -1) -> str:
    drain()
    return re.search(r"(/invitation/\S+)", sent.outbox[n].body)[1]


def invited_link(newcomer, hr) -> str:
    invite(newcomer, by=hr, at=timezone.now())
    return link_in_the_mail()


def started(client: Client, link: str) -> None:
    assert client.post(link)["Location"] == reverse("invitation_you")


def test_opening_the_link_changes_nothing_and_one_press_spends_it(client, newcomer, hr):
    link = invited_link(newcomer, hr)
    for _ in range(3):  # a mail scanner
        assert "Welcome to Northgate" in text_of(Client().get(link))
        Client().head(link)
    started(client, link)
    assert "run out" in text_of(Client().post(link))
    assert "run out" in text_of(Client().get(link))


def test_from_the_mail_to_my_week_before_day_one_and_without_a_work_account(client, newcomer, hr):
    link = invited_link(newcomer, hr)
    started(client, link)
    page = text_of(client.get(reverse("invitation_you")))
    assert "Zoë Müller" in page
    assert "Clinical fellow at Northgate" in page
    assert "1994" not in page
    answer = client.post(reverse("invitation_yes"), follow=True)
    assert answer.redirect_chain[-1][0] == reverse("account_set_password")
    answer = client.post(
        reverse("account_set_password"), {"password1": "a long week one", "password2": "a long week one"}
    )
    assert answer["Location"] == reverse("home")
    assert client.get(reverse("me")).status_code == 200
    newcomer.newcomer.refresh_from_db()
    user = newcomer.newcomer.user
    assert (user.email, user.name) == (EMAIL, "Zoë Müller")
    assert EmailAddress.objects.get(user=user, email=EMAIL).verified
    assert check_password("a long week one", user.password)
    actions = list(AuditEntry.objects.order_by("seq").values_list("action", flat=True))
    assert actions == [
        "invitation.sent", "mail.sent", "invitation.opened", "invitation.accepted", "account.signed_in",
        "account.password_changed",
    ]  # fmt: skip


def test_no_row_no_entry_and_no_log_holds_the_token(client, newcomer, hr, caplog):
    link = invited_link(newcomer, hr)
    token = link.split("/")[2]
    started(client, link)
    client.post(reverse("invitation_yes"))
    kept = [*OutboxMail.objects.values_list("text", "html"), *AuditEntry.objects.values_list("before", "after")]
    assert token not in str(kept)
    assert token not in str(list(Invitation.objects.values()))
    assert len(token) == 43
    Client(enforce_csrf_checks=True).post(link)
    assert token not in without_secrets(caplog.text)
    assert without_secrets(f'"POST {link} HTTP/1.1" 403') == '"POST /invitation/[link]/ HTTP/1.1" 403'
    assert without_secrets(f"{link}again/") == "/invitation/[link]/again/"


def test_no_this_is_somebody_else_tells_hr_and_lets_nobody_in(client, newcomer, hr, world):
    started(client, invited_link(newcomer, hr))
    assert "We told HR" in text_of(client.post(reverse("invitation_no")))
    assert "run out" in text_of(client.post(reverse("invitation_yes")))
    assert client.get(reverse("me")).status_code == 302
    assert not User.objects.filter(email=EMAIL).exists()
    told = OutboxMail.objects.get(kind="invitation_refused")
    assert told.recipient == "hr@northgate.example"
    assert "Zoë" not in told.subject + told.text


def test_an_old_link_runs_out_and_sends_a_new_one_to_the_same_address_once(client, newcomer, hr):
    link = invited_link(newcomer, hr)
    Invitation.objects.update(expires_at=timezone.now(), created_at=timezone.now() - dt.timedelta(days=15))
    assert "Send a new one to the same address" in client.get(link).content.decode()
    for _ in range(3):
        answer = client.post(f"{link}again/")
        assert "on its way" in text_of(answer)
    assert Invitation.objects.count() == 2
    new = link_in_the_mail()
    assert new != link
    assert [m.to for m in sent.outbox] == [[EMAIL]] * 2
    started(client, new)


@pytest.mark.parametrize("token", ["x", "a" * 43, "..", "%00", "a" * 500])
def test_a_made_up_link_says_the_same_and_sends_nothing(client, world, token):
    page = client.get(f"/invitation/{token}/")
    assert page.status_code in (200, 404)
    again = client.post(f"/invitation/{token}/again/")
    assert again.status_code in (200, 404)
    assert not OutboxMail.objects.exists()


def test_a_page_closed_half_way_is_no_way_in_later_but_a_new_link_is(client, newcomer, hr):
    link = invited_link(newcomer, hr)
    started(client, link)
    Invitation.objects.update(spent_at=timezone.now() - dt.timedelta(hours=2))
    assert "run out" in text_of(client.post(reverse("invitation_yes")))
    client.post(f"{link}again/")
    assert Invitation.objects.count() == 2


def test_a_new_invitation_ends_the_old_one_and_a_double_press_sends_one(newcomer, hr):
    now = timezone.now()
    first = invite(newcomer, by=hr, at=now)
    assert invite(newcomer, by=hr, at=now + dt.timedelta(seconds=1)) == first
    second = invite(newcomer, by=hr, at=now + dt.timedelta(minutes=10))
    assert not invitations.is_good(Invitation.objects.get(pk=first.pk), now + dt.timedelta(minutes=10))
    assert invitations.is_good(second, now + dt.timedelta(minutes=10))


def test_an_address_that_changed_before_sending_gets_nothing_and_an_accepted_one_no_second_mail(newcomer, hr):
    invite(newcomer, by=hr, at=timezone.now())
    person = newcomer.newcomer
    person.personal_email = "other@home.example"
    person.save()
    drain()
    assert sent.outbox == []
    assert OutboxMail.objects.get().state == "dropped"


def test_somebody_with_an_account_links_the_placement_and_signs_in_as_ever(client, newcomer, hr):
    user = UserFactory(email=EMAIL, name="Zoë")
    started(client, invited_link(newcomer, hr))
    answer = client.post(reverse("invitation_yes"))
    assert answer["Location"] == reverse("account_login")  # a mailed link is no second factor
    assert "_auth_user_id" not in client.session
    newcomer.newcomer.refresh_from_db()
    assert newcomer.newcomer.user == user


def test_an_account_of_another_newcomer_is_not_taken_over(client, newcomer, hr, world):
    other = world.newcomer(account=True)
    other.newcomer.user.email = EMAIL
    other.newcomer.user.save()
    started(client, invited_link(newcomer, hr))
    answer = client.post(reverse("invitation_yes"))
    assert answer.status_code == 422
    assert "Somebody else signs in" in text_of(answer)


def test_who_may_invite(newcomer, world):
    for who in [("it", "northgate"), ("hr", "southmere"), ("manager", "northgate"), ("onboarding_lead", "southmere")]:
        with pytest.raises(Refused, match="Only HR"):
            invite(newcomer, by=world.actor(*who), at=timezone.now())
    invite(newcomer, by=world.actor("onboarding_lead"), at=timezone.now())


def test_many_at_once_says_whom_it_left_out(newcomer, hr, world):
    nobody = world.newcomer(newcomer__personal_email="")
    known = world.newcomer(account=True, newcomer__personal_email="known@home.example")
    done = invite_many([newcomer, nobody, known, newcomer], by=hr, at=timezone.now())
    assert done.invited == 1
    assert sum(done.left_out.values()) == 3
    assert "They have been invited already." in done.left_out


def test_the_newcomers_page_invites_and_sends_again(client, newcomer, world):
    client.force_login(world.user("hr"))
    page = reverse("newcomer", args=[newcomer.ref])
    assert "Not invited yet. Invite" in text_of(client.get(page))
    client.post(reverse("newcomer_invite", args=[newcomer.ref]))
    assert "not in yet" in text_of(client.get(page))
    assert "Send again" in text_of(client.get(page))
    client.force_login(world.user("it"))
    assert "Their account" not in text_of(client.get(page))
    assert client.post(reverse("newcomer_invite", args=[newcomer.ref])).status_code == 403


def test_a_colleague_is_invited_into_a_role_by_the_onboarding_lead(client, world):
    lead = world.actor("onboarding_lead")
    how = {"organisation_id": world.northgate.pk, "role": "it", "name": "Sam Okoro", "email": "sam@northgate.example"}
    with pytest.raises(Refused):
        invitations.invite_staff(**how, by=world.actor("hr"), at=timezone.now())
    made = invitations.invite_staff(**how, by=lead, at=timezone.now())
    link = link_in_the_mail()
    assert token_of(made.ref) in link
    started(client, link)
    assert "IT at Northgate" in text_of(client.get(reverse("invitation_you")))
    client.post(reverse("invitation_yes"))
    assert client.get(reverse("queue")).status_code == 200


# moving the sign-in


@pytest.fixture
def settled(newcomer):
    user = UserFactory(email=EMAIL, name="Zoë Müller")
    EmailAddress.objects.create(user=user, email=EMAIL, verified=True, primary=True)
    person = newcomer.newcomer
    person.user, person.work_email = user, "zoe.muller@nhs.example"
    person.save()
    return user


def moving_link() -> str:
    drain()
    return re.search(r"(/account/move-email/\S+)", sent.outbox[-1].body)[1]


def test_the_sign_in_moves_to_the_work_address_and_the_old_one_stops(client, settled):
    client.force_login(settled)
    assert "zoe.muller@nhs.example" in text_of(client.get(reverse("move_email")))
    client.post(reverse("move_email"))
    link = moving_link()
    assert sent.outbox[-1].to == ["zoe.muller@nhs.example"]
    client.get(link)
    settled.refresh_from_db()
    assert settled.email == EMAIL  # opening is not moving
    assert client.post(link)["Location"] == reverse("account")
    settled.refresh_from_db()
    assert settled.email == "zoe.muller@nhs.example"
    assert list(EmailAddress.objects.filter(user=settled).values_list("email", "verified")) == [(settled.email, True)]
    assert client.post(link).status_code == 422  # once
    fresh = Client()
    assert fresh.post(reverse("account_login"), {"login": EMAIL, "password": PASSWORD}).status_code == 200
    assert fresh.post(reverse("account_login"), {"login": settled.email, "password": PASSWORD}).status_code == 302


def test_my_week_asks_to_move_once_the_work_email_works_and_not_before(client, settled, world, newcomer):
    placement = Placement.objects.select_related("newcomer__user", "employer", "host", "chain__pathway").get(
        pk=newcomer.pk
    )
    client.force_login(settled)
    finished(world, placement, "hr_record", "identity", issued_only="work_email")
    assert "Your work email has arrived" not in text_of(client.get(reverse("me")))
    finished(world, placement, "work_email")
    assert "Sign in with zoe.muller@nhs.example from now on" in text_of(client.get(reverse("me")))
    settled.email = "zoe.muller@nhs.example"
    settled.save()
    assert "Your work email has arrived" not in text_of(client.get(reverse("me")))


def test_a_moving_link_is_its_own_persons_and_of_the_address_that_still_stands(client, settled, world):
    client.force_login(settled)
    client.post(reverse("move_email"))
    link = moving_link()
    other = Client()
    other.force_login(world.user("it"))
    assert other.post(link).status_code == 422
    settled.newcomer.work_email = "another@nhs.example"
    settled.newcomer.save()
    assert client.post(link).status_code == 422
    assert User.objects.get(pk=settled.pk).email == EMAIL


def test_an_address_that_somebody_has_is_not_moved_to(client, settled):
    UserFactory(email="zoe.muller@nhs.example")
    client.force_login(settled)
    assert client.post(reverse("move_email")).status_code == 422
    assert not OutboxMail.objects.exists()
