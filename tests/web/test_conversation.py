"""The conversation about a blocker: who reads what, who has it in hand, and what each side may say and do."""

import datetime as dt
import re
from typing import Any

import pytest
from django.core import mail as outbox
from django.test import Client
from django.utils import timezone

from escalations.models import Escalation, Holding, Message, Pack
from escalations.services import packs, talking
from onboarding.models import AuditEntry, OutboxMail, Placement, Team
from onboarding.outbox.sending import drain
from steps.services import verbs
from steps.services.verifying import differences
from tests.web.stage import Clock, finished, row_of, stuck, text_of

TYPED = "My birth date is 3 July 1994, not 7 March."


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


@pytest.fixture(autouse=True)
def conversations_are_what_the_facts_give(db: Any) -> Any:
    yield
    assert list(map(str, differences())) == []


@pytest.fixture
def amara(world: Any) -> Placement:
    return world.newcomer(account=True, newcomer__given_name="Amara", newcomer__family_name="")


@pytest.fixture
def reference(world: Any, amara: Placement) -> str:
    return stuck(amara, "hr_record", "swapped_day_and_month", by=world.newcomer_actor(amara), reason=TYPED)


def as_(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def one(reference: str) -> Escalation:
    return Escalation.objects.get(reference=reference)


def say(client: Client, reference: str, body: str, **more: Any) -> Any:
    data = {"body": body, "press": f"press-{body}"[:60], "visibility": "everyone", **more}
    return client.post(f"/escalations/{reference}/say/", data)


def thread_of(client: Client, reference: str) -> str:
    return text_of(client.get(f"/escalations/{reference}/"))


# one conversation a blocker, whoever raised it


def test_a_blocker_raised_by_staff_or_an_extract_has_its_conversation_and_pack_too(world, amara):
    finished(world, amara, "hr_record", "identity")
    told = verbs.block(
        amara.ref, "work_email", by=world.actor("onboarding_lead"), at=timezone.now(), reason="The account is gone."
    )
    found = one(told.fact.blocker)
    assert (found.owner_function, found.owner_org_id, found.needs_look) == ("it", world.northgate.pk, True)
    assert Pack.objects.get(escalation=found).to == "it@northgate.example"


def test_what_a_team_raises_on_itself_is_not_mailed_to_it(world, amara):
    verbs.block(amara.ref, "hr_record", by=world.actor("hr"), at=timezone.now(), reason="The passport is missing.")
    assert not Pack.objects.exists()
    assert Escalation.objects.get().opened_by == world.user("hr")


def test_finishing_the_step_clears_the_conversation_and_taking_that_back_opens_it_again(world, amara, reference):
    finished(world, amara, "hr_record")
    assert (one(reference).status, one(reference).cleared_by_name) == ("cleared", "HR at Northgate")
    fact = amara.facts.filter(kind="done").latest("pk")
    verbs.retract(amara.ref, fact.pk, by=world.actor("hr"), at=timezone.now())
    assert one(reference).status == "open"
    assert Holding.objects.filter(escalation__reference=reference, until=None).count() == 1


# who reads it


def test_the_newcomer_the_team_and_the_lead_find_it_under_messages_and_nobody_else_does(world, amara, reference):
    for user in (amara.newcomer.user, world.user("hr"), world.user("onboarding_lead")):
        assert reference in text_of(as_(user).get("/escalations/"))
    for who in (("it", "northgate"), ("library", "northgate"), ("manager", "northgate"), ("hr", "southmere")):
        assert reference not in text_of(as_(world.user(*who)).get("/escalations/"))
    assert as_(world.user("executive")).get("/escalations/").status_code == 403


def test_whoever_had_it_reads_on_and_acts_no_more(world, amara, reference):
    hr = world.actor("hr")
    verbs.hand_over(
        amara.ref, "hr_record", blocker=reference, owner="it", side="host", by=hr, at=timezone.now(), reason="A copy."
    )
    client = as_(world.user("hr"))
    assert "handed it over to IT" in thread_of(client, reference)
    for action in ("clear", "hand-over", "ask"):
        assert client.get(f"/escalations/{reference}/{action}/").status_code == 403
    assert reference in text_of(as_(world.user("it")).get("/escalations/"))


def test_a_pack_shows_a_birth_date_only_to_those_who_may_see_it(world, amara, reference):
    hr, lead = as_(world.user("hr")), as_(world.user("onboarding_lead"))
    assert "Date of birth: 3 July 1994" in thread_of(hr, reference)
    verbs.hand_over(
        amara.ref, "hr_record", blocker=reference, owner="library", side="host", by=world.actor("hr"),
        at=timezone.now(), reason="Theirs?",
    )  # fmt: skip
    for client in (lead, as_(world.user("library"))):
        assert "Date of birth" not in thread_of(client, reference)
    assert "1994" not in Pack.objects.get(owner_function="library").text.replace(TYPED, "")


# notes and replies


def test_a_note_for_staff_is_never_seen_by_the_newcomer_and_mails_nobody(world, amara, reference):
    before = OutboxMail.objects.count()
    say(as_(world.user("hr")), reference, "They were rude.", visibility="staff")
    assert OutboxMail.objects.count() == before
    mine, hr = thread_of(as_(amara.newcomer.user), reference), thread_of(as_(world.user("hr")), reference)
    assert "rude" not in mine
    assert "Staff only They were rude." in hr


def test_staff_have_to_say_who_can_read_it(world, reference):
    answer = say(as_(world.user("hr")), reference, "Hello", visibility="")
    assert answer.status_code == 422
    assert "Choose who can read this." in text_of(answer)
    assert "Hello" in answer.content.decode()
    assert not Message.objects.exists()


def test_a_newcomer_cannot_write_for_staff_only(world, amara, reference):
    say(as_(amara.newcomer.user), reference, "Hello", visibility="staff")
    assert Message.objects.get().visibility == "everyone"


def test_a_double_press_says_it_once(world, amara, reference):
    client = as_(amara.newcomer.user)
    for _ in range(2):
        assert say(client, reference, "Any news?").status_code == 302
    assert Message.objects.count() == 1
    assert OutboxMail.objects.filter(kind="answered").count() == 1


def test_the_press_of_another_conversation_is_none_of_this_one(world, amara, reference):
    other = stuck(amara, "identity", "no_appointment", by=world.newcomer_actor(amara))
    mine = as_(amara.newcomer.user)
    for one in (reference, other):
        assert mine.post(f"/escalations/{one}/say/", {"body": "Hello.", "press": "p1"}).status_code == 302
    assert Message.objects.filter(body="Hello.").count() == 2


def test_what_is_typed_is_shown_as_text(world, amara, reference):
    say(as_(amara.newcomer.user), reference, "<script>alert(1)</script> {{ 7|add:7 }}")
    body = as_(world.user("hr")).get(f"/escalations/{reference}/").content.decode()
    assert "<script>alert" not in body
    assert "&lt;script&gt;" in body
    assert "{{ 7|add:7 }}" in body


def test_a_name_and_words_made_to_harm_are_plain_text_in_every_mail(world):
    name = '<a href="javascript:alert(1)">Zed</a>\r\nBcc: x@evil.example'
    zed = world.newcomer(account=True, newcomer__given_name=name, newcomer__family_name="{{ 7*7 }}")
    ref = stuck(
        zed, "hr_record", "", by=world.newcomer_actor(zed), reason="<img src=https://evil.example/x> {% now %}"
    )
    say(as_(zed.newcomer.user), ref, "<script>alert(1)</script> file:///etc/passwd")
    talking.ask_more(ref, body="<b>What?</b>", by=world.actor("hr"), at=timezone.now())
    mails = list(OutboxMail.objects.filter(subject_ref=f"escalation:{ref}"))
    assert {one.kind for one in mails} == {"pack", "answered", "asked_more"}
    for one in mails:
        for tag in ("<img", "<script", "<b>", 'javascript:alert(1)"'):
            assert tag not in one.html
        assert not any(c in one.subject for c in "\r\n<")
        assert "Zed" not in one.subject
    drain()
    assert [mail.recipients() for mail in outbox.outbox] == [[one.recipient] for one in mails]
    assert not any(mail.message().get("Bcc") for mail in outbox.outbox)


def test_asking_for_more_mails_the_newcomer_and_stops_the_clock_until_they_answer(world, amara, reference):
    hr, mine = as_(world.user("hr")), as_(amara.newcomer.user)
    assert one(reference).due_on is not None
    hr.post(f"/escalations/{reference}/ask/", {"body": "A picture, please.", "press": "a"})
    found = one(reference)
    assert (found.asked, found.next_chase_at) == ("more", None)
    asked = OutboxMail.objects.get(kind="asked_more")
    assert asked.recipient == amara.newcomer.user.email
    assert "A picture, please." in asked.text
    assert "asked you for something" in thread_of(mine, reference)
    say(mine, reference, "Here.")
    found = one(reference)
    assert found.asked == ""
    assert found.next_chase_at is not None
    assert OutboxMail.objects.get(kind="answered").recipient == "hr@northgate.example"


def test_a_null_character_is_refused_and_not_stored(world, amara, reference):
    assert say(as_(amara.newcomer.user), reference, "a\x00b", press="n").status_code == 422
    assert not Message.objects.exists()


# in whose hands


def test_one_person_claims_it_and_another_reads_whose_it_is_before_taking_over(world, reference, clock):
    from tests.factories import UserFactory

    other = UserFactory(name="Sam Okoro")
    other.memberships.create(organisation=world.northgate, role="hr")
    first, second = as_(world.user("hr")), as_(other)
    first.post(f"/escalations/{reference}/claim/")
    refused = second.post(f"/escalations/{reference}/claim/")
    assert refused.status_code == 409
    assert "HR at Northgate has this since you looked." in text_of(refused)
    assert "Take over from HR at Northgate" in thread_of(second, reference)
    second.post(f"/escalations/{reference}/claim/", {"instead_of": world.user("hr").pk})
    assert one(reference).claimed_by == other
    assert "Sam Okoro has it in hand" in thread_of(first, reference)
    second.post(f"/escalations/{reference}/let-go/")
    assert one(reference).claimed_by is None


def test_a_claim_ends_when_it_is_handed_over(world, amara, reference):
    as_(world.user("hr")).post(f"/escalations/{reference}/claim/")
    verbs.hand_over(
        amara.ref, "hr_record", blocker=reference, owner="it", side="host", by=world.actor("hr"), at=timezone.now(),
        reason="A copy.",
    )  # fmt: skip
    assert (one(reference).claimed_by, one(reference).hand_overs) == (None, 1)


def test_a_team_gives_its_own_ticket_number_which_everybody_reads(world, amara, reference):
    as_(world.user("hr")).post(f"/escalations/{reference}/ticket/", {"number": " INC-77 "})
    assert "Their own ticket number is INC-77." in thread_of(as_(amara.newcomer.user), reference)
    assert as_(world.user("onboarding_lead")).post(f"/escalations/{reference}/ticket/", {}).status_code == 403


def test_not_ours_gives_it_by_one_press_to_whoever_the_pathway_points_at(world, amara):
    finished(world, amara, "hr_record", "identity")
    told = stuck(amara, "work_email", "no_first_password", by=world.newcomer_actor(amara), owner="hr", side="employer")
    client = as_(world.user("hr"))
    page = client.get(f"/escalations/{told}/").content.decode()
    owner = re.search(r'name="owner" value="([^"]+)"', page)[1]
    assert "Not ours: belongs to IT" in page
    client.post(f"/escalations/{told}/not-ours/", {"owner": owner})
    assert row_of(amara, "work_email").owner_function == "it"
    assert "IT at Northgate has it now" in OutboxMail.objects.get(kind="moved").text
    assert Pack.objects.filter(escalation__reference=told).values_list("owner_function", flat=True)[1] == "it"


# the end


def test_clearing_mails_the_newcomer_what_was_done_and_whose_move_it_is(world, amara, reference):
    verbs.clear(
        amara.ref, "hr_record", blocker=reference, by=world.actor("hr"), at=timezone.now(), reason="I put them right."
    )
    told = OutboxMail.objects.get(kind="cleared")
    assert "I put them right." in told.text
    assert "HR has Staff record now." in told.text
    assert told.subject == f"[{reference}] Fixed: you can go on"


def test_still_wrong_opens_it_again_with_whoever_had_it_who_get_a_pack(world, amara, reference):
    verbs.clear(amara.ref, "hr_record", blocker=reference, by=world.actor("hr"), at=timezone.now(), reason="Done.")
    client = as_(amara.newcomer.user)
    assert client.post(f"/escalations/{reference}/still-wrong/", {"body": "", "press": "b"}).status_code == 422
    client.post(f"/escalations/{reference}/still-wrong/", {"body": "It says 7 March.", "press": "b"})
    found = one(reference)
    assert (found.status, found.owner_function, found.cleared_at) == ("open", "hr", None)
    assert row_of(amara, "hr_record").state == "blocked"
    assert "It says 7 March." in Pack.objects.filter(escalation=found).last().text


def test_a_conversation_that_is_said_to_be_fixed_ends_by_the_newcomers_word(world, amara):
    """Also where a team raised it, which the newcomer could not clear otherwise."""
    told = verbs.block(amara.ref, "hr_record", by=world.actor("hr"), at=timezone.now(), reason="A typing error.")
    mine = as_(amara.newcomer.user)
    mine.post(f"/escalations/{told.fact.blocker}/works/")
    assert one(told.fact.blocker).status == "open"
    talking.ask_whether_it_works(
        told.fact.blocker, team="HR at Northgate", step="Staff record", by=world.actor("hr"), at=timezone.now()
    )
    assert "whether it works" in thread_of(mine, told.fact.blocker)
    mine.post(f"/escalations/{told.fact.blocker}/works/")
    assert one(told.fact.blocker).status == "cleared"


def test_clear_asks_whether_the_step_is_finished_and_leads_to_its_checks(world, amara, reference):
    client = as_(world.user("hr"))
    version = row_of(amara, "hr_record").version
    address = f"/escalations/{reference}/clear/"
    assert client.post(address, {"seen": version, "reason": "Right now."}).status_code == 422
    answer = client.post(address, {"seen": version, "reason": "Right now.", "finished": "yes"})
    assert answer["Location"] == f"/newcomers/{amara.ref}/steps/hr_record/finish/"


# packs and where they go


def test_a_pack_stays_as_it_was_sent(world, amara, reference):
    sent = Pack.objects.select_related("escalation").get()
    assert packs.hash_of(sent) == sent.content_hash
    amara.newcomer.given_name = "Amarachi"
    amara.newcomer.save()
    assert "Name: Amara\n" in thread_of_raw(as_(world.user("hr")), reference)
    with pytest.raises(TypeError):
        sent.save()
    with pytest.raises(TypeError):
        sent.delete()


def thread_of_raw(client: Client, reference: str) -> str:
    return client.get(f"/escalations/{reference}/").content.decode().replace("<br>", "\n").replace("\n\n", "\n")


def test_an_address_outside_gets_the_reference_the_step_and_a_link_alone(world, amara):
    Team.objects.filter(organisation=world.northgate, function="hr").update(mailbox="hr@agency.test")
    told = stuck(amara, "hr_record", "wrong_birth_date", by=world.newcomer_actor(amara), reason=TYPED)
    mail = OutboxMail.objects.get(kind="pack")
    for secret in ("Amara", "1994", "July", "Clinical"):
        assert secret not in mail.text + mail.html + mail.subject
    assert f"/escalations/{told}/" in mail.text
    assert mail.attachments == []


def test_a_team_without_a_mailbox_is_named_to_the_onboarding_lead(world, amara):
    Team.objects.filter(organisation=world.northgate, function="hr").update(mailbox="")
    told = stuck(amara, "hr_record", "wrong_birth_date", by=world.newcomer_actor(amara), reason=TYPED)
    mail = OutboxMail.objects.get(kind="no_mailbox")
    assert mail.recipient == world.user("onboarding_lead").email
    assert "HR at Northgate has something to clear, and no mailbox" in mail.text
    assert "HR at Northgate has no mailbox" in thread_of(as_(amara.newcomer.user), told)


def test_a_pack_is_not_sent_to_a_team_that_has_it_no_more(world, amara, reference):
    verbs.clear(amara.ref, "hr_record", blocker=reference, by=world.actor("hr"), at=timezone.now(), reason="Done.")
    drain()
    assert [sent.subject for sent in outbox.outbox] == [f"[{reference}] Fixed: you can go on"]
    assert OutboxMail.objects.get(kind="pack").state == "dropped"


def test_replies_come_to_the_conversations_own_address_and_mails_stand_in_one_thread(world, amara, reference):
    say(as_(amara.newcomer.user), reference, "Any news?")
    first, second = OutboxMail.objects.filter(recipient="hr@northgate.example").order_by("pk")
    assert reference.lower() in first.reply_to
    assert first.reply_to == second.reply_to
    assert str(first.ref) in second.in_reply_to


# at any length


def test_two_hundred_messages_cost_the_same_queries_as_two(world, amara, reference, count_queries):
    client = as_(world.user("hr"))
    say(client, reference, "One")
    say(client, reference, "Two")
    client.get(f"/escalations/{reference}/")
    with count_queries() as two:
        client.get(f"/escalations/{reference}/")
    found, at = one(reference), timezone.now()
    Message.objects.bulk_create(
        Message(escalation=found, kind="note", visibility="everyone", at=at + dt.timedelta(seconds=n), by_name="HR",
                body=f"Line {n}") for n in range(198)
    )  # fmt: skip
    with count_queries() as many:
        page = client.get(f"/escalations/{reference}/")
    assert "Line 197" in text_of(page)
    assert len(many) == len(two) <= 16


def test_the_list_costs_the_same_queries_for_one_as_for_many(world, amara, reference, count_queries):
    client = as_(world.user("hr"))
    client.get("/escalations/")
    with count_queries() as few:
        client.get("/escalations/")
    for _ in range(3):
        other = world.newcomer(account=True)
        stuck(other, "hr_record", "wrong_role", by=world.newcomer_actor(other))
    with count_queries() as many:
        assert "4 open conversations" in text_of(client.get("/escalations/"))
    assert len(many) == len(few)


def test_every_write_leaves_one_entry_in_the_trail(world, amara, reference):
    before = AuditEntry.objects.count()
    say(as_(world.user("hr")), reference, "Hello")
    as_(world.user("hr")).post(f"/escalations/{reference}/claim/")
    as_(world.user("hr")).post(f"/escalations/{reference}/ticket/", {"number": "7"})
    assert AuditEntry.objects.count() == before + 3
