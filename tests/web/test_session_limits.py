"""Sessions end by themselves, keep what was typed, and are listed and ended by their owner; leavers are out."""

import datetime as dt
import re
import time
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from onboarding.jobs import run_due
from onboarding.models import AuditEntry, OutboxMail, User
from onboarding.outbox.sending import drain
from onboarding.setting_up import password_link
from onboarding.sign_in import sessions
from steps.models import Fact
from tests.factories import PASSWORD, World
from tests.web.staff import text_of

EDGE = "Mozilla/5.0 (Windows NT 10.0) Chrome/140.0 Safari/537.36 Edg/140.0"
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0) Version/18.0 Safari/604.1"


@pytest.fixture(autouse=True)
def fresh_limits(db: Any) -> None:
    cache.clear()


@pytest.fixture
def hr(world: World) -> User:
    return with_address(world.user("hr"))


def with_address(user: User) -> User:
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def sign_in(client: Client, email: str, **more: Any) -> Any:
    agent = more.pop("agent", EDGE)
    data = {"login": email, "password": PASSWORD, **more}
    return client.post(reverse("account_login"), data, headers={"user-agent": agent})


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Any:
    """`clock(minutes)` puts the sessions' clock forward."""
    start = time.time()

    def forward(minutes: float) -> None:
        monkeypatch.setattr(sessions.time, "time", lambda: start + minutes * 60)

    return forward


@pytest.fixture
def newcomer(world: World) -> Any:
    return world.newcomer()


def test_half_an_hour_without_a_press_ends_it(client, hr, clock):
    sign_in(client, hr.email)
    clock(29)
    assert client.get("/queue/").status_code == 200
    clock(58)  # counted from the last press
    assert client.get("/queue/").status_code == 200
    clock(89)
    answer = client.get("/queue/", follow=True)
    assert answer.redirect_chain[-1][0] == "/account/login/?next=/queue/"
    assert "Signed out after 30 minutes." in text_of(answer)
    assert sign_in(client, hr.email, next="/queue/")["Location"] == "/queue/"


def test_twelve_hours_end_it_in_any_case(client, hr, clock):
    sign_in(client, hr.email)
    for minutes in range(20, 12 * 60, 20):
        clock(minutes)
        assert client.get("/help/").status_code == 200
    assert client.get(reverse("account")).status_code == 200
    clock(12 * 60 + 1)
    assert "Signed out after 12 hours." in text_of(client.get("/queue/", follow=True))


def test_a_cookie_that_was_kept_is_dead_after_its_session_ended(client, hr, clock):
    sign_in(client, hr.email)
    kept = client.cookies["sessionid"].value
    clock(31)
    client.get("/help/")  # also by a page that needs no sign-in
    clock(0)
    other = Client()
    other.cookies["sessionid"] = kept
    assert other.get("/queue/").status_code == 302


def test_looking_around_writes_the_session_once_a_minute_at_most(client, hr, clock, count_queries):
    client.force_login(hr)
    with count_queries() as queries:
        client.get(reverse("help"))
    assert not [q for q in queries if "UPDATE" in q]
    clock(2)
    with count_queries() as queries:
        client.get(reverse("help"))
        client.get(reverse("help"))
    assert len([q for q in queries if q.startswith("UPDATE")]) == 1


def act(newcomer: Any) -> str:
    return reverse("newcomer_step_stuck", args=[newcomer.ref, "hr_record"])


TYPED = "The middle name is missing.\nIt is Anne-Marie, see the passport."


def type_and_lose(client: Client, newcomer: Any, clock: Any) -> Any:
    """Somebody opens a form, is away for long, and sends it."""
    page = client.get(act(newcomer)).content.decode()
    fields = dict(re.findall(r'<input[^>]*name="(\w+)"[^>]*value="([^"]*)"', page))
    fields.pop("csrfmiddlewaretoken", None)
    clock(45)
    answer = client.post(act(newcomer), {**fields, "reason": TYPED, "owner": "hr-employer"}, headers={
        "referer": f"http://testserver{act(newcomer)}"
    })  # fmt: skip
    clock(0)
    return answer


def test_what_was_typed_comes_back_to_the_same_person_and_can_be_sent(client, hr, newcomer, clock):
    sign_in(client, hr.email)
    before = Fact.objects.count()
    answer = type_and_lose(client, newcomer, clock)
    assert answer["Location"] == f"/account/login/?next={reverse('account_kept')}"
    assert "Anne" not in answer["Location"]
    assert "Your text is kept" in text_of(client.get(answer["Location"]))
    assert Fact.objects.count() == before
    back = sign_in(client, hr.email, next=reverse("account_kept"))
    assert back["Location"] == reverse("account_kept")
    page = client.get(reverse("account_kept")).content.decode()
    assert "It is Anne-Marie, see the passport." in page
    assert "style=" not in page
    assert "onsubmit" not in page
    assert f'action="{act(newcomer)}"' in page
    fields = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page)
    sent = client.post(act(newcomer), dict(fields) | {"reason": TYPED})
    assert sent.status_code == 302, text_of(sent)
    assert Fact.objects.count() == before + 1
    assert "There is no text" in text_of(client.get(reverse("account_kept")))  # sent once


def test_what_was_typed_comes_back_whichever_way_they_sign_in(client, hr, newcomer, clock):
    sign_in(client, hr.email)
    type_and_lose(client, newcomer, clock)
    assert sign_in(client, hr.email)["Location"] == reverse("account_kept")  # the address was lost on the way


def test_nobody_else_at_the_same_computer_reads_it(client, hr, newcomer, clock, world):
    sign_in(client, hr.email)
    type_and_lose(client, newcomer, clock)
    assert "Anne-Marie" not in text_of(client.get(reverse("account_kept"), follow=True))
    it = with_address(world.user("it"))
    sign_in(client, it.email)
    assert "Anne-Marie" not in text_of(client.get(reverse("account_kept")))
    client.post(reverse("account_logout"))
    sign_in(client, hr.email)
    assert "Anne-Marie" not in text_of(client.get(reverse("account_kept")))


def test_it_can_be_thrown_away(client, hr, newcomer, clock):
    sign_in(client, hr.email)
    type_and_lose(client, newcomer, clock)
    sign_in(client, hr.email)
    assert client.post(reverse("account_kept"))["Location"] == act(newcomer)
    assert "There is no text" in text_of(client.get(reverse("account_kept")))


def test_passwords_and_codes_are_never_kept(client, hr, clock):
    sign_in(client, hr.email)
    clock(45)
    client.post(reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": "x", "password2": "x"})
    clock(0)
    assert not any(sessions.DRAFT in s.get_decoded() for s in Session.objects.all())
    sign_in(client, hr.email)
    assert "There is no text" in text_of(client.get(reverse("account_kept")))


def test_a_form_of_nobody_leads_to_the_start_and_not_to_an_address_that_only_takes_forms(client, newcomer):
    answer = client.post(reverse("newcomer_step_finish", args=[newcomer.ref, "hr_record"]), {"seen": "1"})
    assert answer["Location"] == "/account/login/?next=/"


class TestTheList:
    """/account/sessions/"""

    def test_it_says_where_somebody_is_signed_in_and_nothing_of_others(self, client, hr, world):
        sign_in(client, hr.email)
        sign_in(Client(), hr.email, agent=PHONE)
        it = with_address(world.user("it"))
        sign_in(Client(), it.email, agent="Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Firefox/140.0")
        page = text_of(client.get(reverse("account_sessions")))
        assert "Edge on Windows: this one" in page
        assert "Safari on iPhone" in page
        assert "Firefox" not in page

    def test_one_that_is_ended_is_out_at_once_and_the_trail_says_so(self, client, hr):
        phone = Client()
        sign_in(phone, hr.email, agent=PHONE)
        sign_in(client, hr.email)
        there = UserSession.objects.get(user_agent=PHONE)
        assert client.post(reverse("account_session_end", args=[there.pk])).status_code == 302
        assert phone.get("/queue/").status_code == 302
        assert client.get("/queue/").status_code == 200
        assert AuditEntry.objects.get(action="account.sessions_ended").after == {"sessions": 1}

    def test_all_others_end_together(self, client, hr):
        others = [Client(), Client()]
        for one in others:
            sign_in(one, hr.email, agent=PHONE)
        sign_in(client, hr.email)
        client.post(reverse("account_sessions_end_others"))
        assert [one.get("/queue/").status_code for one in others] == [302, 302]
        assert client.get("/queue/").status_code == 200

    def test_nobody_ends_somebody_elses(self, client, hr, world):
        it = with_address(world.user("it"))
        theirs = Client()
        sign_in(theirs, it.email)
        sign_in(client, hr.email)
        pk = UserSession.objects.get(user=it).pk
        assert client.post(reverse("account_session_end", args=[pk])).status_code == 404
        assert theirs.get("/queue/").status_code == 200

    def test_one_that_is_over_is_not_listed_and_is_swept_away(self, client, hr, clock):
        gone = Client()
        sign_in(gone, hr.email, agent=PHONE)
        gone.post(reverse("account_logout"))
        sign_in(client, hr.email)
        assert "iPhone" not in text_of(client.get(reverse("account_sessions")))
        Session.objects.update(expire_date=timezone.now() - dt.timedelta(days=1))
        sessions._planned = ""
        run_due(timezone.now())
        assert not Session.objects.exists()
        assert not UserSession.objects.exists()

    def test_it_costs_the_same_for_one_and_for_four(self, client, hr, count_queries):
        sign_in(client, hr.email)
        costs = []
        for _ in range(2):
            with count_queries() as queries:
                client.get(reverse("account_sessions"))
            costs.append(len(queries))
            for _ in range(3):
                sign_in(Client(), hr.email)
        assert costs[0] == costs[1]


class TestLeavers:
    """An account is closed: everything ends there and then."""

    def close(self, user: User) -> None:
        User.objects.filter(pk=user.pk).update(is_active=False)

    def test_a_link_for_a_new_password_that_was_sent_before_lets_nobody_in(self, client, hr):
        link = password_link(hr)
        self.close(hr)
        path = link.removeprefix("https://testserver")
        page = client.get(path, follow=True)
        form = page.redirect_chain[-1][0] if page.redirect_chain else path
        client.post(form, {"password1": "three long new words", "password2": "three long new words"})
        sign_in(client, hr.email)
        client.post(reverse("account_login"), {"login": hr.email, "password": "three long new words"})
        assert client.get("/queue/").status_code == 302

    def test_a_code_that_was_sent_before_lets_nobody_in(self, client, hr):
        client.post(reverse("account_request_login_code"), {"email": hr.email})
        code = re.search(r"\d{6}", OutboxMail.objects.get(kind="account.email.login_code").text)[0]
        self.close(hr)
        client.post(reverse("account_confirm_login_code"), {"code": code})
        assert client.get("/queue/").status_code == 302

    def test_the_second_step_lets_nobody_in_who_was_closed_between_the_two(self, client, hr):
        from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value

        TOTP.activate(hr, "JBSWY3DPEHPK3PXP")
        sign_in(client, hr.email)
        self.close(hr)
        code = format_hotp_value(hotp_value("JBSWY3DPEHPK3PXP", int(time.time()) // 30))
        client.post(reverse("mfa_authenticate"), {"code": code})
        assert client.get("/queue/").status_code == 302

    def test_no_new_link_and_no_new_code_is_sent(self, client, hr, mailoutbox):
        self.close(hr)
        client.post(reverse("account_request_login_code"), {"email": hr.email})
        client.post(reverse("account_reset_password"), {"email": hr.email})
        drain()
        assert mailoutbox == []
