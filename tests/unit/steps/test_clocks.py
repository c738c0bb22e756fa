"""The clocks that bite: facts and a day in, words out."""

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from steps.clocks import Known, Level, MailAccount, Moved, clocks

START = dt.date(2026, 8, 3)
TODAY = dt.date(2026, 8, 12)


def day(number, month=8):
    return dt.date(2026, month, number)


def at(number, month=8):
    return dt.datetime(2026, month, number, 9, tzinfo=dt.UTC)


def of_mail(status, since, **more):
    return clocks(Known(START, mail=MailAccount(status, since, **more)), today=TODAY)


def test_an_account_that_is_pending_for_a_day_is_nothing_to_speak_of():
    assert not of_mail("pending", day(12))
    assert not of_mail("pending", day(11))


def test_an_account_that_is_pending_for_longer_is_late():
    (one,) = of_mail("pending", day(10))
    assert (one.code, one.step, one.level) == ("pending", "work_email", Level.LATE)
    assert "pending since Mon 10 August" in one.staff
    assert "Do not edit it" in one.staff


@pytest.mark.parametrize(("marked", "says"), [(day(11), "29 days left"), (day(13, 7), "0 days left, until Wed 12")])
def test_a_leaver_mark_counts_down_its_thirty_days(marked, says):
    (one,) = of_mail("leaver", marked, leaver_on=marked)
    assert one.level == Level.SOON
    assert says in one.staff


def test_after_thirty_days_the_account_is_likely_deleted():
    (one,) = of_mail("leaver", day(12, 7), leaver_on=day(12, 7))
    assert (one.code, one.level) == ("leaver_gone", Level.LATE)
    assert "it is likely deleted" in one.staff


def test_an_account_unused_for_thirty_days_asks_for_a_sign_in():
    assert not of_mail("active", day(1, 6), last_used_on=day(14, 7))
    (one,) = of_mail("active", day(1, 6), last_used_on=day(13, 7))
    assert one.for_newcomer
    assert "sign in today" in one.newcomer


def test_the_days_of_an_unused_account_are_a_setting():
    known = Known(START, mail=MailAccount("active", day(1, 6), last_used_on=day(13, 7)))
    assert not clocks(known, today=TODAY, unused_days=365)


@pytest.mark.parametrize(
    ("made", "code", "level", "says"),
    [
        (day(12), "share_code", Level.NOTE, "90 days left"),
        (day(28, 5), "share_code", Level.SOON, "14 days left"),
        (day(14, 5), "share_code", Level.SOON, "holds until Wed 12 August: 0 days left"),
        (day(13, 5), "share_code_out", Level.LATE, "ran out on Tue 11 August"),
    ],
)
def test_a_share_code_has_ninety_days(made, code, level, says):
    (one,) = clocks(Known(START, share_code_on=made), today=TODAY)
    assert (one.code, one.level) == (code, level)
    assert says in one.staff


def test_a_share_code_is_of_no_matter_once_identity_is_behind_us():
    assert not clocks(Known(START, share_code_on=day(1, 1), met=frozenset({"identity"})), today=TODAY)


def test_a_start_that_moved_is_told_to_whoever_acted_on_the_old_one():
    moves = [Moved(START, at(5), ("work_email",))]
    (one,) = clocks(Known(day(10), moves=moves, acted_at={"work_email": at(4)}), today=TODAY)
    assert (one.step, one.code) == ("work_email", "start_moved")
    assert one.staff.startswith("The start moved from Mon 3 August to Mon 10 August after this was done.")


def test_whoever_acted_again_since_has_seen_the_new_one():
    moves = [Moved(START, at(5), ("work_email",))]
    assert not clocks(Known(day(10), moves=moves, acted_at={"work_email": at(6)}), today=TODAY)


def test_a_start_that_came_back_says_nothing():
    moves = [Moved(START, at(5), ("work_email",)), Moved(day(10), at(6), ("work_email",))]
    assert not clocks(Known(START, moves=moves, acted_at={"work_email": at(4)}), today=TODAY)


def test_two_moves_tell_from_the_date_that_was_acted_on():
    moves = [Moved(day(10), at(6), ("work_email",)), Moved(START, at(5), ("work_email",))]
    (one,) = clocks(Known(day(17), moves=moves, acted_at={"work_email": at(4)}), today=TODAY)
    assert "from Mon 3 August to Mon 17 August" in one.staff


def test_what_bites_stands_first():
    known = Known(START, mail=MailAccount("pending", day(1)), share_code_on=day(12))
    assert [one.level for one in clocks(known, today=TODAY)] == [Level.LATE, Level.NOTE]


DAYS = st.dates(dt.date(2026, 1, 1), dt.date(2026, 12, 31))


@settings(max_examples=50)
@given(DAYS, DAYS, DAYS, st.sampled_from(["pending", "leaver", "active", "gone", "unclear"]))
def test_any_dates_give_words_and_each_clock_once(since, today, made, status):
    mail = MailAccount(status, since, last_used_on=since, leaver_on=since)
    found = clocks(Known(START, mail=mail, share_code_on=made), today=today)
    assert len({one.code for one in found}) == len(found)
    assert all(one.staff.endswith((".", "?")) and one.newcomer.endswith(".") for one in found)
