"""Whether the service can listen at an address, and whether it answers there."""

import http.client
import socket

from hotline.errors import Unavailable


def refuse_taken_port(host: str, port: int) -> None:
    """Raise Unavailable, with a remedy, when nobody can listen on `host`:`port`."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise Unavailable(
                f"cannot listen on {host}:{port} ({error.strerror}); "
                "give another --port or --host"
            ) from error


def is_ready(host: str, port: int) -> bool:
    """Return whether the service at `host`:`port` says that it can serve."""
    nearest = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104
    line = http.client.HTTPConnection(nearest, port, timeout=2)
    try:
        line.request("GET", "/readyz")
        return line.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        line.close()
