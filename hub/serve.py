"""Run the application server and the worker together on this machine: what `make run` ends in.

    python -m hub.serve [--check] [port]

Both stop on Ctrl-C, and when one of them ends the other is stopped too. `--check` only tells whether the port is free
(it needs nothing but Python, so that `make run` can ask before it installs anything). In production each of the two
is a service of its own (see docs/operators.md).
"""

from __future__ import annotations

import contextlib
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from typing import Any

HOST = "127.0.0.1"
SECONDS_TO_STOP = 15


def commands(port: int) -> list[list[str]]:
    web = [sys.executable, "-m", "gunicorn", "hub.wsgi", "--bind", f"{HOST}:{port}", "--workers", "2"]
    return [
        [*web, "--log-level", "warning", "--no-control-socket"],
        [sys.executable, "manage.py", "worker"],
    ]


def port_is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def stop(processes: Sequence[subprocess.Popen[bytes]]) -> None:
    for process in processes:
        process.terminate()
    for process in processes:
        try:
            process.wait(SECONDS_TO_STOP)
        except subprocess.TimeoutExpired:
            process.kill()


def _interrupt(*args: Any) -> None:
    raise KeyboardInterrupt


def main(arguments: Sequence[str]) -> int:
    """0 after Ctrl-C or a signal; the exit code of the process that ended by itself otherwise."""
    only_check = "--check" in arguments
    port = next((int(argument) for argument in arguments if argument.isdigit()), 8000)
    if not port_is_free(port):
        print(f"Port {port} is taken. Choose another one: make run PORT={port + 1}", file=sys.stderr)  # noqa: T201
        return 1
    if only_check:
        return 0
    for signal_number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(signal_number, _interrupt)
    processes = [subprocess.Popen(command) for command in commands(port)]  # noqa: S603  (no input of anybody's)
    with contextlib.suppress(KeyboardInterrupt):
        while all(process.poll() is None for process in processes):
            time.sleep(0.2)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    codes = [process.poll() for process in processes]
    stop(processes)
    return next((code for code in codes if code), 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
