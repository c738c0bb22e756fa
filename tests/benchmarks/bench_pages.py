"""What each page costs over a bare signed-in page, at the median, measured in turn in one run.

Run by hand: `pytest tests/benchmarks/bench_pages.py -s`. The bare page is `/account/`: sign-in, frame, a name and a
few links. Ratios are aims, printed to be looked at; what is asserted is that no page gets out of hand.
"""

import statistics
import time
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from tests.crowd import crowd

ROUNDS = 15
AIMS = {"/me/": 1.6, "/queue/": 1.5, "/newcomers/": 1.5, "detail": 1.7, "/readiness/": None}


@pytest.mark.django_db
@pytest.mark.parametrize("newcomers", [50, 5000])
def test_pages_over_a_bare_page(world: Any, newcomers: int) -> None:
    amara = world.newcomer(account=True, start_date=timezone.localdate())
    crowd(amara, newcomers - 1)
    people = {"/me/": amara.newcomer.user, "/readiness/": world.user("executive")}
    clients: dict[str, tuple[Client, str]] = {}
    for name in AIMS:
        client = Client()
        client.force_login(people.get(name, world.user("hr")))
        clients[name] = client, f"/newcomers/{amara.ref}/" if name == "detail" else name
    bare: dict[str, list[float]] = {name: [] for name in AIMS}
    costs: dict[str, list[float]] = {name: [] for name in AIMS}
    for turn in range(ROUNDS + 3):
        for name, (client, path) in clients.items():
            for where, found in (("/account/", bare[name]), (path, costs[name])):
                began = time.perf_counter()
                assert client.get(where).status_code == 200
                if turn >= 3:
                    found.append(time.perf_counter() - began)
    print(f"\n{newcomers} newcomers: median over the bare page's")
    for name, aim in AIMS.items():
        ratio = statistics.median(costs[name]) / statistics.median(bare[name])
        said = f"aim {aim}" if aim else "no aim"
        print(f"  {name:<12} {ratio:5.2f}  ({1000 * statistics.median(costs[name]):.1f} ms; {said})")
        assert ratio < 300
