"""Signed links of a pack, for a team without an account: one page, one button, one use."""

import datetime as dt
import re
from typing import Any

import pytest
from django.core import mail as outbox
from django.core import signing
from django.test import Client
from django.utils import timezone

from escalations import links
from escalations.models import Escalation, Message, Pack, PackPress, Press
from onboarding.models import OutboxMail, Placement
from onboarding.outbox.sending import drain
from steps.models import Fact
from steps.services import verbs
from steps.services.verifying import differences
from tests.web.stage import Clock, finished, row_of, stuck, text_of


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


@pytest.fixture(autouse=True)
def conversations_are_what_the_facts_give(db: Any) -> Any:
    yield
    assert list(map(str, differences())) == []


@pytest.fixture
def amara(world: Any) -> Placement:
    return world.newcomer(account=True, newcomer__given_name="Amara", newcomer__family_name="Okafor")


@pytest.fixture
def pack(world: Any, amara: Placement) -> Pack:
    finished(world, amara, "hr_record", "identity")
    stuck(amara, "work_email", "no_first_password", by=world.newcomer_actor(amara), owner="hr", side="employer")
    return Pack.objects.select_related("escalation").get()


def address(pack: Pack, what: Press) -> str:
    return f"/pack/{links.token_for(pack, what)}/"


def now(pack: Pack) -> Escalation:
    return Escalation.objects.get(pk=pack.escalation_id)


def test_the_mail_carries_the_three_links_and_no_row_holds_them(pack):
    row = OutboxMail.objects.get(kind="pack")
    assert "/pack/" not in row.text + row.html
    drain()
    sent = next(m for m in outbox.outbox if "hr@northgate.example" in m.to)
    tokens = re.findall(r"/pack/([^/\s]+)/", sent.body)
    assert [links.read(token).what for token in tokens] == [Press.FIXED, Press.NOT_OURS, Press.NEED_MORE]
    assert "/pack/" in sent.alternatives[0][0]


@pytest.mark.parametrize("what", Press)
def test_opening_a_link_as_a_mail_scanner_does_changes_nothing(pack, what):
    for method in ("get", "head", "get"):
        answer = getattr(Client(), method)(address(pack, what))
        assert answer.status_code == 200
    assert answer.content.decode().count("<button") == 1
    assert "no-store" in answer["Cache-Control"]
    assert not PackPress.objects.exists()
    assert now(pack).asked == ""


def test_the_page_says_nothing_about_the_person(pack):
    body = Client().get(address(pack, Press.FIXED)).content.decode()
    for secret in ("Amara", "Okafor", "1994", "Clinical"):
        assert secret not in body
    assert pack.escalation.reference in body


def test_fixed_asks_the_newcomer_and_their_word_clears_it(pack, amara):
    answer = Client().post(address(pack, Press.FIXED), {"said": "Sent by post.", "ticket": "INC-9"})
    assert "We ask the newcomer whether it works now." in text_of(answer)
    found = now(pack)
    assert (found.status, found.asked, found.ticket_number) == ("open", "works", "INC-9")
    assert OutboxMail.objects.get(kind="asked_works").recipient == amara.newcomer.user.email
    client = Client()
    client.force_login(amara.newcomer.user)
    client.post(f"/escalations/{found.reference}/works/")
    assert now(pack).status == "cleared"


def test_need_more_has_to_say_what_and_stops_the_clock(pack):
    assert Client().post(address(pack, Press.NEED_MORE), {"said": " "}).status_code == 422
    Client().post(address(pack, Press.NEED_MORE), {"said": "Which ward?"})
    assert now(pack).asked == "more"
    assert Message.objects.get(kind="note").body == "Which ward?"
    assert "Which ward?" in OutboxMail.objects.get(kind="asked_more").text


def test_not_ours_gives_it_to_whoever_the_pathway_points_at(pack, amara):
    answer = Client().post(address(pack, Press.NOT_OURS), {})
    assert "It goes to IT" in text_of(answer)
    assert row_of(amara, "work_email").owner_function == "it"
    assert Pack.objects.latest("pk").to == "it@northgate.example"


def test_not_ours_where_nobody_is_likelier_goes_to_the_onboarding_lead(world, amara):
    stuck(amara, "hr_record", "wrong_birth_date", by=world.newcomer_actor(amara))
    sent = Pack.objects.get()
    answer = Client().post(address(sent, Press.NOT_OURS), {"said": "Not our people."})
    assert "The onboarding lead is asked to find whose it is." in text_of(answer)
    assert OutboxMail.objects.get(kind="not_theirs").recipient == world.user("onboarding_lead").email
    assert not Fact.objects.filter(kind="handed_over").exists()


@pytest.mark.parametrize("what", Press)
def test_a_link_works_once_and_says_when_it_was_used(pack, what):
    first = Client().post(address(pack, what), {"said": "Why?"})
    second = Client().post(address(pack, what), {"said": "Why?"})
    assert (first.status_code, second.status_code) == (200, 409)
    assert "This link was used" in text_of(second) + text_of(Client().get(address(pack, what)))
    assert PackPress.objects.count() == 1


def test_a_link_runs_out(pack, clock):
    token = address(pack, Press.FIXED)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(links, "LIVES", dt.timedelta(seconds=-1))
        answer = Client().post(token)
    assert answer.status_code == 410
    assert "This link has run out." in text_of(answer)


@pytest.mark.parametrize("forge", ["", "x", "a:b:c", "..%2f", "\u00e9"])
def test_a_link_that_we_did_not_make_does_not_exist(pack, forge):
    assert Client().get(f"/pack/{forge or 'AAAA'}/").status_code == 404


def test_a_signature_made_for_something_else_opens_nothing(pack):
    other = signing.dumps([pack.pk, "fixed"], salt="another")
    tampered = signing.dumps([pack.pk + 1, "fixed"], salt=links.SALT)
    assert Client().get(f"/pack/{other}/").status_code == 404
    assert Client().get(f"/pack/{tampered}/").status_code == 404


def test_a_link_of_a_team_that_has_it_no_more_says_so(world, pack, amara):
    verbs.hand_over(
        amara.ref, "work_email", blocker=pack.escalation.reference, owner="it", side="host", by=world.actor("hr"),
        at=timezone.now(), reason="Theirs.",
    )  # fmt: skip
    answer = Client().post(address(pack, Press.FIXED), {})
    assert answer.status_code == 409
    assert "Somebody else has this now." in text_of(answer)


def test_a_link_to_what_is_cleared_says_who_cleared_it(world, pack, amara):
    verbs.clear(
        amara.ref, "work_email", blocker=pack.escalation.reference, by=world.actor("hr"), at=timezone.now(),
        reason="Done.",
    )  # fmt: skip
    assert "HR at Northgate cleared this." in text_of(Client().get(address(pack, Press.FIXED)))


def test_a_press_from_another_site_is_refused(pack):
    client = Client(enforce_csrf_checks=True)
    client.get(address(pack, Press.FIXED))
    assert client.post(address(pack, Press.FIXED), {}).status_code == 403
    assert not PackPress.objects.exists()
