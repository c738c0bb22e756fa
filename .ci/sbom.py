"""Prints the bill of materials as CycloneDX 1.6: what requirements.lock and package-lock.json pin.

    python3 .ci/sbom.py >docs/assurance/sbom.cdx.json

The packages that make such lists write down the host they downloaded from; this one names versions and hashes alone.
"""

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

BASE = Path(__file__).parent.parent
PIN = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", re.MULTILINE)
HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")


def python_components(text: str) -> Iterator[dict[str, Any]]:
    pins = list(PIN.finditer(text))
    for pin, after in zip(pins, [*pins[1:], None], strict=True):
        hashes = HASH.findall(text[pin.end() : after.start() if after else len(text)])
        name, version = pin.group(1).lower(), pin.group(2)
        yield {
            "type": "library",
            "name": name,
            "version": version,
            "purl": f"pkg:pypi/{name}@{version}",
            "hashes": [{"alg": "SHA-256", "content": digest} for digest in sorted(hashes)],
        }


def node_components(lock: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for path, package in sorted(lock["packages"].items()):
        if path:
            name = path.rpartition("node_modules/")[2]
            purl = f"pkg:npm/{name.replace('@', '%40', 1)}@{package['version']}"
            yield {"type": "library", "name": name, "version": package["version"], "purl": purl}


def bill() -> str:
    python = python_components((BASE / "requirements.lock").read_text(encoding="utf-8"))
    node = node_components(json.loads((BASE / "package-lock.json").read_text(encoding="utf-8")))
    made = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": {"type": "application", "name": "week-one"}},
        "components": [*python, *node],
    }
    return json.dumps(made, indent=1) + "\n"


if __name__ == "__main__":
    sys.stdout.write(bill())
