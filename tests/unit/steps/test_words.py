"""The one table of words, and dates in words: the modules' own examples, and what the table promises."""

import datetime as dt
import doctest
import string

import pytest

from onboarding import wording
from steps import words
from steps.pathway import parse, shipped
from steps.words import TABLE, Kind, Reader


@pytest.mark.parametrize("module", [wording, words])
def test_the_examples_in_the_documentation_are_true(module):
    found = doctest.testmod(module)
    assert found.attempted
    assert not found.failed


def test_every_state_has_words_for_every_reader():
    assert set(TABLE) == set(Kind)
    for row in TABLE.values():
        assert row.tag
        assert all(getattr(row, reader) for reader in Reader)


def test_no_tag_is_a_word_of_the_code():
    assert not {row.tag.lower() for row in TABLE.values()} & {"ready", "locked", "blocked", "recheck", "parked"}


def test_a_sentence_starts_with_a_capital_whatever_stands_there():
    facts = {"Team": "The library", "team": "the library", "since": "since Mon 3 August", "function": "the library"}
    assert words.sentence(Kind.TEAM, Reader.NEWCOMER, facts) == (
        "The library can do this now, since Mon 3 August. Nothing for you to do."
    )


def test_every_fact_that_the_table_names_can_be_told():
    from steps.telling import Telling

    for row in TABLE.values():
        for text in (row.tag, row.newcomer, row.team, row.others):
            for _, name, _, _ in string.Formatter().parse(text):
                if name:
                    assert hasattr(Telling, name[0].lower() + name[1:]), name


@pytest.mark.parametrize("key", sorted(shipped()))
def test_every_rule_of_a_shipped_pathway_can_be_said(key):
    for step in parse(shipped()[key]).steps:
        assert words.rule_words(step)
        assert "_" not in words.rule_words(step)


def test_a_time_is_told_as_the_clock_on_the_wall_shows_it_in_summer_and_in_winter():
    summer = dt.datetime(2026, 8, 3, 13, 30, tzinfo=dt.UTC)
    winter = dt.datetime(2026, 12, 3, 13, 30, tzinfo=dt.UTC)
    assert (wording.moment_words(summer), wording.moment_words(winter)) == ("2.30pm", "1.30pm")
    assert wording.moment_words(dt.datetime(2026, 12, 3, 0, 0, tzinfo=dt.UTC)) == "midnight"


def test_a_bank_holiday_is_no_working_day_in_which_somebody_waited():
    friday = dt.datetime(2026, 8, 28, 9, 0, tzinfo=dt.UTC)
    tuesday = dt.date(2026, 9, 1)
    assert wording.since_words(friday, today=tuesday, country="england") == "since Fri 28 August (1 working day)"
    assert wording.since_words(friday, today=tuesday, country="scotland") == "since Fri 28 August (2 working days)"
