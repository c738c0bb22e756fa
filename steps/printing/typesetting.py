"""From data to a tagged PDF, in a process of its own that is stopped when it takes too long."""

import json
import logging
import subprocess
import sys
from pathlib import Path
from typing import Any

from django.conf import settings

log = logging.getLogger(__name__)
HERE = Path(__file__).parent
LONGEST = 60  # seconds; 500 newcomers take some three on a busy machine


class CannotPrint(Exception):
    """Why there is no PDF, in words for people."""


def fonts() -> Path:
    """Where `manage.py assets` puts the fonts."""
    return Path(settings.BASE_DIR) / "fonts"


def can_print() -> bool:
    return any(fonts().glob("*.ttf"))


def typeset(template: str, data: dict[str, Any]) -> bytes:
    """`template` is a `.typ` file beside this one. Raises CannotPrint."""
    if not can_print():
        raise CannotPrint("The PDF cannot be made: its fonts are missing here. Run “manage.py assets” on the server.")
    asked = {"template": str(HERE / template), "data": cleaned(data), "fonts": str(fonts())}
    try:
        done = subprocess.run(
            [sys.executable, "-m", "steps.printing.worker"],
            input=json.dumps(asked).encode(),
            cwd=settings.BASE_DIR,
            env={"PYTHONPATH": str(settings.BASE_DIR)},
            capture_output=True,
            check=False,
            timeout=LONGEST,
        )
    except subprocess.TimeoutExpired as late:
        raise CannotPrint("The PDF takes too long to make. Choose fewer newcomers, or take the CSV.") from late
    if done.returncode:
        log.error("Typesetting %s failed: %s", template, done.stderr.decode(errors="replace")[:2000])
        raise CannotPrint("The PDF could not be made. Take the CSV, and tell whoever runs Week One.")
    if done.stderr:
        log.warning("A PDF of %s holds a letter that no font has, and is not PDF/UA", template)
    return done.stdout


def cleaned(value: Any) -> Any:
    """Without control characters, for which no font has a glyph."""
    if isinstance(value, str):
        return "".join(c for c in value if c.isprintable() or c == "\n")
    if isinstance(value, list | tuple):
        return [cleaned(v) for v in value]
    if isinstance(value, dict):
        return {k: cleaned(v) for k, v in value.items()}
    return value
