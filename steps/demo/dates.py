"""Dates that bite in the try-out, beside those of its list of mail accounts: share codes, a start that moved a day."""

import datetime as dt

from onboarding.models import Membership, Placement
from onboarding.sign_in import actor_of
from onboarding.words import Role
from steps.models import ShareCode, StartMove
from steps.services.clocks import enter_share_code
from steps.services.placements import correct_details

CODES = {"Aung": 92, "Amina": 80}  # given name -> how many days ago it was made
MOVED = "Samuel"


def enter(now: dt.datetime) -> None:
    """Each once: what stands there already stays."""
    member = Membership.objects.select_related("user").filter(organisation__ods_code="ZN1", role=Role.HR).first()
    if member is None:
        return
    hr = actor_of(member.user)
    people = Placement.objects.select_related("newcomer").filter(employer__ods_code="ZN1")
    today = now.date()
    for given, days in CODES.items():
        one = people.filter(newcomer__given_name=given).first()
        if one and not ShareCode.objects.filter(placement=one).exists():
            enter_share_code(one.ref, made_on=today - dt.timedelta(days=days), by=hr, at=now)
    one = people.filter(newcomer__given_name=MOVED).first()
    if one and not StartMove.objects.filter(placement=one).exists():
        start = one.start_date + dt.timedelta(days=1)
        why = "The flat is free a day later."
        correct_details(one.ref, changes={"start_date": start}, by=hr, at=now, reason=why)
