"""Run in a process of its own: sends the outbox again and again, killed (SIGKILL) at another point each time.

`python -m tests.faults.mail_worker PORT KILLS SEED` prints one JSON object: how many kills there were and where. The
children are forked, so that a kill costs milliseconds. Each run's clock stands a lease later than the one before, as
if the lease of the killed had run out meanwhile.
"""

import json
import os
import random
import signal
import smtplib
import sys
import time
from collections.abc import Callable
from typing import Any

import django

POINTS = ("any moment", "after the claim", "before DATA", "after 250", "before the commit")


def main(port: int, kills: int, seed: int) -> None:
    django.setup()
    from django.conf import settings
    from django.db import connection
    from django.utils import timezone

    from onboarding.models import OutboxMail
    from onboarding.outbox import sending

    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    dice = random.Random(seed)
    now = timezone.now
    killed: dict[str, int] = {}
    for run in range(kills):
        if not OutboxMail.objects.filter(state="waiting").exists():
            break
        connection.close()  # a fork would share it
        timezone.now = lambda run=run: now() + run * (sending.LEASE * 1.01)
        point, after, moment = dice.choice(POINTS), dice.randrange(4), dice.random() * 0.05
        child = os.fork()
        if not child:
            try:
                die_at(point, after)
                sending.drain()
            finally:
                os._exit(0)
        if point == "any moment":
            time.sleep(moment)
            os.kill(child, signal.SIGKILL)
        ended = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        if ended == -signal.SIGKILL:
            killed[point] = killed.get(point, 0) + 1
    connection.close()
    timezone.now = lambda: now() + (kills + 1) * sending.LEASE * 1.01
    sending.drain()
    sys.stdout.write(json.dumps({"killed": killed}))


def die_at(point: str, after: int) -> None:
    """The child kills itself at this point of its nth mail."""
    from onboarding.outbox import sending

    if point == "after the claim":
        sending.send = counted(sending.send, after, before=True)
    elif point == "before DATA":
        smtplib.SMTP.data = counted(smtplib.SMTP.data, after, before=True)  # type: ignore[method-assign]
    elif point == "after 250":
        smtplib.SMTP.data = counted(smtplib.SMTP.data, after, before=False)  # type: ignore[method-assign]
    elif point == "before the commit":
        sending.finish = counted(sending.finish, after, before=True)


def counted(what: Callable[..., Any], after: int, *, before: bool) -> Callable[..., Any]:
    left = after

    def counting(*arguments: Any, **named: Any) -> Any:
        nonlocal left
        left -= 1
        if left < 0 and before:
            os.kill(os.getpid(), signal.SIGKILL)
        answer = what(*arguments, **named)
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return answer

    return counting


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    main(*map(int, sys.argv[1:4]))
