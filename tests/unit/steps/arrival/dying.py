"""Run in a process of its own: takes one roster in again and again, each time killed (SIGKILL) at another statement.

`python -m tests.unit.steps.arrival.dying FILE POINTS` prints one JSON object: how many statements there are, and
after each death which rows there were. The last deaths are just before the commit and just after it.
"""

import json
import os
import signal
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import django

NEVER = -1


def main(file: str, points: int) -> None:
    django.setup()
    from django.db import connection

    import steps.arrival.storing  # noqa: F401 (once, not in each child; and so with the pathway)
    from steps.selectors.pathways import published_pathway

    published_pathway("england")
    counted = Path(tempfile.mkstemp()[1])
    try:
        in_a_child(lambda: die_at(file, NEVER, before_commit=True, counted=counted))
        statements = int(counted.read_text())
    finally:
        counted.unlink()
    deaths = [(1 + n * (statements - 1) // max(1, points - 3), False, False) for n in range(points - 2)]
    deaths += [(NEVER, True, False), (NEVER, False, True)]
    after = []
    before = rows()
    connection.close()
    for statement, before_commit, after_commit in deaths:
        signalled = in_a_child(
            lambda s=statement, b=before_commit, a=after_commit: die_at(file, s, before_commit=b, after_commit=a)
        )
        after.append({"killed": signalled == signal.SIGKILL, "rows": rows()})
        connection.close()
    sys.stdout.write(json.dumps({"statements": statements, "before": before, "after": after}))


def in_a_child(what: Callable[[], Any]) -> int:
    """The signal that ended the child. The parent has no open connection, which a fork would share."""
    from django.db import connection

    connection.close()
    child = os.fork()
    if not child:
        try:
            what()
        finally:
            os._exit(3)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) * -1


def die_at(
    file: str, statement: int, *, before_commit: bool = False, after_commit: bool = False, counted: Path | None = None
) -> None:
    from django.db import connection
    from django.db.backends.base.base import BaseDatabaseWrapper

    from onboarding.models import Organisation, User
    from onboarding.sign_in import actor_of

    organisation = Organisation.objects.get(ods_code="ZN1")
    actor = actor_of(User.objects.get(email="hr@northgate.example"))
    done = 0
    commit = BaseDatabaseWrapper._commit

    def die() -> None:
        if counted:
            counted.write_text(str(done))
        os.kill(os.getpid(), signal.SIGKILL)

    def counting(execute: Any, sql: Any, params: Any, many: Any, context: Any) -> Any:
        nonlocal done
        done += 1
        answer = execute(sql, params, many, context)
        if done == statement:
            die()
        return answer

    def committing(self: Any) -> None:
        if before_commit:
            die()
        commit(self)
        if after_commit:
            die()

    BaseDatabaseWrapper._commit = committing
    with connection.execute_wrapper(counting), open(file, "rb") as source:
        from django.utils import timezone

        from steps.arrival.storing import import_roster

        import_roster(source, organisation=organisation, by=actor, at=timezone.now())


def rows() -> dict[str, int]:
    from onboarding.models import AuditEntry, Newcomer, Placement
    from steps.models import Chain, Fact, PlacementStep

    kinds = (Newcomer, Placement, Chain, PlacementStep, Fact, AuditEntry)
    return {kind.__name__: kind.objects.count() for kind in kinds}


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    main(sys.argv[1], int(sys.argv[2]))
