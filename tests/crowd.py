"""Thousands of newcomers in a second, for tests of what a page costs at any size."""

import datetime as dt
import uuid

from django.db import connection

from onboarding.models import Newcomer, Placement
from onboarding.rows import Repeated, insert_rows, next_ids
from steps.models import Chain, PlacementStep


def crowd(placement: Placement, count: int, *, days: int = 5) -> None:
    """`count` more newcomers like this one, steps and all, who start on its day or the `days` - 1 after it."""
    people, ids = next_ids(Newcomer, count), next_ids(Placement, count)
    born = placement.newcomer.date_of_birth
    insert_rows(
        Newcomer,
        (
            "id",
            "given_name",
            "family_name",
            "folded_name",
            "date_of_birth",
            "gmc_number",
            "personal_email",
            "work_email",
        ),
        [(pk, f"Copy{n}", "Adeyemi", f"adeyemi copy{n}", born, "", "", "") for n, pk in enumerate(people)],
    )
    kept = [
        f.attname
        for f in Placement._meta.concrete_fields
        if f.attname not in ("id", "ref", "newcomer_id", "start_date")
    ]
    like = [getattr(placement, name) for name in kept]
    insert_rows(
        Placement,
        ("id", "ref", "newcomer_id", "start_date", *kept),
        [
            (pk, uuid.uuid4(), who, placement.start_date + dt.timedelta(days=n % days), *like)
            for n, (pk, who) in enumerate(zip(ids, people, strict=True))
        ],
    )
    chain = Chain.objects.get(pk=placement.pk)
    held = (chain.pathway_id, chain.arrived_at, chain.week_one_by)
    insert_rows(Chain, ("placement_id", "pathway_id", "arrived_at", "week_one_by"), [(pk, *held) for pk in ids])
    names = [f.attname for f in PlacementStep._meta.concrete_fields if f.attname not in ("id", "placement_id")]
    rows = [[getattr(row, n) for n in names] for row in PlacementStep.objects.filter(placement=placement)]
    columns = ("placement_id", *names)
    steps = Repeated(PlacementStep, columns, rows)
    insert_rows(PlacementStep, columns, repeated=[(pk, steps) for pk in ids])
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # as a database that has held them for a minute knows
