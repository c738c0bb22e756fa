"""Inviting somebody who has no account: one link to one address, spent once, by a press and not by opening it.

A mail scanner opens links; it presses nothing. The token is made from the invitation's `ref` with the installation's
key, when the mail goes out: a copy of the database alone lets nobody in, and no log or audit entry holds one.
"""

import base64
import datetime as dt
import hashlib
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import salted_hmac

from onboarding.actors import Actor
from onboarding.audit import change
from onboarding.models import Invitation, Membership, Newcomer, OutboxMail, Placement, Team, User
from onboarding.outbox.posting import is_address, post
from onboarding.policies import YES, Decision, Refused, no
from onboarding.wording import day_words
from onboarding.words import OPEN_STATUSES, Function, Role

GOOD_FOR = dt.timedelta(days=14)
JUST_SENT = dt.timedelta(minutes=5)  # a second press within this sends nothing more
HALF_WAY = dt.timedelta(hours=1)  # between "Start" and "Yes, this is me"
LINK = "[[the link of this invitation]]"  # what stands in the stored mail in the link's place
KIND, NEWCOMER, STAFF = "invitation", "invitation", "invitation_staff"


class RunOut(Refused):
    """The link was used, has run out, or was replaced by a newer one."""


def token_of(ref: uuid.UUID) -> str:
    """43 letters for an address, of 256 bits."""
    made = salted_hmac("week-one.invitation", ref.hex, secret=settings.SECRET_KEY, algorithm="sha256").digest()
    return base64.urlsafe_b64encode(made).rstrip(b"=").decode()


def hash_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def can_have_account(actor: Actor, placement: Placement) -> Decision:
    """Given by HR of the employer, and the onboarding lead of the employer or the host; to whoever has none."""
    orgs = (placement.employer_id, placement.host_id)
    lead = any(actor.has(Role.ONBOARDING_LEAD, org) for org in orgs)
    if not (lead or actor.user_id is None or actor.has(Role.HR, placement.employer_id)):
        return no("Only HR of the employer or the onboarding lead can invite a newcomer.")
    if placement.newcomer.user_id is not None:
        return no("They have an account.")
    if placement.status not in OPEN_STATUSES:
        return no("This placement is not going on.")
    return YES


def can_invite(actor: Actor, placement: Placement) -> Decision:
    """Whoever can have an account, and has an address that a link can go to."""
    decision = can_have_account(actor, placement)
    if decision and not is_address(placement.newcomer.personal_email):
        return no("There is no personal email address to send it to. HR can put one in.")
    return decision


def invite(placement: Placement, *, by: Actor, at: dt.datetime) -> Invitation:
    """Invites one newcomer to their personal address, or sends them a new link. Needs newcomer, employer, host.

    The older links end. Pressed twice, it sends once.
    """
    decision = can_invite(by, placement)
    if not decision:
        raise Refused(decision.reason)
    with change(by=by, at=at):
        Newcomer.objects.select_for_update().get(pk=placement.newcomer_id)  # two presses at one moment
        same = Q(placement__newcomer=placement.newcomer_id)
        found = just_sent(same, placement.newcomer.personal_email.lower(), at)
        return found or _sent(same, placement=placement, email=placement.newcomer.personal_email, by=by, at=at)


@dataclass(frozen=True, slots=True)
class Invited:
    """How many were invited, and how many were left out by the reason why."""

    invited: int
    left_out: Mapping[str, int]


def invite_many(placements: Iterable[Placement], *, by: Actor, at: dt.datetime) -> Invited:
    """Invites all who can be invited and have no invitation that is still good; in one transaction."""
    invited, left_out = 0, dict[str, int]()
    with change(by=by, at=at):
        for placement in placements:
            decision = can_invite(by, placement)
            if decision and is_invited(placement, at):
                decision = no("They have been invited already.")
            if decision:
                invite(placement, by=by, at=at)
                invited += 1
            else:
                left_out[decision.reason] = left_out.get(decision.reason, 0) + 1
    return Invited(invited, left_out)


def is_invited(placement: Placement, at: dt.datetime) -> bool:
    """Is a link on its way or in use, to the address that they have now?"""
    same = Invitation.objects.filter(placement__newcomer=placement.newcomer_id)
    return same.filter(spent_at=None, expires_at__gt=at, email=placement.newcomer.personal_email.lower()).exists()


def invite_staff(
    *, organisation_id: int, role: str, name: str, email: str, leads: bool = False, by: Actor, at: dt.datetime
) -> Invitation:
    """Invites a colleague into a role. With `leads` they lead its team from the day they come in, if nobody does."""
    if not (by.user_id is None or by.has(Role.ONBOARDING_LEAD, organisation_id)):
        raise Refused("Only the onboarding lead can invite colleagues.")
    email = email.strip().lower()
    if not is_address(email):
        raise Refused("That is not an email address.")
    if role not in Role.values or not name.strip():
        raise Refused("Give a name and a role.")
    if Membership.objects.filter(user__email=email, user__is_active=True, organisation=organisation_id).exists():
        raise Refused("They work here already. Change what they do on their own page.")
    with change(by=by, at=at):
        same = Q(placement=None, organisation=organisation_id, role=role, email=email)
        found = just_sent(same, email, at)
        return found or _sent(
            same, organisation_id=organisation_id, role=role, name=name.strip()[:200], email=email, leads=leads,
            by=by, at=at,
        )  # fmt: skip


def just_sent(same: Q, email: str, at: dt.datetime) -> Invitation | None:
    recent = Invitation.objects.filter(same, email=email, spent_at=None, expires_at__gt=at)
    return recent.filter(created_at__gt=at - JUST_SENT).order_by("-pk").first()


def _sent(
    same: Q,
    *,
    email: str,
    by: Actor,
    at: dt.datetime,
    placement: Placement | None = None,
    organisation_id: int | None = None,
    role: str = "",
    name: str = "",
    leads: bool = False,
) -> Invitation:
    Invitation.objects.filter(same, spent_at=None, expires_at__gt=at).update(expires_at=at)
    ref = uuid.uuid4()
    made = Invitation.objects.create(
        ref=ref,
        placement=placement,
        organisation_id=organisation_id or placement.employer_id,  # type: ignore[union-attr]
        role=role,
        name=name,
        leads=leads,
        email=email.lower(),
        token_hash=hash_of(token_of(ref)),
        created_at=at,
        created_by_id=by.user_id,
        created_by_name=by.name[:200],
        expires_at=at + GOOD_FOR,
    )
    mail_newcomer(made, placement, at=at) if placement else mail_staff(made, at=at)
    note(made, "sent", by=by, at=at)
    return made


def mail_newcomer(made: Invitation, placement: Placement, *, at: dt.datetime) -> None:
    """ "Before you start at Northgate": what the account is for, and the link."""
    context = {
        "host": placement.host.name,
        "start": day_words(placement.start_date, today=at.date()),
        "until": day_words(made.expires_at),
        "link": LINK,
    }
    post(
        kind=KIND, to=made.email, template=NEWCOMER, context=context, at=at, organisation_id=made.organisation_id,
        subject_ref=f"invitation:{made.ref}",
    )  # fmt: skip


def mail_staff(made: Invitation, *, at: dt.datetime) -> None:
    context = {
        "host": made.organisation.name,
        "role": made.get_role_display(),
        "by": made.created_by_name,
        "until": day_words(made.expires_at),
        "link": LINK,
    }
    post(
        kind=KIND, to=made.email, template=STAFF, context=context, at=at, organisation_id=made.organisation_id,
        subject_ref=f"invitation:{made.ref}",
    )  # fmt: skip


def of_mail(mail: OutboxMail) -> Invitation | None:
    ref = mail.subject_ref.removeprefix("invitation:")
    return Invitation.objects.select_related("placement__newcomer").filter(ref=ref).first()


def recipient_now(mail: OutboxMail) -> str:
    """The invited address, as long as the link is good and is still the newcomer's."""
    made = of_mail(mail)
    if made is None or not is_good(made, timezone.now()):
        return ""
    person = made.placement.newcomer if made.placement else None
    return "" if person and person.personal_email.lower() != made.email else made.email


def link_now(mail: OutboxMail) -> dict[str, str]:
    """What goes out in the place of LINK."""
    made = of_mail(mail)
    if made is None:
        return {}
    return {LINK: settings.SITE_URL.rstrip("/") + reverse("invitation", args=[token_of(made.ref)])}


def invitation_by_token(token: str) -> Invitation | None:
    people = Invitation.objects.select_related("placement__newcomer", "placement__host", "organisation")
    return people.filter(token_hash=hash_of(token)).first() if len(token) <= 100 else None


def is_good(made: Invitation, at: dt.datetime) -> bool:
    gone = made.placement is not None and (
        made.placement.newcomer.user_id is not None or made.placement.status not in OPEN_STATUSES
    )
    return made.spent_at is None and made.expires_at > at and not gone


def spend(token: str, *, at: dt.datetime) -> Invitation:
    """Uses the link up. Of two presses at one moment one wins; the other is told that it has run out."""
    made = invitation_by_token(token)
    if made is None or not is_good(made, at):
        raise RunOut("This invitation has run out.")
    with change(by=invited(made), at=at):
        mine = Invitation.objects.filter(pk=made.pk, spent_at=None, expires_at__gt=at)
        if not mine.update(spent_at=at):
            raise RunOut("This invitation has run out.")
        made.spent_at = at
        note(made, "opened", by=invited(made), at=at)
    return made


def invited(made: Invitation) -> Actor:
    """Whoever holds the link: by the name on the record, with no rights."""
    return Actor(user_id=None, name=made.placement.newcomer.name if made.placement else made.name)


def send_again(token: str, *, at: dt.datetime) -> None:
    """A new link to the same address, asked for by whoever has an old one; at most one in five minutes.

    Nothing is said about whether one was sent: the old link may be in anybody's hands by now.
    """
    made = invitation_by_token(token)
    if made is None or made.refused_at or (made.spent_at and not is_half_way(made)):
        return
    try:
        if made.placement is not None:
            if made.placement.newcomer.personal_email.lower() == made.email:
                invite(made.placement, by=Actor(None, invited(made).name), at=at)
        elif not User.objects.filter(email=made.email, memberships__organisation=made.organisation_id).exists():
            invite_staff(
                organisation_id=made.organisation_id, role=made.role, name=made.name, email=made.email,
                leads=made.leads,
                by=Actor(None, made.name), at=at,
            )  # fmt: skip
    except Refused:
        return


def is_half_way(made: Invitation) -> bool:
    """The link was used, and nobody came out at the other end: the page was closed."""
    if made.placement is not None:
        return made.placement.newcomer.user_id is None
    return not User.objects.filter(email=made.email).exists()


def accept(made: Invitation, *, at: dt.datetime) -> tuple[User, bool]:
    """ "Yes, this is me": makes the account, its address confirmed by the mail that came to it, and links it.

    Answers the user and whether they are new. One who is not signs in as ever: a link in a mail is no second factor.
    """
    withdrawn = made.placement is None and made.expires_at <= at
    if made.spent_at is None or made.refused_at is not None or at - made.spent_at > HALF_WAY or withdrawn:
        raise RunOut("This invitation has run out.")
    with change(by=invited(made), at=at):
        user = User.objects.filter(email=made.email).first()
        is_new = user is None
        if user is None:
            user = User.objects.create_user(made.email, None, name=invited(made).name)
            EmailAddress.objects.create(user=user, email=made.email, verified=True, primary=True)
        elif not user.is_active:
            open_again(made, user)
        if made.placement is not None:
            link(made.placement, user)
        else:
            Membership.objects.get_or_create(user=user, organisation_id=made.organisation_id, role=made.role)
            if made.leads:
                team = Team.objects.filter(organisation=made.organisation_id, function=made.role, lead=None)
                team.update(lead=user)
        note(made, "accepted", by=Actor(user.pk, str(user)), at=at)
    return user, is_new


def open_again(made: Invitation, user: User) -> None:
    """A leaver who is invited back into a role by an onboarding lead; a newcomer's invitation opens nothing."""
    if made.placement is not None:
        raise Refused("This account is closed. Your onboarding lead can open it again.")
    user.is_active = True
    user.save(update_fields=["is_active"])


def link(placement: Placement, user: User) -> None:
    mine = Newcomer.objects.filter(pk=placement.newcomer_id, user=None)
    if Newcomer.objects.filter(user=user).exclude(pk=placement.newcomer_id).exists():
        raise Refused("Somebody else signs in with this email address. HR can put in another one.")
    if not mine.update(user=user) and not Newcomer.objects.filter(pk=placement.newcomer_id, user=user).exists():
        raise RunOut("This invitation has run out.")


def refuse(made: Invitation, *, at: dt.datetime) -> None:
    """ "No, this is not me": nobody gets in by this link, and the employer's HR reads why."""
    with change(by=Actor(None, "whoever opened the invitation"), at=at):
        if not Invitation.objects.filter(pk=made.pk, refused_at=None).update(refused_at=at):
            return
        note(made, "refused", by=Actor(None, "whoever opened the invitation"), at=at)
        tell_inviter(made, at=at)


def tell_inviter(made: Invitation, *, at: dt.datetime) -> None:
    """HR, or the onboarding lead who invited a colleague, is told that the address is somebody else's."""
    team = Team.objects.filter(organisation=made.organisation_id, function=Function.HR).first()
    to = team.mailbox if made.placement and team else (made.created_by.email if made.created_by else "")
    path = reverse("newcomer", args=[made.placement.ref]) if made.placement else reverse("home")
    context = {"link": settings.SITE_URL.rstrip("/") + path}
    post(
        kind="invitation_refused", to=to, template="invitation_refused", context=context, at=at,
        organisation_id=made.organisation_id, subject_ref=f"invitation:{made.ref}",
    )  # fmt: skip


def note(made: Invitation, what: str, *, by: Actor, at: dt.datetime) -> None:
    """One entry, without the address: it is the newcomer's own."""
    with change(by=by, at=at) as noted:
        orgs = [made.organisation_id]
        subject = f"organisation:{made.organisation_id}"
        if made.placement is not None:
            orgs = [made.placement.employer_id, made.placement.host_id]
            subject = f"placement:{made.placement.ref}"
        noted.note(
            organisation_ids=orgs,
            action=f"invitation.{what}",
            subject=subject,
            after={"invitation": str(made.ref), **({"role": made.role} if made.role else {})},
        )


def latest(placement: Placement) -> Invitation | None:
    """The newest invitation of this person. One query."""
    return Invitation.objects.filter(placement__newcomer=placement.newcomer_id).order_by("-pk").first()
