"""How fast the resolver is, against doing the same plainly and against reading and writing the same JSON.

Run by hand or in CI: pytest tests/benchmarks/bench_resolver.py -s
"""

import gc
import io
import json
import random
import tracemalloc
from time import process_time

import pytest

from onboarding.working_days import is_working_day
from steps.documents import Answers
from steps.documents.splitting import documents
from steps.resolver import Many
from tests.benchmarks.cohort import TODAY, newcomers, twelve_steps
from tests.benchmarks.plain_resolver import plain_resolve

NEWCOMERS = 50_000
AT_A_TIME = 5_000
DOCUMENTS = 20_000


def test_a_changeover_is_resolved_in_a_thirtieth_of_the_time_that_graphlib_takes():
    pathway = twelve_steps()
    assert len(pathway.steps) == 12
    many = Many(pathway, today=TODAY)
    dice = random.Random(2026)
    is_working_day(TODAY, "england")  # loads the bank holidays, which both sides use
    ours = plain = facts = 0.0
    for _ in range(NEWCOMERS // AT_A_TIME):
        cohort = newcomers(pathway, AT_A_TIME, dice)
        facts += sum(len(each) for _, each in cohort)
        gc.collect()
        gc.freeze()  # the cohort is nobody's garbage
        began = process_time()
        quick = [many.resolve(who, happened) for who, happened in cohort]
        ours += process_time() - began
        gc.collect()
        began = process_time()
        slow = [plain_resolve(pathway, who, happened, TODAY) for who, happened in cohort]
        plain += process_time() - began
        gc.unfreeze()
        assert quick == slow
    print(
        f"\n{NEWCOMERS} newcomers x 12 steps, {facts:.0f} facts: {ours:.2f} s here, {plain:.2f} s with graphlib, "
        f"{plain / ours:.1f} times faster"
    )
    assert plain / ours >= 30


def as_json(who, happened):
    who = {name: value.isoformat() if hasattr(value, "isoformat") else value for name, value in who.items()}
    told = []
    for fact in happened:
        one = {"step": fact.step, "fact": fact.kind, "at": fact.at.isoformat()}
        for name in ("id", "blocker", "owner", "independent", "fields", "full"):
            if value := getattr(fact, name):
                one[name] = list(value) if name == "fields" else value
        told.append(one)
    return {"pathway": "twelve", "newcomer": who, "today": TODAY.isoformat(), "facts": told}


@pytest.fixture(scope="module")
def lines():
    pathway, dice = twelve_steps(), random.Random(2027)
    return [json.dumps(as_json(*one)).encode() + b"\n" for one in newcomers(pathway, DOCUMENTS, dice)]


def test_resolve_costs_at_most_six_times_reading_and_writing_the_same_json(lines):
    pathway = twelve_steps()
    answers = Answers(lambda key: pathway)
    is_working_day(TODAY, "england")
    gc.collect()
    began = process_time()
    for document in documents(io.BytesIO(b"".join(lines))):
        _, good = answers.text(document.decode())
        assert good
    ours = process_time() - began
    told = [Answers(lambda key: pathway).text(line.decode())[0] for line in lines[:500]]
    told = [json.loads(one) for one in told] * (len(lines) // 500)
    gc.collect()
    began = process_time()
    for line, answer in zip(lines, told, strict=True):
        json.loads(line)
        json.dumps(answer)
    plain = process_time() - began
    print(f"\n{len(lines)} documents: {ours:.2f} s, reading and writing alone {plain:.2f} s, {ours / plain:.1f} times")
    assert ours <= 6 * plain


def test_memory_does_not_grow_with_the_number_of_documents(lines):
    pathway = twelve_steps()
    answers = Answers(lambda key: pathway)
    for line in lines[:10_000]:
        answers.text(line.decode())
    tracemalloc.start()
    for line in lines[10_000:14_000]:
        answers.text(line.decode())
    before = tracemalloc.get_traced_memory()[0]
    for line in lines[14_000:18_000]:
        answers.text(line.decode())
    after = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    print(f"\n4,000 more documents: {(after - before) / 1e6:+.1f} MB")
    assert after - before < 25e6
