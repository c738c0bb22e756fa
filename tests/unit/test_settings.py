"""The settings as a server meets them: each test starts a process of its own with just the environment it names."""

import os
import re
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest
from django.conf import settings

BASE = Path(settings.BASE_DIR)
WORKING = {
    "SECRET_KEY": "only-for-tests-" + "k7" * 20,
    "ALLOWED_HOSTS": "weekone.example",
    "DATABASE_URL": "postgres://weekone:secret@database/weekone",
}


def start(changed: dict[str, str | None], *line: str) -> subprocess.CompletedProcess[str]:
    """Python with WORKING's variables, less those that are None here."""
    given = {name: value for name, value in {**WORKING, **changed}.items() if value is not None}
    environment = {"PATH": os.environ["PATH"], **given}
    return subprocess.run(  # noqa: S603
        [sys.executable, *line], cwd=BASE, env=environment, capture_output=True, text=True, check=False
    )


def read(changed: dict[str, str | None]) -> subprocess.CompletedProcess[str]:
    """The settings module alone: a process of `manage.py` takes twice as long and refuses no differently."""
    return start(changed, "-c", "from onboarding import settings")


def values(names: Iterable[str], **changed: str) -> list[str]:
    """What expressions over the settings come to, as text."""
    script = "import sys; from onboarding.settings import *; print(*(eval(n) for n in sys.argv[1:]), sep='\\n')"
    done = start(dict(changed), "-c", script, *names)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


@pytest.fixture(autouse=True)
def no_env_file_of_this_checkout() -> None:
    if (BASE / ".env").exists():
        pytest.skip("this checkout has a .env, which these processes would read")


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"SECRET_KEY": None}, "SECRET_KEY"),
        ({"SECRET_KEY": ""}, "SECRET_KEY"),
        ({"ALLOWED_HOSTS": None}, "ALLOWED_HOSTS"),
        ({"ALLOWED_HOSTS": ""}, "ALLOWED_HOSTS"),
        ({"ALLOWED_HOSTS": ","}, "ALLOWED_HOSTS"),
        ({"DATABASE_URL": ""}, "DATABASE_URL"),
        ({"DATABASE_URL": "database/weekone"}, "DATABASE_URL"),
        ({"DATABASE_URL": "mysql://database/weekone"}, "DATABASE_URL"),
        ({"DATABASE_URL": "nonsense://database/weekone"}, "DATABASE_URL"),
        ({"DATABASE_URL": "postgres://database:port/weekone"}, "DATABASE_URL"),
        ({"DEBUG": "perhaps"}, "DEBUG"),
        ({"TRUSTED_PROXY_COUNT": "one"}, "TRUSTED_PROXY_COUNT"),
        ({"TRUSTED_PROXY_COUNT": "-1"}, "TRUSTED_PROXY_COUNT"),
        ({"EMAIL_URL": "mail.example"}, "EMAIL_URL"),
        ({"CSRF_TRUSTED_ORIGINS": "weekone.example"}, "CSRF_TRUSTED_ORIGINS"),
    ],
)
def test_a_setting_that_cannot_be_used_is_one_clear_sentence(changed: dict[str, str | None], named: str) -> None:
    done = read(changed)
    assert done.returncode == 1
    assert done.stdout == ""
    assert re.fullmatch(rf"{named} [^\n]+\.\n", done.stderr), done.stderr


def test_a_command_is_refused_just_so() -> None:
    done = start({"SECRET_KEY": None}, "manage.py", "check")
    assert (done.returncode, done.stdout) == (1, "")
    assert re.fullmatch(r"SECRET_KEY is not set\. [^\n]+\n", done.stderr)


def test_the_password_never_stands_in_a_refusal() -> None:
    done = read({"DATABASE_URL": "postgres://weekone:hunter2@database:port/weekone"})
    assert done.returncode == 1
    assert "hunter2" not in done.stderr


def test_an_optional_setting_that_is_empty_counts_as_left_out() -> None:
    names = ["EMAIL_BACKEND", "TRUSTED_PROXY_COUNT", "DEFAULT_FROM_EMAIL", "SITE_URL", "MEDIA_ROOT", "DEBUG"]
    empty = ["EMAIL_URL", "CSRF_TRUSTED_ORIGINS", *names[1:]]
    assert values(names, **dict.fromkeys(empty, "")) == values(names)


def test_with_debug_on_nothing_need_be_set() -> None:
    done = start({**dict.fromkeys(WORKING), "DEBUG": "on"}, "manage.py", "check")
    assert (done.returncode, done.stderr) == (0, "")


def test_every_setting_is_read_from_the_environment() -> None:
    told = {
        "ALLOWED_HOSTS": "a.example,b.example",
        "CSRF_TRUSTED_ORIGINS": "https://a.example",
        "DATABASE_URL": "postgres://weekone@elsewhere/other?conn_health_checks=false",
        "DEFAULT_FROM_EMAIL": "weekone@mail.example",
        "EMAIL_URL": "smtp+tls://mail.example:587",
        "MEDIA_ROOT": "/srv/weekone",
        "SECRET_KEY": "q" * 60,
        "SITE_URL": "https://joining.example",
        "TRUSTED_PROXY_COUNT": "2",
    }
    shown = {
        "ALLOWED_HOSTS": "['a.example', 'b.example']",
        "CSRF_TRUSTED_ORIGINS": "['https://a.example']",
        "DATABASES['default']['NAME']": "other",
        "DATABASES['default']['CONN_HEALTH_CHECKS']": "True",  # whatever the address says
        "DATABASES['default']['CONN_MAX_AGE']": "600",
        "DEFAULT_FROM_EMAIL": "weekone@mail.example",
        "EMAIL_HOST": "mail.example",
        "MEDIA_ROOT": "/srv/weekone",
        "SECRET_KEY": "q" * 60,
        "SITE_URL": "https://joining.example",
        "ALLAUTH_TRUSTED_PROXY_COUNT": "2",
        "DEBUG": "False",
    }
    assert dict(zip(shown, values(shown, **told), strict=True)) == shown


def test_what_the_site_is_called_follows_from_its_first_host() -> None:
    assert values(["SITE_URL"], ALLOWED_HOSTS=".weekone.example,other.example") == ["https://weekone.example"]


def test_a_server_as_it_is_deployed_passes_djangos_own_security_check() -> None:
    line = ("manage.py", "check", "--deploy", "--fail-level", "WARNING")
    done = start({"SECRET_KEY": "fhW2" + "8xQz" * 12}, *line)
    assert done.returncode == 0, done.stderr
