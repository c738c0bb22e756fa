#!/usr/bin/env python3
"""Runs Week One's commands: `manage.py help` lists them."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "onboarding.settings")
    if sys.argv[1:2] == ["demo"]:  # settings load before a command does, and the try-out needs none
        os.environ.setdefault("DEBUG", "on")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
