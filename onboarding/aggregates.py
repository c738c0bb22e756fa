"""Many rows of one parent in one JSON list, made by the database: one row to fetch where there would be ten."""

from typing import Any

from django.db.models import Aggregate, JSONField


class JsonList(Aggregate):
    """The values of a group as one JSON list, in no order. Moments come as the database writes them."""

    function = "JSON_GROUP_ARRAY"
    output_field = JSONField()
    name = "JsonList"

    def as_postgresql(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        return super().as_sql(compiler, connection, function="JSONB_AGG", **extra)
