"""When a newcomer is likely to be ready, and whose help makes it sooner. Pure: no Django, no clock, no database."""

from .calling import Call, Item, Ranking, Situation, call_first
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
    "learnt",
    "likely_day",
    "likely_words",
    "step_now",
    "usual",
]
