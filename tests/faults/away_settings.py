"""The tests' settings, with files on the disk."""

import os

from tests.settings import *  # noqa: F403

STORAGES["default"] = {"BACKEND": "django.core.files.storage.FileSystemStorage"}  # noqa: F405
MEDIA_ROOT = os.environ["AWAY_MEDIA"]
