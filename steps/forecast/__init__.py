"""When a newcomer is likely to be ready, and whose help makes it sooner. Pure: no Django, no clock, no database."""

from .calling import Call, Gain, Gains, Item, Ranking, Situation, call_first, gains_of, rank
from .durations import PRIOR_WEIGHT, Durations, learnt, usual
from .forecasting import HORIZON, Forecast, Forecaster, StepForecast, forecast
from .graph import Step, Tangled, step_now
from .words import TOO_EARLY, chance_words, days_left, first_day, likely_day, likely_words

__all__ = [
    "HORIZON",
    "PRIOR_WEIGHT",
    "TOO_EARLY",
    "Call",
    "Durations",
    "Forecast",
    "Forecaster",
    "Gain",
    "Gains",
    "Item",
    "Ranking",
    "Situation",
    "Step",
    "StepForecast",
    "Tangled",
    "call_first",
    "chance_words",
    "days_left",
    "first_day",
    "forecast",
    "gains_of",
    "learnt",
    "likely_day",
    "likely_words",
    "rank",
    "step_now",
    "usual",
]
