"""Blockers that were open before there were conversations get theirs. Nothing is mailed about them."""

import datetime as dt
from typing import Any

from django.db import migrations

BATCH = 500


def open_them(apps: Any, schema_editor: Any) -> None:
    steps, facts = apps.get_model("steps", "PlacementStep"), apps.get_model("steps", "Fact")
    escalations, holdings = apps.get_model("escalations", "Escalation"), apps.get_model("escalations", "Holding")
    rows = steps.objects.filter(state="blocked").exclude(reasons__blockers=[]).select_related("placement")
    for row in rows.iterator(chunk_size=BATCH):
        for blocker in row.reasons["blockers"]:
            known = not blocker["id"] or escalations.objects.filter(reference=blocker["id"]).exists()
            raised = facts.objects.filter(blocker=blocker["id"], kind="blocked").order_by("at", "pk").first()
            if known or raised is None:
                continue
            function, side = blocker["owner"]["function"], blocker["owner"]["side"] or ""
            org = row.placement.employer_id if side == "employer" else row.placement.host_id
            org = None if function == "newcomer" else org
            since = dt.datetime.fromisoformat(blocker["since"])
            moved = facts.objects.filter(blocker=blocker["id"], kind="handed_over", retracted_by=None)
            made = escalations.objects.create(
                reference=blocker["id"], placement=row.placement, step=row.key, symptom=raised.symptom,
                needs_look=not raised.symptom, owner_function=function, owner_side=side, owner_org_id=org,
                owner_since=since, hand_overs=moved.count(), opened_at=raised.at, opened_by_id=raised.by_id,
                opened_by_name=raised.by_name, last_at=since,
            )  # fmt: skip
            holdings.objects.create(escalation=made, function=function, side=side, org_id=org, since=since)


class Migration(migrations.Migration):
    dependencies = [
        ("escalations", "0003_mail_that_came_in"),
        ("steps", "0003_roster_uploads"),
    ]

    operations = [migrations.RunPython(open_them, migrations.RunPython.noop)]
