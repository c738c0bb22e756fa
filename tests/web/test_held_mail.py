"""The pages of mail that came to grief: replies that nobody could place, and mails that did not go out."""

import datetime as dt
import uuid

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from escalations.models import InboundMail, Message
from escalations.services.receiving import receive
from onboarding.models import AuditEntry, OutboxMail
from onboarding.outbox.posting import put
from steps.services import verbs
from tests.unit.escalations.letters import letter
from tests.web.staff import as_user, text_of

pytestmark = pytest.mark.django_db
HOSTILE = "<script>alert(1)</script> {{ 7|add:7 }} My date is wrong.\n"


@pytest.fixture(autouse=True)
def _storage(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def reference(world):
    placement = world.newcomer(account=True, newcomer__given_name="Zoë")
    by = world.newcomer_actor(placement)
    return verbs.block(placement.ref, "hr_record", by=by, at=timezone.now(), reason="It is wrong.").fact.blocker


@pytest.fixture
def held(reference) -> InboundMail:
    raw = letter(reference, '"<b>Z</b>" <zoe@new.example>', HOSTILE, subject="<img src=x onerror=alert(2)>")
    return receive(raw, at=timezone.now())


@pytest.fixture
def lead(client, world) -> Client:
    return as_user(client, world.user("onboarding_lead"))


def placing(lead: Client, held: InboundMail, **form: str):
    form = {"visibility": "everyone", **form}
    return lead.post(reverse("held_place", args=[held.ref]), form)


def test_the_lead_reads_what_waits_as_text_and_nothing_of_it_runs(lead, held):
    page = lead.get(reverse("held")).content.decode()
    assert "1 reply we could not place" in page
    assert "<img src=x" not in page
    page = lead.get(reverse("held_mail", args=[held.ref])).content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; {{ 7|add:7 }}" in page
    assert "The sender is nobody of its conversation." in page


def test_the_raw_mail_is_saved_and_never_shown(lead, held):
    answer = lead.get(reverse("held_raw", args=[held.ref]))
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert b"<script>" in answer.content


def test_the_lead_puts_it_into_a_conversation_and_says_who_reads_it(lead, held, reference):
    refused = placing(lead, held, reference=reference, visibility="")
    assert refused.status_code == 422
    assert "Choose who can read this." in text_of(refused)
    assert placing(lead, held, reference=f" {reference.lower()} ", visibility="staff").status_code == 302
    message = Message.objects.get(kind="mail_in")
    assert (message.by_name, message.visibility, message.by_newcomer) == ("zoe@new.example", "staff", False)
    assert AuditEntry.objects.filter(action="mail.placed").exists()
    assert lead.get(reverse("held_mail", args=[held.ref])).status_code == 404
    assert placing(lead, held, reference=reference).status_code == 404


@pytest.mark.parametrize("given", ["AAAA-AAAA", "", "x" * 30, "' OR 1=1", "\x00"])
def test_a_reference_that_is_not_there_is_refused_in_words(lead, held, given):
    assert placing(lead, held, reference=given).status_code == 422
    assert not Message.objects.filter(kind="mail_in").exists()


def test_a_conversation_of_another_trust_is_not_there(lead, held, world):
    other = world.newcomer(account=True, employer=world.southmere, manager=None)
    by = world.newcomer_actor(other)
    theirs = verbs.block(other.ref, "hr_record", by=by, at=timezone.now(), reason="It is wrong.").fact.blocker
    assert placing(lead, held, reference=theirs).status_code == 422


def test_the_lead_discards_it_and_that_is_on_record(lead, held):
    assert lead.post(reverse("held_discard", args=[held.ref])).status_code == 302
    held.refresh_from_db()
    assert (held.state, held.text) == ("discarded", "")
    assert AuditEntry.objects.filter(action="mail.discarded").exists()
    assert "Every reply found its place" in text_of(lead.get(reverse("held")))


@pytest.mark.parametrize(
    ("role", "org", "status"),
    [("hr", "northgate", 403), ("it", "northgate", 403), ("onboarding_lead", "southmere", 404)],
)
def test_nobody_else_sees_it(held, world, role, org, status):
    client = as_user(Client(), world.user(role, org))
    for name in ("held_mail", "held_raw"):
        assert client.get(reverse(name, args=[held.ref])).status_code == status
    for name in ("held_place", "held_discard"):
        assert client.post(reverse(name, args=[held.ref])).status_code == status
    assert b"zoe@new.example" not in client.get(reverse("held")).content


def test_the_list_costs_the_same_for_one_as_for_many(lead, held, reference, count_queries):
    with count_queries() as one:
        lead.get(reverse("held"))
    for n in range(12):
        receive(letter(reference, f"x{n}@new.example", f"Hello {n}."), at=timezone.now())
    with count_queries() as many:
        lead.get(reverse("held"))
    assert len(one) == len(many) <= 5


# mails that did not go out


@pytest.fixture
def failed(world) -> OutboxMail:
    row = put(
        kind="pack", to="hr@northgate.example", subject="<b>x</b>", text="x", at=timezone.now(),
        organisation_id=world.northgate.pk,
    )  # fmt: skip
    OutboxMail.objects.filter(pk=row.pk).update(state="failed", problem="550 <i>No such user</i>")
    return row


def test_the_lead_sees_why_a_mail_failed_and_tries_again(lead, failed):
    page = lead.get(reverse("outbox")).content.decode()
    assert "1 mail could not be sent" in page
    assert "550 &lt;i&gt;No such user" in page
    assert lead.post(reverse("outbox_again", args=[failed.ref])).status_code == 302
    failed.refresh_from_db()
    assert failed.state == "waiting"
    assert "1 mail waits to be sent" in text_of(lead.get(reverse("outbox")))


def test_mail_that_does_not_go_out_for_over_an_hour_is_said_on_the_page_and_by_the_probe(lead, failed, client):
    OutboxMail.objects.update(state="waiting", send_after=timezone.now() - dt.timedelta(hours=2))
    assert "Mail is not going out" in text_of(lead.get(reverse("outbox")))
    answer = Client().get(reverse("health_work"))
    assert answer.status_code == 503
    assert b"is send_outbox running?" in answer.content
    assert Client().get(reverse("health_ready")).status_code == 200
    OutboxMail.objects.all().delete()
    assert Client().get(reverse("health_work")).status_code == 200


def test_another_trusts_failed_mail_is_not_there(failed, world):
    client = as_user(Client(), world.user("onboarding_lead", "southmere"))
    assert b"No such user" not in client.get(reverse("outbox")).content
    assert client.post(reverse("outbox_again", args=[failed.ref])).status_code == 404
    assert client.post(reverse("outbox_settled", args=[uuid.uuid4()])).status_code == 404
    assert as_user(Client(), world.user("hr")).get(reverse("outbox")).status_code == 403
