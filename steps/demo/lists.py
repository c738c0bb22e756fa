"""What the try-out's mail system says of its accounts: one list, as IT would have brought it in this morning."""

import csv
import datetime as dt
import io

from onboarding.models import Membership, Organisation
from onboarding.sign_in import actor_of
from onboarding.words import Role
from steps.demo.cohort import COHORT, Person
from steps.models import SystemAccount
from steps.reconciling.sorting import MISSING, NOTED
from steps.reconciling.systems import SYSTEMS
from steps.services.reconciling import make_plan, remember_columns
from steps.services.taking import take

HEADING = ("First name", "Last name", "Employee number", "Account status", "Created on", "Last login", "Leaver date")
SYSTEM = "work_email"
# given name -> (status, made, last used, marked as leaver), in days before now
ODD = {
    "Maryam": ("Pending", 3, None, None),
    "Pedro": ("Pending", 1, None, None),
    "Nguyễn": ("Pending", 6, None, None),
    "Samuel": ("Pending", 2, None, None),
    "Yuki": ("Active", 60, 34, None),
    "Ahmed": ("Marked as leaver", 400, 5, 12),
}


def bring_in(now: dt.datetime) -> None:
    """Notes the accounts and asks for a look at those that are going; once, and never again."""
    northgate = Organisation.objects.get(ods_code="ZN1")
    member = Membership.objects.select_related("user").filter(organisation=northgate, role=Role.IT).first()
    if member is None or SystemAccount.objects.exists():
        return
    by, system = actor_of(member.user), SYSTEMS[SYSTEM]
    plan = make_plan(listed(now), system=system, organisation=northgate, by=by)
    remember_columns(plan, northgate, by=by, at=now)
    for kind in (NOTED, MISSING):
        take(plan, kind, organisation=northgate, by=by, at=now)


def listed(now: dt.datetime) -> bytes:
    out = io.StringIO()
    lines = csv.writer(out)
    lines.writerow(HEADING)
    for person in COHORT:
        if person.host == "ZN1" and (person.given in ODD or "work_email:works" in person.script):
            lines.writerow(row_of(person, now.date()))
    return out.getvalue().encode()


def row_of(person: Person, today: dt.date) -> list[str]:
    status, made, used, leaver = ODD.get(person.given, ("Active", 9, 1, None))
    days = [(today - dt.timedelta(days=ago)).isoformat() if ago is not None else "" for ago in (made, used, leaver)]
    return [person.given, person.family, number_of(person), status, *days]


def number_of(person: Person) -> str:
    """The assignment number of those who have a staff record."""
    return f"0{person.gmc}" if person.gmc and "hr_record:done" in person.script else ""
