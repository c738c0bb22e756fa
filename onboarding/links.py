"""Addresses that let their reader in, as logs may have them: with the secret part taken out. No Django in here."""

import logging
import re

# a signed or random part is longer than any word or id of ours (a UUID has 36 letters)
SECRET_PART = re.compile(r"(/(?:invitation|password/reset/key|confirm-email|move-email)/|/)([^/\s\"?]+)")
LONG = 40
NAMED = frozenset({"you", "yes", "no", "again", "done", ""})


def without_secrets(text: str) -> str:
    """
    >>> without_secrets("GET /invitation/qv8xkz/again/ 200")
    'GET /invitation/[link]/again/ 200'
    >>> without_secrets("/newcomers/2c2a7f0e-7a3e-4d5c-9a53-0d6a8f6f0f11/")
    '/newcomers/2c2a7f0e-7a3e-4d5c-9a53-0d6a8f6f0f11/'
    """

    def shown(found: re.Match[str]) -> str:
        before, part = found.groups()
        secret = len(part) >= LONG or (before != "/" and part not in NAMED)
        return f"{before}[link]" if secret else found[0]

    return SECRET_PART.sub(shown, text)


class NoSecretLinks(logging.Filter):
    """Takes them out of a record's words, whoever wrote it."""

    def filter(self, record: logging.LogRecord) -> bool:
        said = record.getMessage()
        quiet = without_secrets(said)
        if quiet != said:
            record.msg, record.args = quiet, ()
        return True
