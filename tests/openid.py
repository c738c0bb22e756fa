"""A real OpenID Connect provider as a process of its own, for the tests of the trust's sign-in."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import requests


@contextmanager
def provider() -> Iterator[str]:
    """Runs one, and gives its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    line = [sys.executable, "-W", "ignore", "-m", "oidc_provider_mock", "--port", str(port)]
    process = subprocess.Popen(line, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603
    address = f"http://localhost:{port}"
    try:
        wait_for(address, process)
        yield address
    finally:
        process.terminate()
        process.wait(timeout=10)


def wait_for(address: str, process: subprocess.Popen[bytes]) -> None:
    for _ in range(300):
        try:
            requests.get(f"{address}/.well-known/openid-configuration", timeout=5).raise_for_status()
        except requests.RequestException:
            assert process.poll() is None, "the provider ended by itself"
            time.sleep(0.1)
        else:
            return
    raise AssertionError("the provider does not answer")


def says(address: str, sub: str, **claims: Any) -> None:
    """What the provider knows about somebody from now on."""
    requests.put(f"{address}/users/{sub}", json=claims, timeout=5).raise_for_status()


def use(settings: Any, address: str) -> None:
    """Makes it the trust's own sign-in, as `OIDC_SERVER_URL` would."""
    app = {"provider_id": "trust", "name": "Trust", "client_id": "week-one", "secret": "s"}
    ours = settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]
    apps = [{**app, "settings": {"server_url": address}}]
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {**ours, "APPS": apps}}
    settings.OIDC_BUTTON = "Use my trust account"
