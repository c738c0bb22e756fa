from django.core.management import call_command
from django.db import migrations

from onboarding import triggers


def install(apps, schema_editor):
    triggers.install(schema_editor.connection)


def remove(apps, schema_editor):
    triggers.remove(schema_editor.connection)


def make_cache_table(apps, schema_editor):
    """So that one `migrate` is enough: limits on tries live in this table, shared by all workers."""
    call_command("createcachetable", verbosity=0, database=schema_editor.connection.alias)


class Migration(migrations.Migration):
    dependencies = [("onboarding", "0001_initial")]
    operations = [
        migrations.RunPython(install, remove),
        migrations.RunPython(make_cache_table, migrations.RunPython.noop),
    ]
