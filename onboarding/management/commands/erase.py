import json
import uuid
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import Q
from django.utils import timezone

from onboarding.models import Placement, User
from onboarding.policies import Refused
from onboarding.rights.erasing import Erased, erase, typed_reference
from onboarding.sign_in import actor_of
from onboarding.wording import date_words


class Command(BaseCommand):
    help = "Erases all that the employer of a newcomer holds about them; the audit trail keeps the reference alone."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("newcomer", type=uuid.UUID, metavar="NEWCOMER", help="the end of their address")
        parser.add_argument("--by", required=True, metavar="EMAIL", help="who does it: HR or the onboarding lead")
        parser.add_argument("--yes", action="store_true", help="do not ask")
        parser.add_argument("--json", action="store_true", help="one JSON object, for machines; does not ask")

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(email=options["by"].lower(), is_active=True).first()
        if user is None:
            raise CommandError(f"Nobody signs in as {options['by']}.", returncode=1)
        by = actor_of(user)
        places = [grant.place.id for grant in by.grants]
        mine = Placement.objects.filter(Q(employer__in=places) | Q(host__in=places))
        placement = mine.filter(ref=options["newcomer"]).select_related("newcomer", "employer").first()
        if placement is None:
            raise CommandError(f"{options['by']} has no newcomer {options['newcomer']}.", returncode=1)
        if not (options["yes"] or options["json"]):
            self.ask(placement)
        try:
            gone = erase(placement, by=by, at=timezone.now())
        except Refused as refusal:
            raise CommandError(str(refusal), returncode=1) from refusal
        self.tell(gone, as_json=options["json"])

    def ask(self, placement: Placement) -> None:
        wanted = typed_reference(placement)
        name, place = placement.newcomer.name, placement.employer.name
        answer = input(f"Everything that {place} holds about {name} goes. Type {wanted} to go on: ")
        if answer.strip() != wanted:
            raise CommandError("Nothing was erased.", returncode=1)

    def tell(self, gone: Erased, *, as_json: bool) -> None:
        if as_json:
            said = {"placements": [str(ref) for ref in gone.placements], "rows": gone.rows, "files": gone.files}
            self.stdout.write(json.dumps({**said, "backups_end_on": gone.backups_end_on.isoformat()}))
            return
        self.stdout.write(f"Erased: {gone.rows} rows and {gone.files} files of {len(gone.placements)} posts.")
        self.stdout.write(f"Backups end on {date_words(gone.backups_end_on)}.")
