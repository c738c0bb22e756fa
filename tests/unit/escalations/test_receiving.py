"""Mail in lands in its conversation only if address and sender fit; the rest waits for a human, kept as it came."""

import datetime as dt
import hashlib
import io
import json

import pytest
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.utils import timezone

from escalations.addresses import box, is_ours, reference_in, reply_address
from escalations.models import Escalation, Evidence, InboundMail, Message
from escalations.services import receiving
from escalations.services.receiving import place_what_was_left, receive
from onboarding.models import AuditEntry, Membership, OutboxMail, Team
from onboarding.outbox.posting import message_id, put
from steps.models import Fact
from steps.services import verbs
from tests.factories import UserFactory
from tests.unit.escalations.letters import bounce, letter, picture

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _storage(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def placement(world):
    return world.newcomer(
        account=True, newcomer__given_name="Zoë", newcomer__family_name="Müller",
        newcomer__personal_email="Zoe@home.example", newcomer__work_email="zoe.muller@nhs.example",
    )  # fmt: skip


@pytest.fixture
def reference(world, placement):
    raised = verbs.block(
        placement.ref, "hr_record", by=world.newcomer_actor(placement), at=timezone.now(),
        reason="My birth date is wrong.",
    )  # fmt: skip
    return raised.fact.blocker


def come_in(raw: bytes, at: dt.datetime | None = None) -> tuple[str, str]:
    row = receive(raw, at=at or timezone.now())
    return row.state, row.reason


def said() -> list[tuple[str, str]]:
    return [(m.by_team, m.body) for m in Message.objects.filter(kind="mail_in").order_by("pk")]


# the address


def test_a_reply_address_is_known_again_in_any_case_and_nobody_elses_is(settings):
    settings.REPLY_ADDRESS = "Week-One@mail.trust.example"
    made = reply_address("K7RF-2XMD")
    assert made.startswith("week-one+k7rf-2xmd.")
    assert made.endswith("@mail.trust.example")
    assert reference_in(made.upper()) == reference_in(f" {made} ") == "K7RF-2XMD"
    local, domain = made.split("@")
    for other in [
        f"{local[:-1]}{'a' if local[-1] != 'a' else 'b'}@{domain}", f"{local}@evil.example", f"x{local}@{domain}",
        local.replace("2xmd", "2xme") + f"@{domain}", f"week-one+k7rf-2xmd@{domain}", f"week-one@{domain}", "", "@",
        local, f"{local}a@{domain}", f"{local}@{domain}\n",
    ]:  # fmt: skip
        assert reference_in(other) == "" or other.strip() == made


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"REPLY_ADDRESS": "replies@trust.example"}, "replies@trust.example"),
        ({"IMAP_URL": "imaps://week.one%40trust.example:secret@imap.trust.example"}, "week.one@trust.example"),
        ({"IMAP_URL": "imaps://weekone:secret@mail.trust.example/INBOX"}, "weekone@mail.trust.example"),
        ({"DEFAULT_FROM_EMAIL": "Week One <w1@trust.example>"}, "w1@trust.example"),
    ],
)
def test_where_replies_come_is_said_once_in_the_settings(settings, values, expected):
    for name, value in values.items():
        setattr(settings, name, value)
    assert box() == expected
    assert is_ours(expected.upper())
    assert is_ours(reply_address("K7RF-2XMD"))
    assert not is_ours(f"x{expected}")


# who may reply


def test_the_owning_teams_reply_is_a_note_for_everybody_and_clears_nothing(world, reference):
    before = Fact.objects.count()
    assert come_in(letter(reference)) == ("attached", "")
    (message,) = Message.objects.filter(kind="mail_in")
    assert (message.body, message.by_team, message.visibility) == ("It is mended.", "HR at Northgate", "everyone")
    assert "3 July 1994" in message.quoted
    assert Fact.objects.count() == before
    assert Escalation.objects.get(reference=reference).status == "open"
    assert AuditEntry.objects.filter(action="conversation.replied_by_mail").exists()


@pytest.mark.parametrize("sender", ["zoe@home.example", "ZOE@Home.Example", "Zoë <zoe.muller@nhs.example>"])
def test_the_newcomer_replies_from_any_address_that_we_know(reference, sender):
    assert come_in(letter(reference, sender, "Here it is.")) == ("attached", "")
    message = Message.objects.get(kind="mail_in")
    assert (message.by_newcomer, message.by_name, message.by_team) == (True, "Zoë Müller", "")


def test_a_teams_shared_mailbox_replies_by_its_own_address(reference):
    Team.objects.filter(function="hr").update(mailbox="HR.Desk@northgate.example")
    assert come_in(letter(reference, "HR desk <hr.desk@northgate.example>"))[0] == "attached"
    assert Message.objects.get(kind="mail_in").by_name == "HR desk"


@pytest.mark.parametrize(
    "sender",
    [
        "it@northgate.example", "hr@southmere.example", "library@northgate.example", "stranger@evil.example",
        '"hr@northgate.example" <stranger@evil.example>', "manager@northgate.example",
    ],
)  # fmt: skip
def test_the_address_alone_is_not_enough(reference, sender):
    state, reason = come_in(letter(reference, sender))
    assert (state, reason) == ("held", receiving.STRANGER)
    assert said() == []


def test_a_team_that_had_it_may_still_reply_and_so_may_its_cover_its_lead_and_the_onboarding_lead(
    world, placement, reference
):
    verbs.hand_over(
        placement.ref, "hr_record", blocker=reference, by=world.actor("hr"), at=timezone.now(), owner="it",
        side="host", reason="IT has it.",
    )  # fmt: skip
    hr = Team.objects.get(function="hr", organisation=world.northgate)
    hr.covered_by = Team.objects.get(function="payroll", organisation=world.northgate)
    hr.covered_until = timezone.localdate()
    hr.lead = UserFactory(email="head@northgate.example")
    hr.save()
    for sender in ("hr", "it", "payroll", "head", "onboarding_lead"):
        assert come_in(letter(reference, f"{sender}@northgate.example"))[0] == "attached", sender
    assert [team for team, _ in said()][-1] == "Onboarding lead at Northgate"
    assert come_in(letter(reference, "onboarding_lead@southmere.example"))[0] == "held"


def test_somebody_who_left_the_team_is_nobody_of_it(world, reference):
    Team.objects.filter(function="hr").update(mailbox="")
    Membership.objects.filter(user=world.user("hr")).delete()
    assert come_in(letter(reference)) == ("held", receiving.STRANGER)


def test_a_guessed_number_in_the_subject_or_a_forged_reply_to_attaches_nothing(reference):
    to = box()
    for raw in [
        letter(to=to, subject=f"Re: [{reference}] A newcomer cannot go on"),
        letter(to=to, Reply_To=reply_address(reference)),
        letter(to=f"week-one+{reference.lower()}@localhost"),
        letter(to=f"week-one+{reference.lower()}.aaaaaaaaaaaaaaaa@localhost"),
        letter(reference, "stranger@evil.example", Reply_To="hr@northgate.example", Sender="hr@northgate.example"),
    ]:
        assert come_in(raw)[0] == "held"
    assert said() == []


def test_two_conversations_or_two_senders_are_for_a_human(world, placement, reference):
    second = verbs.block(
        placement.ref, "elfh", by=world.newcomer_actor(placement), at=timezone.now(), reason="It is slow.",
    ).fact.blocker  # fmt: skip
    both = f"{reply_address(reference)}, {reply_address(second)}"
    assert come_in(letter(to=both)) == ("held", receiving.TWO_ADDRESSES)
    raw = letter(reference).replace(b"From: hr@", b"From: stranger@evil.example, hr@")
    assert come_in(raw) == ("held", receiving.NOT_ONE_SENDER)


def test_the_address_is_found_where_a_mail_server_puts_it(reference):
    raw = letter(to="hr-replies@northgate.example", Delivered_To=reply_address(reference).upper())
    assert come_in(raw)[0] == "attached"


@pytest.mark.parametrize(
    ("header", "state"),
    [
        ("mx.trust.example; dmarc=fail (p=NONE) header.from=northgate.example", "held"),
        ("mx.trust.example; spf=fail; dkim=none; dmarc=fail header.from=northgate.example", "held"),
        ("MX.trust.example; dmarc=pass header.from=northgate.example", "attached"),
        ("mx.evil.example; dmarc=fail header.from=northgate.example", "attached"),
        ("mx.trust.example; dmarc=(((fail", "attached"),
        ("mx.trust.example; dmarc=fail; ;;=", "held"),
        (";;;;", "attached"),
    ],
)
def test_only_our_own_servers_word_on_a_forged_sender_is_believed(settings, reference, header, state):
    settings.MAIL_AUTHSERV_ID = "mx.trust.example"
    raw = letter(reference).replace(b"From:", f"Authentication-Results: {header}\r\nFrom:".encode(), 1)
    found = come_in(raw)
    assert found[0] == state
    assert state != "held" or found[1] == receiving.FORGED


# nobody's words


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "auto-replied"}, {"Auto_Submitted": "auto-generated; owner"}, {"Precedence": "bulk"},
        {"X_Autoreply": "yes"}, {"X_Autorespond": "1"}, {"Return_Path": "<>"}, {"List_Id": "<all.northgate.example>"},
        {"subject": "Automatic reply: A newcomer cannot go on"}, {"subject": "Out of office: back on Monday"},
    ],
)  # fmt: skip
def test_what_a_machine_wrote_is_nobodys_reply_and_is_never_answered(reference, headers):
    mails = OutboxMail.objects.count()
    assert come_in(letter(reference, **headers))[0] == "auto"
    assert said() == []
    assert OutboxMail.objects.count() == mails


def test_our_own_mail_come_round_is_ignored(reference):
    row = put(kind="test", to="hr@northgate.example", subject="Hello", text="Hello.\n", at=timezone.now())
    own = [
        letter(reference, "week-one@localhost"), letter(reference, reply_address(reference)),
        letter(reference, Message_ID=message_id(row.ref)),
    ]  # fmt: skip
    assert [come_in(raw)[0] for raw in own] == ["ignored"] * 3


def test_two_help_desks_that_answer_each_other_are_stopped_by_their_number(reference):
    for n in range(receiving.LOOP):
        assert come_in(letter(reference, text=f"Your request number {n} was received."))[0] == "attached"
    assert come_in(letter(reference, text="And again.")) == ("held", receiving.MACHINE)
    later = timezone.now() + dt.timedelta(hours=2)
    assert come_in(letter(reference, text="A person, later."), at=later)[0] == "attached"


def test_a_mail_that_came_back_is_shown_in_its_conversation_and_to_the_lead_once(world, reference):
    sent = put(
        kind="pack", to="hr@northgate.example", subject="x", text="x", at=timezone.now(),
        subject_ref=f"escalation:{reference}", organisation_id=world.northgate.pk,
    )  # fmt: skip
    OutboxMail.objects.filter(pk=sent.pk).update(state="sent", sent_at=timezone.now())
    assert come_in(bounce(message_id(sent.ref), action="delayed"))[0] == "auto"
    assert come_in(bounce(message_id(sent.ref))) == ("bounce", "smtp; 550 5.1.1 No such user")
    assert come_in(bounce(message_id(sent.ref), said="550 once more"))[0] == "bounce"
    bodies = [m.body for m in Message.objects.filter(kind="system", body__contains="came back")]
    assert bodies == ["Our mail to HR at Northgate came back. Phone them."]
    sent.refresh_from_db()
    assert (sent.state, sent.problem) == ("failed", "It came back: smtp; 550 5.1.1 No such user")


def test_a_bounce_of_a_mail_that_we_never_sent_is_for_a_human(reference):
    assert come_in(bounce("<11111111-2222-3333-4444-555555555555@localhost>"))[0] == "held"


# the same again, and what cannot be read


def test_the_same_mail_twice_by_whatever_way_says_it_once(reference):
    raw = letter(reference)
    assert [come_in(raw)[0], come_in(raw)[0]] == ["attached", "attached"]
    assert come_in(b"Received: from another\r\n" + raw) == ("ignored", "It is here already.")
    assert len(said()) == 1


def test_somebody_elses_message_id_does_not_shut_a_reply_out(reference):
    raw = letter(reference, Message_ID="<same@northgate.example>")
    assert come_in(letter(reference, "stranger@evil.example", Message_ID="<same@northgate.example>"))[0] == "held"
    assert come_in(raw)[0] == "attached"


@pytest.mark.parametrize("text", ["", "  \n\n ", "> only\n> quoted\n"])
def test_a_reply_with_nothing_new_in_it_is_for_a_human(reference, text):
    state, reason = come_in(letter(reference, text=text))
    assert state in ("held", "attached")
    assert state == "attached" or reason == receiving.BLANK


def test_the_bytes_are_kept_as_they_came_before_anything_is_read(reference, monkeypatch):
    raw = b"\xff\xfe\x00not a mail at all"
    monkeypatch.setattr(receiving, "read", lambda raw: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        receive(raw, at=timezone.now())  # as if killed there
    row = InboundMail.objects.get()
    assert row.state == "received"
    with default_storage.open(row.stored) as file:
        assert hashlib.sha256(file.read()).hexdigest() == row.content_hash
    monkeypatch.undo()


def test_what_a_dead_worker_left_is_placed_by_the_next(reference):
    raw = letter(reference)
    receiving.keep(raw, at=timezone.now())
    assert place_what_was_left(at=timezone.now()) == 0
    assert place_what_was_left(at=timezone.now() + dt.timedelta(minutes=6)) == 1
    assert len(said()) == 1


def test_a_file_that_was_half_written_is_written_again(reference):
    raw = letter(reference)
    digest = hashlib.sha256(raw).hexdigest()
    path = default_storage.path(f"mail-in/{digest[:2]}/{digest}.eml")
    __import__("pathlib").Path(path).parent.mkdir(parents=True)
    __import__("pathlib").Path(path).write_bytes(raw[:10])
    assert come_in(raw)[0] == "attached"
    assert receiving.raw_of(InboundMail.objects.get()) == raw


def test_a_huge_mail_is_held_with_all_its_bytes(reference, monkeypatch):
    monkeypatch.setattr(receiving, "TOO_BIG", 10_000)
    raw = letter(reference, text="Hello.\n" + "x " * 20_000)
    assert come_in(raw) == ("held", receiving.BIG)
    assert receiving.raw_of(InboundMail.objects.get()) == raw


def test_pictures_become_evidence_and_other_files_are_named_and_not_taken(reference):
    files = {"screen.png": picture(), "fake.png": b"<script>", "report.pdf": b"%PDF-1.7 x"}
    assert come_in(letter(reference, "zoe@home.example", "See here.", files=files))[0] == "attached"
    assert Evidence.objects.count() == 1
    ((_, body),) = said()
    assert body == "See here.\n\nNot taken: fake.png and report.pdf. Only pictures are, five at most."


def test_a_picture_without_words_is_a_reply(reference):
    assert come_in(letter(reference, "zoe@home.example", "", files={"x.jpg": picture("JPEG")}))[0] == "attached"


def test_html_is_shown_as_text_and_nothing_of_it_runs_or_is_fetched(reference):
    html = (
        "<html><head><style>p{}</style><script>alert(1)</script></head><body><p>It is <b>mended</b>.</p>"
        '<img src="https://evil.example/pixel.png"><a href="javascript:alert(2)">Press</a><iframe src="file:///etc/passwd">'
        "</iframe><p onclick=alert(3)>Bye &lt;b&gt;</p></body></html>"
    )
    raw = letter(reference).replace(b"text/plain", b"text/html").replace(b"It is mended.", html.encode())
    assert come_in(raw)[0] == "attached"
    body = Message.objects.get(kind="mail_in").body
    assert body.startswith("It is mended.")
    assert "evil.example" not in body
    assert "alert" not in body
    assert "Bye <b>" in body  # text, which templates escape


def test_a_placement_that_has_ended_takes_no_more(world, placement, reference):
    placement.status, placement.status_reason = "withdrawn", "They told us."
    placement.save()
    assert come_in(letter(reference)) == ("held", receiving.ENDED)


# whose eyes a held mail is for


def test_a_held_mail_is_for_the_lead_of_whom_it_is_about(world, reference):
    mails = {
        letter(reference, "stranger@evil.example"): world.northgate,
        letter(to=box(), sender="it@southmere.example"): world.southmere,
        letter(to=box(), sender="zoe@home.example"): world.northgate,
        letter(to=box(), sender="stranger@evil.example"): world.northgate,  # the first that was set up
    }
    for raw, org in mails.items():
        row = receive(raw, at=timezone.now())
        assert (row.state, row.organisation) == ("held", org)


# the command


def test_the_command_keeps_a_mail_from_a_file_and_from_a_pipe(reference, tmp_path, capsys, monkeypatch):
    file = tmp_path / "mail.eml"
    file.write_bytes(letter(reference))
    call_command("receive_mail", str(file), "--json")
    answer = json.loads(capsys.readouterr().out)
    assert (answer["state"], answer["reference"]) == ("attached", reference)
    monkeypatch.setattr("sys.stdin", type("Pipe", (), {"buffer": io.BytesIO(letter(reference, "x@evil.example"))}))
    call_command("receive_mail", "-")
    assert capsys.readouterr().out.startswith(f"held {reference}. The sender is nobody")


@pytest.mark.parametrize(
    ("arguments", "code"), [([], 2), (["x", "--imap"], 2), (["x", "--loop"], 2), (["/no/such"], 1)]
)
def test_wrong_usage_is_two_and_a_file_that_is_not_there_one(arguments, code):
    with pytest.raises(CommandError) as refused:
        call_command("receive_mail", *arguments)
    assert refused.value.returncode == code


def test_when_it_cannot_be_kept_the_mail_server_is_asked_to_try_later(reference, tmp_path, monkeypatch):
    file = tmp_path / "mail.eml"
    file.write_bytes(letter(reference))

    def full(*arguments):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(default_storage, "save", full)
    with pytest.raises(CommandError) as refused:
        call_command("receive_mail", str(file))
    assert refused.value.returncode == 75
    assert not InboundMail.objects.exists()
