"""The tests' settings with real mail: what EMAIL_URL says."""

from tests.settings import *  # noqa: F403

vars().update(env.email_url("EMAIL_URL"))  # noqa: F405
