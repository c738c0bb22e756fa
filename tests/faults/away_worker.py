"""Run in a process of its own, against a database of its own: `python -m tests.faults.away_worker WHAT`.

`fill` makes a trust, a newcomer and a file. `tell` prints what is there as JSON: rows of each table, hashes of files,
whether a password still fits, what `verify` finds. `ask` answers each line that comes in with the status of two pages.
"""

import hashlib
import json
import sys
from pathlib import Path

import django
from django.conf import settings


def fill() -> None:
    from django.core.management import call_command
    from django.utils import timezone

    from onboarding.files import keep
    from steps.services import verbs
    from tests.factories import make_world

    call_command("migrate", verbosity=0)
    world = make_world()
    one = world.newcomer(account=True)
    verbs.block(one.ref, "hr_record", by=world.newcomer_actor(one), at=timezone.now(), reason="The name is wrong.")
    keep("evidence/ab/one.png", b"the picture")


def tell() -> None:
    from django.apps import apps
    from django.contrib.auth import authenticate

    from onboarding.audit import verify_chains
    from steps.services.verifying import differences
    from tests.factories import PASSWORD

    files = [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]
    sys.stdout.write(
        json.dumps(
            {
                "rows": {model._meta.label: model._default_manager.count() for model in apps.get_models()},
                "files": {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files},
                "signs_in": authenticate(None, email="hr@northgate.example", password=PASSWORD) is not None,
                "differences": len(list(differences())),
                "broken_at": verify_chains().broken_at,
            }
        )
    )


def ask() -> None:
    from django.db import close_old_connections
    from django.test import Client

    from onboarding.models import User

    client = Client(raise_request_exception=False)
    client.force_login(User.objects.get(email="hr@northgate.example"))
    for _ in sys.stdin:
        close_old_connections()  # as a server does before each request, and the client of tests does not
        sys.stdout.write(f"{client.get('/newcomers/').status_code} {client.get('/health/ready').status_code}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    django.setup()
    {"fill": fill, "tell": tell, "ask": ask}[sys.argv[1]]()
