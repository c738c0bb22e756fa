"""A forecast in words that promise nothing."""

from datetime import date
from typing import Final

from onboarding.wording import day_words
from onboarding.working_days import Country, add_working_days, is_working_day, working_days_between

TOO_EARLY: Final = "too early to say"


def first_day(today: date, country: Country) -> date:
    """Answer the working day from which a forecast counts as 0: today, or the next one."""
    return today if is_working_day(today, country) else add_working_days(today, 1, country)


def days_left(today: date, by: date, country: Country) -> int:
    """Answer how many working days from now a day is, as `forecast` wants it: 0 for today, negative once past."""
    return working_days_between(first_day(today, country), by, country)


def likely_day(likely: int | None, today: date, country: Country) -> date | None:
    """Answer the working day that a forecast's `likely` means."""
    return None if likely is None else add_working_days(first_day(today, country), likely, country)


def likely_words(day: date | None, *, today: date | None = None) -> str:
    """Answer "likely Thu 6 August".

    >>> likely_words(date(2026, 8, 6))
    'likely Thu 6 August'
    >>> likely_words(None)
    'too early to say'
    """
    return TOO_EARLY if day is None else f"likely {day_words(day, today=today)}"


def chance_words(chance: float | None) -> str:
    """Answer a chance in tenths, never as a certainty.

    >>> chance_words(0.68)
    'about 7 in 10'
    >>> chance_words(0.99), chance_words(0.01)
    ('more than 9 in 10', 'less than 1 in 10')
    """
    if chance is None:
        return TOO_EARLY
    tenths = int(chance * 10 + 0.5 + 1e-9)
    if tenths < 1:
        return "less than 1 in 10"
    return f"about {tenths} in 10" if tenths < 10 else "more than 9 in 10"
