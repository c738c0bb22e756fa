"""Many rows in one statement: COPY on PostgreSQL, executemany on SQLite.

Django's bulk_create builds an object and a parameter list a row, several times the cost of the insert itself;
a changeover's roster is 20,000 newcomers and ten times as many steps.
"""

import json
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection, models


def insert_rows(model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Inserts `rows`, whose values stand in the order of `columns` (attribute names, `x_id` for keys).

    JSON columns take plain Python values. Constraints hold as always; defaults of left-out columns do not.
    """
    meta = model._meta
    by_attname = {f.attname: f for f in meta.concrete_fields}
    fields = [by_attname[name] for name in columns]
    as_json = [i for i, f in enumerate(fields) if isinstance(f, models.JSONField)]
    quote = connection.ops.quote_name
    names = ", ".join(quote(f.column) for f in fields)
    if connection.vendor == "postgresql":
        with (
            connection.cursor() as cursor,
            cursor.copy(f"COPY {quote(meta.db_table)} ({names}) FROM STDIN") as copy,
        ):
            for row in with_json(rows, as_json):
                copy.write_row(row)
        return
    adapt = [adapter(f) for f in fields]
    marks = ", ".join(["%s"] * len(fields))
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO {quote(meta.db_table)} ({names}) VALUES ({marks})",  # noqa: S608 (our own names)
            [[a(v) if a else v for a, v in zip(adapt, row, strict=True)] for row in with_json(rows, as_json)],
        )


def with_json(rows: Iterable[Sequence[Any]], as_json: list[int]) -> Iterable[Sequence[Any]]:
    if not as_json:
        return rows
    return (_dumped(row, as_json) for row in rows)


def _dumped(row: Sequence[Any], as_json: list[int]) -> list[Any]:
    out = list(row)
    for i in as_json:
        if not isinstance(out[i], Dumped):
            out[i] = json.dumps(out[i], ensure_ascii=False)
    return out


class Dumped(str):
    """JSON text made once and shared by many rows."""

    __slots__ = ()


def adapter(field: "models.Field[Any, Any]") -> Any:
    """How SQLite wants this field's values; None: as they are."""
    if isinstance(field, models.DateTimeField):
        return lambda v: connection.ops.adapt_datetimefield_value(v)
    if isinstance(field, models.DateField):
        return lambda v: connection.ops.adapt_datefield_value(v)
    if isinstance(field, models.UUIDField):
        return lambda v: v.hex if v is not None else None
    return None
