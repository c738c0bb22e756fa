"""The days on which nobody works in an organisation, beside weekends and bank holidays."""

import datetime as dt
from collections.abc import Iterable

from onboarding.actors import Actor
from onboarding.audit import change
from onboarding.models import Organisation
from onboarding.seen import require_seen
from onboarding.setting_up import require_lead
from steps.services.owning import resettle


def set_closed_days(
    organisation_id: int, days: Iterable[dt.date], *, seen: str = "", by: Actor, at: dt.datetime
) -> int | None:
    """These are the days, all of them. Answers how many newcomers have their first week worked out afresh, or are
    going to; None where the days stood already.
    """
    require_lead(by, organisation_id)
    with change(by=by, at=at) as made:
        organisation = Organisation.objects.select_for_update(no_key=True).get(pk=organisation_id)
        kept, subject = {"closed_days": organisation.closed_days}, f"organisation:{organisation.ods_code}"
        require_seen(seen, kept, organisation_id=organisation_id, subject=subject)
        wanted = sorted({day.isoformat() for day in days})
        if kept["closed_days"] == wanted:
            return None
        organisation.closed_days = wanted
        organisation.save(update_fields=["closed_days"])
        made.note(
            organisation_ids=[organisation_id],
            action="organisation.closed_days",
            subject=subject,
            before={"removed": sorted(set(kept["closed_days"]) - set(wanted))},
            after={"added": sorted(set(wanted) - set(kept["closed_days"]))},
        )
        return resettle(organisation_id, at=at)
