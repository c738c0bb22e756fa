"""Moving one's sign-in from the personal address to the work address, once that works.

The link goes to the new mailbox, so that whoever moves there can read it; pressing its button needs the person's own
session as well. The old address stops at that moment.
"""

import datetime as dt

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core import signing
from django.urls import reverse

from onboarding.actors import Actor
from onboarding.audit import change
from onboarding.models import Newcomer, Placement, User
from onboarding.outbox.posting import is_address, post
from onboarding.policies import Refused

SALT = "week-one.move-email"
GOOD_FOR = dt.timedelta(days=1)
RUN_OUT = "This link has run out, or is not yours. Ask for a new one."


def can_move_to(user: User, newcomer: Newcomer | None) -> str:
    """The work address that the person may move to; "" when there is none, or it is theirs already."""
    if newcomer is None or newcomer.user_id != user.pk:
        return ""
    address = newcomer.work_email.lower()
    return address if is_address(address) and address != user.email else ""


def own_record(by: Actor) -> Newcomer | None:
    return Newcomer.objects.filter(pk=by.newcomer_id).first() if by.newcomer_id else None


def taken(address: str, user: User) -> bool:
    return User.objects.filter(email=address).exclude(pk=user.pk).exists()


def send_link(user: User, *, by: Actor, at: dt.datetime) -> str:
    """Sends the link to the work address and answers that address."""
    address = can_move_to(user, own_record(by))
    if not address:
        raise Refused("There is no work email address to move to yet.")
    if taken(address, user):
        raise Refused("Somebody signs in with this address already. Ask your onboarding lead.")
    token = signing.dumps({"user": user.pk, "from": user.email, "to": address}, salt=SALT)
    link = settings.SITE_URL.rstrip("/") + reverse("move_email_here", args=[token])
    with change(by=by, at=at):
        post(
            kind="move_email", to=address, template="move_email", context={"link": link}, at=at, secret=True,
            subject_ref=f"user:{user.pk}", unique_key=f"move_email:{user.pk}:{address}:{at:%Y%m%d%H%M}",
        )  # fmt: skip
    return address


def target(token: str, user: User) -> str:
    """The address that a link moves this person to; `Refused` when it has run out or is somebody else's."""
    try:
        said = signing.loads(token, salt=SALT, max_age=GOOD_FOR)
    except signing.BadSignature as error:
        raise Refused(RUN_OUT) from error
    if said["user"] != user.pk or said["from"] != user.email:
        raise Refused(RUN_OUT)
    return str(said["to"])


def move(user: User, token: str, *, by: Actor, at: dt.datetime) -> str:
    """The sign-in is the work address from now on. The old address is told, and stops."""
    address = target(token, user)
    newcomer = own_record(by)
    if can_move_to(user, newcomer) != address:
        raise Refused("Your work email address has changed since. Ask for a new link.")
    if taken(address, user):
        raise Refused("Somebody signs in with this address already. Ask your onboarding lead.")
    with change(by=by, at=at) as made:
        old = user.email
        if not User.objects.filter(pk=user.pk, email=old).update(email=address):
            raise Refused(RUN_OUT)
        EmailAddress.objects.filter(user=user).delete()
        EmailAddress.objects.create(user=user, email=address, verified=True, primary=True)
        post(kind="moved_email", to=old, template="moved_email", context={}, at=at, subject_ref=f"user:{user.pk}")
        for placement in Placement.objects.filter(newcomer=newcomer):
            made.note(
                organisation_ids=(placement.employer_id, placement.host_id),
                action="account.email_moved",
                subject=f"placement:{placement.ref}",
            )
    user.email = address
    return address
