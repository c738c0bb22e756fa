"""How Week One is served. Anything here can be overridden on gunicorn's command line."""

import gc
from typing import Any

from gunicorn.glogging import Logger

from onboarding.links import without_secrets

bind = "0.0.0.0:8000"  # inside a container; put a buffering proxy that speaks https in front
workers = 2
worker_class = "gthread"  # a sync worker is held by one idle connection
threads = 4
preload_app = True  # the NHS macros compile once, before the fork
control_socket_disable = True  # needs a writable home, which the service has not
accesslog = "-"


def when_ready(server: Any) -> None:
    """What is loaded by now stays: the collector need not walk through it while it makes a big report."""
    gc.collect()
    gc.freeze()


class Quiet(Logger):
    """Addresses go to the log without the parts that let their reader in."""

    def atoms(self, resp: Any, req: Any, environ: dict[str, Any], request_time: Any) -> dict[str, Any]:
        atoms: dict[str, Any] = super().atoms(resp, req, environ, request_time)
        return atoms | {"U": without_secrets(atoms["U"] or "")}


logger_class = Quiet
# no query strings and no referrers: they could name people
access_log_format = "%(t)s %(m)s %(U)s %(s)s %(B)s %(L)s"
