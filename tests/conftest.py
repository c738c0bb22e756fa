"""What every test stands on: named people in two trusts and a lead employer, and honest teardown."""

import datetime as dt
import os
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test import TransactionTestCase
from hypothesis import HealthCheck, settings

from onboarding import triggers

# The same examples in every run, so that a change is judged by itself; HYPOTHESIS=search looks further, at random.
slow = [HealthCheck.too_slow]  # of the machine, not of the test
settings.register_profile("same", derandomize=True, database=None, suppress_health_check=slow)
settings.register_profile("search", suppress_health_check=slow)
settings.load_profile(os.environ.get("HYPOTHESIS", "same"))

_teardown = TransactionTestCase._fixture_teardown


def _teardown_without_triggers(self: TransactionTestCase) -> None:
    """The flush between transactional tests deletes audit entries, which the database refuses: lift and put back."""
    triggers.remove(connection)
    _teardown(self)
    triggers.install(connection)


TransactionTestCase._fixture_teardown = _teardown_without_triggers


@pytest.fixture
def at() -> dt.datetime:
    """A Monday morning on which tests happen, unless they say otherwise."""
    return dt.datetime(2026, 8, 3, 9, 0, tzinfo=dt.UTC)


@pytest.fixture
def world(db: Any) -> Any:
    """Northgate, Southmere and the lead employer with a member of every role: see `tests.factories.World`."""
    from tests.factories import make_world

    return make_world()


@pytest.fixture
def count_queries() -> Any:
    """`with count_queries() as queries: ...`, then `len(queries)`, without the savepoints of the test itself."""
    from contextlib import contextmanager

    from django.test.utils import CaptureQueriesContext

    @contextmanager
    def counting() -> Iterator[list[str]]:
        found: list[str] = []
        with CaptureQueriesContext(connection) as context:
            yield found
        words = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT", "ROLLBACK")
        found.extend(q["sql"] for q in context.captured_queries if not q["sql"].upper().startswith(words))

    return counting
