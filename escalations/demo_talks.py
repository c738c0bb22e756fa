"""What the try-out shows of conversations: one about a birth date, with a picture; one that is said to be fixed."""

import datetime as dt
import io

from django.db.models import F

from escalations.models import Asked, Escalation, Message, Pack, Status
from escalations.services import packs, pictures, talking
from escalations.services.pictures import Upload
from onboarding.actors import Actor
from onboarding.models import Membership, OutboxMail, User
from onboarding.models.work import MailState
from onboarding.sign_in import actor_of
from onboarding.words import Function

HOUR = dt.timedelta(hours=1)
SWAPPED, PENDING = "swapped_day_and_month", "pending_over_a_day"


def play(now: dt.datetime) -> None:
    """Safe to repeat: a conversation in which something was said is left as it is."""
    with_a_picture(now)
    said_to_be_fixed(now)
    packs_have_gone()
    mails_have_gone(now)


def silent(symptom: str) -> Escalation | None:
    people = ("placement__newcomer", "placement__employer", "placement__host")
    found = (
        Escalation.objects.select_related(*people).filter(symptom=symptom, status=Status.OPEN).order_by("opened_at")
    )
    one = found.first()
    said = Message.objects.filter(escalation__symptom=symptom).exclude(kind="system")
    return None if one is None or said.exists() else one


def member_of(one: Escalation) -> Actor | None:
    members = Membership.objects.filter(role=one.owner_function, organisation=one.owner_org_id)
    member = members.select_related("user").order_by("pk").first()
    return actor_of(member.user) if member else None


def with_a_picture(now: dt.datetime) -> None:
    one = silent(SWAPPED)
    hr = member_of(one) if one else None
    if one is None or hr is None:
        return
    newcomer = Actor(
        one.placement.newcomer.user_id, one.placement.newcomer.name, newcomer_id=one.placement.newcomer_id
    )
    first = max(one.opened_at + dt.timedelta(hours=1), now - dt.timedelta(days=1))
    talking.ask_more(one.reference, body="Could you send a picture of the page that shows it?", by=hr, at=first)
    talking.say(
        one.reference, body="Here it is. My passport says 3 July.", visibility="everyone", by=newcomer,
        at=first + dt.timedelta(minutes=40), shown=pictures.prepare([Upload("error page.png", error_page())]),
    )  # fmt: skip
    talking.say(
        one.reference, body="The form they filled in has the American order. I check the others of that batch.",
        visibility="staff", by=hr, at=first + dt.timedelta(hours=1),
    )  # fmt: skip


def said_to_be_fixed(now: dt.datetime) -> None:
    one = silent(PENDING)
    it = member_of(one) if one else None
    if one is None or it is None or one.owner_function != Function.IT or one.asked != Asked.NOTHING:
        return
    talking.note_ticket(one.reference, number="INC0041873", by=it, at=now - dt.timedelta(hours=3))
    talking.ask_whether_it_works(
        one.reference, team="IT at Northgate", step="Work email", body="The account is active since this morning.",
        by=it, at=now - dt.timedelta(hours=2),
    )  # fmt: skip


def error_page() -> bytes:
    """A made-up error page, as somebody would photograph it."""
    from PIL import Image, ImageDraw

    page = Image.new("RGB", (720, 480), "#f0f4f5")
    draw = ImageDraw.Draw(page)
    draw.rectangle((0, 0, 720, 64), fill="#005eb8")
    draw.text((24, 22), "Staff record", fill="white", font_size=24)
    draw.rectangle((24, 100, 696, 300), fill="white", outline="#d5281b", width=4)
    draw.text((48, 124), "We cannot find you", fill="#d5281b", font_size=28)
    draw.text((48, 180), "Date of birth 07/03/1994 does not match.", fill="#212b32", font_size=22)
    draw.text((48, 224), "Error E-104. Ask your HR team.", fill="#212b32", font_size=22)
    out = io.BytesIO()
    page.save(out, "PNG")
    return out.getvalue()


def packs_have_gone() -> None:
    """The story's days lie behind us; its packs went out on them."""
    late = Pack.objects.select_related("escalation").filter(sent_at__gt=F("escalation__owner_since") + HOUR)
    for sent in late:
        sent.sent_at = sent.escalation.owner_since + dt.timedelta(minutes=1)
        Pack.objects.filter(pk=sent.pk).update(sent_at=sent.sent_at, content_hash=packs.hash_of(sent))


def mails_have_gone(now: dt.datetime) -> None:
    """A try-out has no mail server: what it would have mailed counts as sent, and no health check waits for it."""
    if not User.objects.filter(email__endswith=".example").exists():
        return
    waiting = OutboxMail.objects.filter(state=MailState.WAITING, subject_ref__startswith="escalation:")
    waiting.update(state=MailState.SENT, sent_at=now)
