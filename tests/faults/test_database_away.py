"""A database of our own that is stopped and started under the product, and brought back elsewhere from its backup."""

import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

FOUND = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb")) if Path("/usr/lib/postgresql").exists() else []
pytestmark = pytest.mark.skipif(not FOUND, reason="Debian's PostgreSQL is not installed")
BASE = Path(__file__).parent.parent.parent


class Cluster:
    """A PostgreSQL on a socket in a folder of its own. It refuses to run as root."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.bin = folder, FOUND[-1].parent
        options = ("-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-N")
        self.run("initdb", "-D", f"{folder}/data", *options)

    def run(self, command: str, *arguments: str) -> None:
        user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        line = [*user, str(self.bin / command), *arguments]
        subprocess.run(line, cwd="/", check=True, stdout=subprocess.DEVNULL)  # noqa: S603

    def start(self) -> None:
        options = f"-k {self.folder} -c listen_addresses='' -c fsync=off"
        self.run("pg_ctl", "-D", f"{self.folder}/data", "-l", f"{self.folder}/log", "-s", "-w", "-o", options, "start")

    def stop(self) -> None:
        self.run("pg_ctl", "-D", f"{self.folder}/data", "-s", "-m", "immediate", "stop")

    def url(self, name: str) -> str:
        return f"postgres://postgres@/{name}?host={self.folder}"


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    folder = Path(tempfile.mkdtemp(prefix="w1-", dir="/tmp"))
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres")
    one = Cluster(folder)
    one.start()
    try:
        yield one
    finally:
        with contextlib.suppress(subprocess.CalledProcessError):  # it may be stopped already
            one.stop()
        shutil.rmtree(folder, ignore_errors=True)


def environment(url: str, media: Path) -> dict[str, str]:
    return {
        **os.environ, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "tests.faults.away_settings",
        "AWAY_MEDIA": str(media),
    }  # fmt: skip


def worker(what: str, url: str, media: Path) -> str:
    line = [sys.executable, "-m", "tests.faults.away_worker", what]
    done = subprocess.run(  # noqa: S603
        line, cwd=BASE, env=environment(url, media), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_pages_are_a_503_while_the_database_is_away_and_recover_by_themselves_and_a_backup_brings_all_back(
    cluster, tmp_path
):
    media = tmp_path / "media"
    url = cluster.url("postgres")
    worker("fill", url, media)
    line = [sys.executable, "-m", "tests.faults.away_worker", "ask"]
    asked = subprocess.Popen(  # noqa: S603
        line, cwd=BASE, env=environment(url, media), stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    try:
        said = []
        for change in (None, cluster.stop, None, cluster.start, None):
            if change:
                change()
            asked.stdin.write("\n")
            asked.stdin.flush()
            said.append(asked.stdout.readline().strip())
    finally:
        asked.stdin.close()
        asked.wait(timeout=20)
        asked.stdout.close()
    assert said[0] == "200 200"
    assert said[1] == said[2] == "503 503"
    assert said[4] == "200 200"

    before = json.loads(worker("tell", url, media))
    reach, copy = ("-h", str(cluster.folder), "-U", "postgres"), f"{cluster.folder}/copy.dump"
    cluster.run("pg_dump", *reach, "--format=custom", "-f", copy, "postgres")
    cluster.run("createdb", *reach, "elsewhere")
    cluster.run("pg_restore", *reach, "-d", "elsewhere", copy)
    there = tmp_path / "there"
    shutil.copytree(media, there)
    after = json.loads(worker("tell", cluster.url("elsewhere"), there))
    assert after == before
    assert after["signs_in"] is True
    assert (after["differences"], after["broken_at"]) == (0, None)
    assert after["files"]
