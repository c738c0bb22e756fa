"""A picture that somebody uploaded becomes one that we made: in a process with bounded memory and time."""

import hashlib
import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from onboarding.policies import Refused

MOST_PIXELS = 40_000_000
MOST_BYTES = 10 * 2**20
SECONDS = 20  # of the clock; the process itself stops after 15 of the processor's
REMAKER = Path(__file__).with_name("remake.py")
COLUMNS, ROWS = 6, 4  # of a picture that is wider than high; the other way round for a high one
PARTS = COLUMNS * ROWS

PROBLEMS = {
    "kind": "{name} is not a picture we can read. Send PNG, JPEG, WEBP or HEIC.",
    "broken": "{name} is not a picture we can read. It may be cut off: send it again.",
    "moves": "{name} is a moving picture. Send a still one, such as a screenshot.",
    "pixels": "{name} has more than 40 megapixels. Crop it to the error and send it again.",
    "memory": "{name} is too large to be read. Crop it to the error and send it again.",
    "bytes": "{name} is larger than 10MB. Crop it to the error and send it again.",
    "empty": "{name} is empty.",
}


@dataclass(frozen=True, slots=True)
class Made:
    """A picture as we made it. `type` is image/png or image/jpeg; `hash` the SHA-256 of `content`, in hex."""

    content: bytes
    type: str
    width: int
    height: int

    @property
    def hash(self) -> str:
        return hashlib.sha256(self.content).hexdigest()

    @property
    def ending(self) -> str:
        return "png" if self.type == "image/png" else "jpg"


def problem(word: str, name: str) -> Refused:
    return Refused(PROBLEMS.get(word, PROBLEMS["broken"]).format(name=name or "This file"))


def remake(content: bytes, *, name: str, covered: Sequence[int] = (), wide: bool = True) -> Made:
    """The same picture, made anew. `covered`: parts, from 0, row by row, that become black. Refused with words that
    name the file by `name`, which is safe to show."""
    if not content:
        raise problem("empty", name)
    if len(content) > MOST_BYTES:
        raise problem("bytes", name)
    arguments = [str(MOST_PIXELS)]
    if covered:
        columns, rows = grid(wide)
        arguments += ["cover", str(columns), str(rows), *map(str, covered)]
    said, picture = run(content, arguments)
    if "problem" in said or not picture:
        raise problem(str(said.get("problem", "broken")), name)
    return Made(picture, str(said["type"]), int(str(said["width"])), int(str(said["height"])))


def grid(wide: bool) -> tuple[int, int]:
    return (COLUMNS, ROWS) if wide else (ROWS, COLUMNS)


def run(content: bytes, arguments: list[str]) -> tuple[dict[str, object], bytes]:
    """What the process answers. One that dies, hangs or talks nonsense has met a file that it cannot read."""
    try:
        done = subprocess.run(  # noqa: S603 (our own script, no shell, nothing of the file in the arguments)
            [sys.executable, "-I", str(REMAKER), *arguments],
            input=content, capture_output=True, timeout=SECONDS, check=False, env={}, cwd="/",
        )  # fmt: skip
        line, _, picture = done.stdout.partition(b"\n")
        said = json.loads(line)
        return (said, picture) if isinstance(said, dict) else ({"problem": "broken"}, b"")
    except (subprocess.TimeoutExpired, ValueError):
        return {"problem": "broken"}, b""
