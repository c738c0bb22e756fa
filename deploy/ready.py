"""Asks this machine's own web process whether it is ready: exit 0 if so. For container health checks.

The Host header is the first of ALLOWED_HOSTS, since any other is refused.
"""

import http.client
import os
import sys


def is_ready(port: int, host: str) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/health/ready", headers={"Host": host})
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


if __name__ == "__main__":
    first = os.environ.get("ALLOWED_HOSTS", "localhost").split(",")[0].strip().lstrip(".")
    sys.exit(0 if is_ready(int(os.environ.get("PORT", "8000")), first.replace("*", "localhost")) else 1)
