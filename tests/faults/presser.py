"""Run in a process of its own: somebody signed in who opens a page, and presses when they are told.

`python -m tests.faults.presser EMAIL` reads one JSON object a line. {"open": address} answers with the page's hidden
fields; {"press": address, "fields": {...}, "at": moment} waits for that moment (seconds of the clock) and answers
{"status": ..., "text": ..., "to": ...}. So two of them can press at one moment, on connections of their own.
"""

import json
import os
import re
import sys
import time
from typing import Any

import django


def main(email: str) -> None:
    django.setup()
    from django.test import Client
    from django.test.utils import setup_test_environment

    from onboarding.models import User

    setup_test_environment()
    client = Client()
    client.force_login(User.objects.get(email=email))
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    for line in sys.stdin:
        said = json.loads(line)
        answer = opened(client, said["open"]) if "open" in said else pressed(client, **said)
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


def opened(client: Any, address: str) -> dict[str, str]:
    """The hidden fields of the page."""
    html = client.get(address).content.decode()
    fields = [tag for tag in re.findall(r"<input[^>]*>", html) if 'type="hidden"' in tag]
    found = {}
    for tag in fields:
        name, value = re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and value:
            found[name[1]] = value[1]
    return found


def pressed(client: Any, press: str, fields: dict[str, str], at: float) -> dict[str, Any]:
    from tests.web.stage import text_of

    time.sleep(max(at - time.time(), 0))
    answer = client.post(press, fields)
    text = text_of(answer) if answer.content and b"<main" in answer.content else ""
    return {"status": answer.status_code, "text": text, "to": answer.get("Location", "")}


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    main(sys.argv[1])
