"""What must hold for every pathway and every set of facts."""

import subprocess
import sys
from datetime import date, datetime

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from steps.documents import Answers
from steps.pathway import from_data
from steps.resolver import resolve, resolve_many
from tests.unit.steps.helpers import facts_of, newcomer_of, plain, plain_verdict
from tests.unit.steps.slow_resolver import slow_answer
from tests.unit.steps.strategies import documents

quick = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
answers = Answers(lambda key: None)
MET = ("done", "recheck", "not_applicable")


def answer(document):
    return answers.data(document)


def by_key(document):
    return {step["key"]: step for step in answer(document)["steps"]}


@settings(quick, max_examples=150)
@given(documents())
def test_the_slow_version_agrees_field_by_field(document):
    assert answer(document) == slow_answer(document)


@quick
@given(documents(), st.randoms())
def test_facts_in_any_order_give_the_same(document, dice):
    shuffled = dict(document, facts=dice.sample(document["facts"], len(document["facts"])))
    assert answer(shuffled) == answer(document)


@quick
@given(documents())
def test_the_same_facts_twice_change_nothing(document):
    assert answer(dict(document, facts=document["facts"] * 2)) == answer(document)


@quick
@given(documents(), st.data())
def test_finishing_a_step_never_locks_another(document, data):
    key = data.draw(st.sampled_from([step["key"] for step in document["pathway"]["step"]]))
    before = by_key(document)
    if before[key]["state"] == "not_applicable":
        return  # a done would bring it back, and what came before it with it
    finished = {"id": "last", "step": key, "fact": "done", "at": "2026-08-20T09:00:00Z"}
    after = by_key(dict(document, facts=[*document["facts"], finished]))
    assert after[key]["state"] == "done"
    newly = [k for k, step in after.items() if step["state"] == "locked" and before[k]["state"] != "locked"]
    assert newly == []
    assert [k for k in after if before[k]["state"] in MET and after[k]["state"] not in MET] == []


@quick
@given(documents())
def test_every_step_that_is_not_met_waits_on_nothing_or_has_a_cause(document):
    for step in by_key(document).values():
        if step["state"] not in MET:
            assert bool(step["waiting_on"]) == bool(step["because"])


@quick
@given(documents())
def test_every_cause_can_be_acted_on_and_unlocks_what_waits_for_it(document):
    steps = by_key(document)
    for step in steps.values():
        for cause in step.get("because", []):
            upstream = steps[cause["step"]]
            assert step["key"] in upstream["unlocks"]
            assert upstream["state"] in ("ready", "blocked")
            assert not upstream["parked"]
            assert (cause["state"], cause["owner"]) == (upstream["state"], upstream["owner"])


@quick
@given(documents())
def test_an_undo_leaves_things_as_if_nothing_had_happened(document):
    wrong = {"id": "wrong", "step": "s0", "fact": "done", "at": "2026-08-05T08:00:00Z"}
    undo = {"id": "undo", "step": "s0", "fact": "retracted", "of": "wrong", "at": "2026-08-05T08:01:00Z"}
    assert answer(dict(document, facts=[undo, *document["facts"], wrong])) == answer(document)


@quick
@given(documents())
def test_today_hides_no_fact(document):
    early = by_key(dict(document, today="2020-01-01"))
    assert early == by_key(document)


@quick
@given(documents())
def test_verdicts_for_people_are_those_for_programs(document):
    resolution = resolve(
        from_data(document["pathway"]), newcomer_of(document), facts_of(document), today=newcomer_of(document)["today"]
    )
    told = answer(document)
    assert plain(resolution) == told["steps"]
    assert list(resolution.act_now()) == told["act_now"]
    week = resolution.week_one(newcomer_of(document)["start_date"])
    assert (week.by.isoformat(), week.ready, list(week.missing), list(week.recheck)) == (
        told["week_one"]["by"],
        told["week_one"]["ready"],
        told["week_one"]["missing"],
        told["week_one"]["recheck"],
    )
    for step in resolution.steps:
        last = max((f.at for f in facts_of(document)), default=None)
        assert step.since is None or (isinstance(step.since, datetime) and step.since <= last)
        assert (step.state in ("done", "recheck")) <= (step.done_at is not None)


@quick
@given(st.lists(documents(), min_size=1, max_size=3))
def test_a_whole_cohort_is_resolved_as_each_newcomer_alone(cohort):
    pathway = from_data(cohort[0]["pathway"])
    keys = {step["key"] for step in cohort[0]["pathway"]["step"]}
    today = date.fromisoformat(cohort[0]["today"])
    happened = [[fact for fact in facts_of(document) if fact.step in keys] for document in cohort]
    people = [newcomer_of(document) for document in cohort]
    together = list(resolve_many(pathway, zip(people, happened, strict=True), today=today))
    for who, facts, briefs in zip(people, happened, together, strict=True):
        alone = resolve(pathway, who, facts, today=today)
        week = alone.week_one(who["start_date"])
        assert [plain_verdict(brief) for brief in briefs.steps] == plain(alone)
        assert (briefs.act_now, briefs.missing, briefs.recheck) == (alone.act_now(), week.missing, week.recheck)


def test_the_pure_modules_need_no_django():
    code = "import sys, steps.resolver, steps.pathway, steps.documents; sys.exit('django' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0  # noqa: S603 our own code
