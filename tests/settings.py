"""The real settings, with what makes tests quick and quiet."""

import os
import tempfile
from pathlib import Path

os.environ.setdefault("DEBUG", "off")
os.environ.setdefault("SECRET_KEY", "only-for-tests-" + "x" * 40)
os.environ.setdefault("ALLOWED_HOSTS", "testserver,localhost,127.0.0.1")

from onboarding.settings import *  # noqa: F403

STORAGES["default"] = {"BACKEND": "django.core.files.storage.InMemoryStorage"}  # noqa: F405
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}  # noqa: F405
WHITENOISE_AUTOREFRESH = True
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "sessionid", "csrftoken"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = False
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
_media = tempfile.TemporaryDirectory(prefix="week-one-tests-")  # goes with the process
MEDIA_ROOT = Path(_media.name)
ALLOWED_MAIL_DOMAINS = [*ALLOWED_MAIL_DOMAINS, "northgate.example", "southmere.example", "lead.example"]  # noqa: F405
