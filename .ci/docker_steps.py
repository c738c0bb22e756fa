"""Prints what a Dockerfile's first stage runs, one shell command a line: `docker_steps.py Dockerfile`."""

import re
import sys
from pathlib import Path


def first_stage_runs(text: str) -> list[str]:
    joined = re.sub(r"\\\n\s*", "", text)
    first = re.split(r"^FROM .*$", joined, flags=re.MULTILINE)[1]
    return re.findall(r"^RUN (.+)$", first, re.MULTILINE)


if __name__ == "__main__":
    commands = first_stage_runs(Path(sys.argv[1]).read_text(encoding="utf-8"))
    if not commands:
        sys.exit(f"{sys.argv[1]} runs nothing in its first stage.")
    sys.stdout.write("\n".join(commands) + "\n")
