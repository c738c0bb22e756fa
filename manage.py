#!/usr/bin/env python3
"""Runs Week One's commands: `manage.py help` lists them."""

import os
import secrets
import sys

NEED_NO_SETTINGS = {"assets", "match", "pathway", "resolve"}  # they serve nobody, and sign and keep nothing


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "onboarding.settings")
    if sys.argv[1:2] == ["demo"]:  # settings load before a command does, and the try-out needs none
        os.environ.setdefault("DEBUG", "on")
    if sys.argv[1:2] and sys.argv[1] in NEED_NO_SETTINGS and os.environ.get("DEBUG") is None:
        os.environ.setdefault("SECRET_KEY", secrets.token_urlsafe(48))
        os.environ.setdefault("ALLOWED_HOSTS", "localhost")
    from django.core.management import execute_from_command_line
    from django.db import OperationalError, ProgrammingError

    try:
        execute_from_command_line(sys.argv)
    except (OperationalError, ProgrammingError) as error:
        if "--traceback" in sys.argv:
            raise
        says = str(error).strip().splitlines()[0]
        sys.exit(f"The database cannot be used ({says}). Is DATABASE_URL right, and has `manage.py migrate` been run?")


if __name__ == "__main__":
    main()
