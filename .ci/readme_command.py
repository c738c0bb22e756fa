"""Prints the command in the N-th fenced block of a Markdown file: `readme_command.py README.md 2`."""

import re
import sys
from pathlib import Path


def fenced(text: str) -> list[str]:
    blocks = re.findall(r"^```[a-z]*\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    return [re.sub(r"^\$ ", "", block, flags=re.MULTILINE).strip() for block in blocks]


if __name__ == "__main__":
    path, number = Path(sys.argv[1]), int(sys.argv[2])
    commands = fenced(path.read_text(encoding="utf-8"))
    if len(commands) < number:
        sys.exit(f"{path} has no fenced block number {number}.")
    sys.stdout.write(commands[number - 1] + "\n")
