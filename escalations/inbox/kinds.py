"""Which letters are nobody's words: bounces, answers of machines, and our own. None of them is ever answered."""

import re

from escalations.inbox.reading import Letter

MACHINES = re.compile(r"^(mailer-daemon|postmaster|mail-daemon|no-?reply|do-?not-?reply)([+-].*)?@", re.IGNORECASE)
AWAY = re.compile(
    r"^\s*(automatic reply|auto(matic)?[- ]?(reply|response|answer)|out of (the )?office|autoreply|abwesenheits"
    r"|r(é|e)ponse automatique|undeliverable|delivery (status notification|failure)|mail delivery (failed|system)"
    r"|returned mail|read:|gelesen:)",
    re.IGNORECASE,
)
BULK = frozenset({"bulk", "junk", "list", "auto_reply", "auto-reply"})
HEADERS = (
    "x-autoreply",
    "x-autorespond",
    "x-autoresponder",
    "x-auto-reply",
    "list-id",
    "list-unsubscribe",
    "feedback-id",
)


def is_bounce(letter: Letter) -> bool:
    """A report that a mail could not be delivered, in the standard's form or an old server's."""
    if letter.content_type == "multipart/report":
        return "disposition-notification" not in letter.header("content-type").lower()
    returned = re.match(r"^(undeliver|delivery|mail delivery|returned mail|failure notice)", letter.subject, re.I)
    by_machine = any(re.match(r"^(mailer-daemon|postmaster|mail-daemon)@", s, re.I) for s in letter.senders)
    return by_machine or (empty_return_path(letter) and bool(returned))


def is_final(letter: Letter) -> bool:
    """Did the mail come back for good? A server that is still trying says "delayed"."""
    actions = re.findall(r"(?im)^action:\s*(\w+)", letter.report)
    return not actions or any(a.lower() == "failed" for a in actions)


def why_it_came_back(letter: Letter) -> str:
    """The server's own words, on one line."""
    found = re.search(r"(?im)^diagnostic-code:\s*(.+(?:\n[ \t].+)*)", letter.report)
    status = re.search(r"(?im)^status:\s*(.+)", letter.report)
    said = found[1] if found else status[1] if status else letter.subject
    return " ".join(said.split())[:300]


def empty_return_path(letter: Letter) -> bool:
    return letter.header("return-path").replace(" ", "") == "<>"


def is_automatic(letter: Letter) -> bool:
    """Out of office, a help desk's receipt, a mailing list: written by nobody."""
    submitted = letter.header("auto-submitted").strip().lower()
    if submitted and not submitted.startswith("no"):
        return True
    if letter.header("precedence").strip().lower() in BULK or any(letter.headers.get(name) for name in HEADERS):
        return True
    if empty_return_path(letter) or any(MACHINES.match(sender) for sender in letter.senders):
        return True
    return bool(AWAY.match(letter.subject)) or letter.content_type == "multipart/report"
