"""The database's own refusal to change or drop an audit entry.

SQLite loses its triggers, without a word, when a later migration alters the table: such a migration calls
`install` again, and a test looks for the triggers. An owner of the table could disable them on PostgreSQL, so
the web process should run as a role that owns nothing (see the README), and `verify` recomputes every hash.
"""

from typing import Any

SQLITE = [
    f"""CREATE TRIGGER audit_no_{verb} BEFORE {verb} ON onboarding_auditentry
        BEGIN SELECT RAISE(ABORT, 'Audit entries are never changed.'); END"""
    for verb in ("UPDATE", "DELETE")
]
POSTGRESQL = [
    """CREATE OR REPLACE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS
       $$ BEGIN RAISE EXCEPTION 'Audit entries are never changed.'; END $$""",
    """CREATE TRIGGER audit_no_change BEFORE UPDATE OR DELETE ON onboarding_auditentry
       FOR EACH ROW EXECUTE FUNCTION audit_refuse()""",
    """CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON onboarding_auditentry
       FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()""",
]


def install(connection: Any) -> None:
    """Puts the triggers in place, on either database."""
    run(
        connection,
        remove_statements(connection.vendor) + (POSTGRESQL if connection.vendor == "postgresql" else SQLITE),
    )


def remove(connection: Any) -> None:
    """Takes them away: for migrations that must rewrite the table, and for tests that empty the database."""
    run(connection, remove_statements(connection.vendor))


def remove_statements(vendor: str) -> list[str]:
    if vendor == "postgresql":
        return [
            f"DROP TRIGGER IF EXISTS {name} ON onboarding_auditentry"
            for name in ("audit_no_change", "audit_no_truncate")
        ]
    return [f"DROP TRIGGER IF EXISTS audit_no_{verb}" for verb in ("UPDATE", "DELETE")]


def run(connection: Any, statements: list[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
