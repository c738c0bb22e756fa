"""Many rows in one statement: COPY on PostgreSQL, executemany on SQLite.

Django's bulk_create builds an object and a parameter list a row, several times the cost of the insert itself;
a changeover's roster is 20,000 newcomers and ten times as many steps.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from django.db import connection, models
from psycopg.adapt import PyFormat, Transformer

CHUNK = 1_000  # parents whose repeated rows are handed to COPY at once
Row = Sequence[Any]


class Repeated:
    """Rows that differ in their first column alone, prepared once and inserted under many parents."""

    def __init__(self, model: type[models.Model], columns: Sequence[str], rows: Sequence[Row]) -> None:
        """`rows` leave the first of `columns`, an integer key, out."""
        fields = fields_of(model, columns)[1:]
        if connection.vendor == "postgresql":
            self.lines = [b"\t" + b"\t".join(copy_cells(fields, row)) + b"\n" for row in rows]
        else:
            adapt = adapters(fields)
            self.rows = [tuple(adapted(adapt, row)) for row in rows]

    def copied(self, parent: int) -> bytes:
        key = b"%d" % parent
        return key + key.join(self.lines)

    def inserted(self, parent: int) -> list[Row]:
        return [(parent, *row) for row in self.rows]


def insert_rows(
    model: type[models.Model],
    columns: Sequence[str],
    rows: Iterable[Row] = (),
    *,
    repeated: Sequence[tuple[int, Repeated]] = (),
) -> None:
    """Inserts `rows`, whose values stand in the order of `columns` (attribute names, `x_id` for keys), or the
    `repeated` rows of each (parent, rows).

    JSON columns take plain Python values. Constraints hold as always; defaults of left-out columns do not.
    """
    fields = fields_of(model, columns)
    quote = connection.ops.quote_name
    table, names = quote(model._meta.db_table), ", ".join(quote(str(f.column)) for f in fields)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # Django wraps what its own calls raise, so that a broken constraint is its IntegrityError; not COPY's
            with connection.wrap_database_errors, cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                for start in range(0, len(repeated), CHUNK):
                    copy.write(b"".join(made.copied(parent) for parent, made in repeated[start : start + CHUNK]))
                as_json = [i for i, f in enumerate(fields) if isinstance(f, models.JSONField)]
                for row in rows:
                    copy.write_row(with_json(row, as_json))
            return
        adapt = adapters(fields)
        marks = ", ".join(["%s"] * len(fields))
        every: Iterator[Row] = (line for parent, made in repeated for line in made.inserted(parent))
        insert = f"INSERT INTO {table} ({names}) VALUES ({marks})"  # noqa: S608 (our own names)
        cursor.executemany(insert, [*every, *(adapted(adapt, row) for row in rows)])


def next_ids(model: type[models.Model], count: int) -> Sequence[int]:
    """That many primary keys which nobody else will get. On SQLite the transaction holds the write lock."""
    if not count:
        return []
    table, column = model._meta.db_table, str(model._meta.pk.column)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)", [table, column, count]
            )
            return [row[0] for row in cursor.fetchall()]
        quote = connection.ops.quote_name
        cursor.execute(f"SELECT COALESCE(MAX({quote(column)}), 0) FROM {quote(table)}")  # noqa: S608
        used = cursor.fetchone()[0]
        cursor.execute("SELECT COALESCE(MAX(seq), 0) FROM sqlite_sequence WHERE name = %s", [table])
        first = max(used, cursor.fetchone()[0]) + 1
        return range(first, first + count)


def fields_of(model: type[models.Model], columns: Sequence[str]) -> "list[models.Field[Any, Any]]":
    by_attname = {f.attname: f for f in model._meta.concrete_fields}
    return [by_attname[name] for name in columns]


def with_json(row: Row, as_json: list[int]) -> Row:
    if not as_json:
        return row
    out = list(row)
    for i in as_json:
        out[i] = json.dumps(out[i], ensure_ascii=False)
    return out


def copy_cells(fields: "list[models.Field[Any, Any]]", row: Row) -> list[bytes]:
    """A row's cells as COPY's text format wants them."""
    as_json = [i for i, f in enumerate(fields) if isinstance(f, models.JSONField)]
    transform = Transformer()
    cells = []
    for value in with_json(row, as_json):
        if value is None:
            cells.append(b"\\N")
            continue
        text = transform.get_dumper(value, PyFormat.TEXT).dump(value)
        plain = bytes(text if text is not None else b"")
        for raw, escaped in ((b"\\", b"\\\\"), (b"\t", b"\\t"), (b"\n", b"\\n"), (b"\r", b"\\r")):
            plain = plain.replace(raw, escaped)
        cells.append(plain)
    return cells


Adapt = Callable[[Any], Any]


def adapters(fields: "list[models.Field[Any, Any]]") -> list[tuple[int, Adapt]]:
    """(position, how SQLite wants it) for the fields whose values it does not take as they are."""
    made: list[tuple[int, Adapt]] = []
    for i, f in enumerate(fields):
        if isinstance(f, models.JSONField):
            made.append((i, lambda v: json.dumps(v, ensure_ascii=False)))
        elif isinstance(f, models.DateTimeField):
            made.append((i, connection.ops.adapt_datetimefield_value))
        elif isinstance(f, models.DateField):
            made.append((i, lambda v: v.isoformat() if v is not None else None))
        elif isinstance(f, models.UUIDField):
            made.append((i, lambda v: v.hex if v is not None else None))
    return made


def adapted(adapt: list[tuple[int, Adapt]], row: Row) -> Row:
    out = list(row)
    for i, how in adapt:
        out[i] = how(out[i])
    return out
