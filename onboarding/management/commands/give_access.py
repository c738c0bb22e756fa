import datetime as dt
import json
import sys
import uuid
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import Q
from django.utils import timezone

from onboarding.actors import Actor
from onboarding.audit import change
from onboarding.invitations import invite, is_invited
from onboarding.models import Organisation, Placement, User
from onboarding.policies import Refused
from onboarding.setting_up import open_newcomer_account, password_link
from onboarding.sign_in import actor_of
from onboarding.words import OPEN_STATUSES


class Command(BaseCommand):
    help = "Lets newcomers in: opens accounts and prints a link for each, or mails each an invitation."

    def add_arguments(self, parser: CommandParser) -> None:
        who = parser.add_mutually_exclusive_group(required=True)
        who.add_argument("newcomer", nargs="?", type=uuid.UUID, metavar="NEWCOMER", help="the end of their address")
        who.add_argument("--all-without", action="store_true", help="all newcomers who have no account")
        parser.add_argument("--organisation", required=True, metavar="ODS", help="where they work or are employed")
        parser.add_argument("--by", required=True, metavar="EMAIL", help="who does it: HR or the onboarding lead")
        parser.add_argument("--email", default="", help="for one newcomer: instead of the personal address on record")
        parser.add_argument("--mail", action="store_true", help="mail an invitation to the personal address instead")
        parser.add_argument("--json", action="store_true", help="one JSON object, for machines")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["email"] and (options["all_without"] or options["mail"]):
            raise CommandError("--email goes with one newcomer, and not with --mail.", returncode=2)
        organisation = Organisation.objects.filter(ods_code=options["organisation"].upper()).first()
        user = User.objects.filter(email=options["by"].lower(), is_active=True).first()
        if organisation is None:
            raise CommandError(f"Week One does not know {options['organisation']}.", returncode=1)
        if user is None:
            raise CommandError(f"Nobody signs in as {options['by']}.", returncode=1)
        placements = placements_of(organisation, options["newcomer"])
        if options["newcomer"] and not placements:
            raise CommandError(f"{organisation.name} has no newcomer {options['newcomer']}.", returncode=1)
        self.give(placements, by=actor_of(user), options=options)

    def give(self, placements: list[Placement], *, by: Actor, options: dict[str, Any]) -> None:
        """One after the other, each for itself: a newcomer who cannot have an account is in nobody's way."""
        rows: list[dict[str, str]] = []
        at = timezone.now()
        for placement in placements:
            if options["mail"] and options["all_without"] and is_invited(placement, at):
                continue
            row = {"newcomer": str(placement.ref), "name": placement.newcomer.name}
            try:
                rows.append({**row, **given(placement, by=by, at=at, email=options["email"], mail=options["mail"])})
            except Refused as refusal:
                rows.append({**row, "refused": str(refusal)})
        self.tell(rows, as_json=options["json"], mail=options["mail"])
        if any("refused" in row for row in rows):
            sys.exit(1)

    def tell(self, rows: list[dict[str, str]], *, as_json: bool, mail: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps({"newcomers": rows}, ensure_ascii=False))
            return
        for row in rows:
            self.stdout.write(f"{row['name']}: {row.get('refused') or row.get('link') or 'invited by mail'}")
        if not rows:
            self.stdout.write("Nobody is without.")
        elif any("link" in row for row in rows):
            self.stdout.write("Each sets a password once, within three days. They are not shown again.")


def placements_of(organisation: Organisation, ref: uuid.UUID | None) -> list[Placement]:
    """The one named, or the first open placement of each person without an account."""
    mine = Placement.objects.filter(Q(employer=organisation) | Q(host=organisation))
    mine = mine.select_related("newcomer", "employer", "host").order_by("start_date", "pk")
    if ref is not None:
        return list(mine.filter(ref=ref))
    people: dict[int, Placement] = {}
    for placement in mine.filter(newcomer__user=None, status__in=OPEN_STATUSES):
        people.setdefault(placement.newcomer_id, placement)
    return list(people.values())


def given(placement: Placement, *, by: Actor, at: dt.datetime, email: str, mail: bool) -> dict[str, str]:
    if mail:
        return {"invited": invite(placement, by=by, at=at).expires_at.isoformat()}
    with change(by=by, at=at):  # no account without its link
        user = open_newcomer_account(placement=placement, email=email, by=by, at=at)
        return {"email": user.email, "link": password_link(user)}
