"""Run a command against a real PostgreSQL server of its own, then take the server away.

    python tests/services/postgresql.py [--if-available] -- pytest -m "not browser"

The server listens on a free loopback port, keeps its files in a temporary folder, and holds a migrated database, whose
address the command finds in DATABASE_URL. The exit code is the command's. Without PostgreSQL this fails;
`--if-available` lets a machine of one's own go without, but never continuous integration (CI=true).
"""

from __future__ import annotations

import argparse
import os
import pwd
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

MISSING = (
    "PostgreSQL's server programs (initdb, pg_ctl) were not found. "
    "Install them with tests/services/install.sh or your system's package manager."
)


def find_programs() -> Path | None:
    """The folder with the newest initdb."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    found = debian[-1] if debian else shutil.which("initdb")
    return Path(found).parent if found else None


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Server:
    """A cluster in `folder`. PostgreSQL refuses to run as root, so root hands it to the user postgres."""

    def __init__(self, programs: Path, folder: Path) -> None:
        self.programs, self.data, self.folder = programs, folder / "data", folder
        self.port = free_port()
        self.account = "postgres" if os.geteuid() == 0 else None
        if self.account:
            shutil.chown(folder, self.account)

    def run(self, program: str, *arguments: str) -> None:
        subprocess.run(
            [self.programs / program, *arguments],
            user=self.account,
            extra_groups=[] if self.account else None,
            cwd=self.folder,
            env={**os.environ, "HOME": str(self.folder), "LC_ALL": "C.UTF-8"},
            check=True,
            stdout=subprocess.DEVNULL,
        )

    def start(self) -> None:
        self.run("initdb", "-D", str(self.data), "-U", "hub", "-A", "trust", "-E", "UTF8", "--no-sync")
        self.start_again()
        self.run("createdb", "-h", "127.0.0.1", "-p", str(self.port), "-U", "hub", "hub")

    def start_again(self) -> None:
        # Tests need no durability; what is lost in a power cut is thrown away anyway.
        options = (
            f"-p {self.port} -k {self.folder} -c listen_addresses=127.0.0.1 -c fsync=off -c synchronous_commit=off "
            "-c full_page_writes=off"
        )
        self.run("pg_ctl", "-D", str(self.data), "-l", str(self.folder / "log"), "-w", "-o", options, "start")

    def stop(self) -> None:
        if (self.data / "postmaster.pid").exists():
            self.run("pg_ctl", "-D", str(self.data), "-m", "fast", "-w", "stop")

    @property
    def url(self) -> str:
        return f"postgresql://hub@127.0.0.1:{self.port}/hub"


@contextmanager
def running_server(programs: Path) -> Iterator[Server]:
    with tempfile.TemporaryDirectory(prefix="hub-postgresql-", ignore_cleanup_errors=True) as folder:
        server = Server(programs, Path(folder))
        try:
            server.start()
            yield server
        finally:
            server.stop()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--if-available", action="store_true", help="succeed without PostgreSQL, except when CI=true")
    parser.add_argument("command", nargs=argparse.REMAINDER)
    options = parser.parse_args()
    command = options.command[1:] if options.command[:1] == ["--"] else options.command
    programs = find_programs()
    if programs is None or (os.geteuid() == 0 and not _account_exists("postgres")):
        print(MISSING, file=sys.stderr)
        return 0 if options.if_available and os.environ.get("CI") != "true" else 1
    with running_server(programs) as server:
        environment = {**os.environ, "DEMO_MODE": "1", "DATABASE_URL": server.url}
        subprocess.run([sys.executable, "manage.py", "migrate", "--verbosity=0"], env=environment, check=True)
        return subprocess.run(command, env=environment, check=False).returncode


def _account_exists(name: str) -> bool:
    return any(entry.pw_name == name for entry in pwd.getpwall())


if __name__ == "__main__":
    sys.exit(main())
