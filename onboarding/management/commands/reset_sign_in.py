import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from onboarding.models import Organisation, User
from onboarding.policies import Refused
from onboarding.sign_in import actor_of, resetting


class Command(BaseCommand):
    help = "Lets somebody start again who lost their app, passkeys and recovery codes. Prints a link for a password."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--organisation", required=True, metavar="ODS")
        parser.add_argument("--by", required=True, metavar="EMAIL", help="the onboarding lead who knows who is asking")
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(email=options["email"].lower(), is_active=True).first()
        by = User.objects.filter(email=options["by"].lower(), is_active=True).first()
        organisation = Organisation.objects.filter(ods_code=options["organisation"].upper()).first()
        if user is None or by is None or organisation is None:
            missing = options["organisation"] if organisation is None else options["by"] if by is None else None
            raise CommandError(f"There is no {missing or options['email']}.")
        try:
            link = resetting.reset(user, organisation_id=organisation.pk, by=actor_of(by), at=timezone.now())
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        if options["json"]:
            self.stdout.write(json.dumps({"email": user.email, "link": link}))
        else:
            self.stdout.write(f"{user.email} is signed out everywhere and has no second factor. For a new password:")
            self.stdout.write(link)
