"""Forecasts as they are kept, each with when it was worked out.

A list of placements reads them in its own query: put `FORECAST` among the columns of its `values_list` (they join the
placement's forecast) and hand them to `outlook_of`. `steps.selectors.reports.read` does so for the readiness report,
so that each `Starter` has an `outlook` and the page costs no query more. Whoever may see the placement may see these.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Min

from onboarding.models import Placement
from steps.models import PlacementForecast
from steps.outlook import Outlook

FORECAST = ("forecast__likely", "forecast__chance", "forecast__at")


def outlook_of(columns: Sequence[Any]) -> Outlook | None:
    """The values of `FORECAST`, in its order; None where nothing has been foreseen yet."""
    likely, chance, at = columns
    return None if at is None else Outlook(likely, chance, at)


def forecasts_of(placement_ids: Iterable[int]) -> dict[int, Outlook]:
    """Placement id -> its forecast, for those that have one. One query."""
    kept = PlacementForecast.objects.filter(placement__in=list(placement_ids))
    return {row.pk: Outlook(row.likely, row.chance, row.at) for row in kept}


def outlook_at_hand(placement: Placement) -> Outlook | None:
    """The forecast of a placement that was read together with it (`select_related`). No query."""
    kept = getattr(placement, "forecast", None)
    return Outlook(kept.likely, kept.chance, kept.at) if kept else None


def stamped_at(organisation_id: int) -> dt.datetime | None:
    """When the forecasts of an organisation's newcomers were made, the oldest of them. One query."""
    its = PlacementForecast.objects.filter(placement__host=organisation_id)
    return its.aggregate(at=Min("at"))["at"]
