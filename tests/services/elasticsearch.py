"""Run a command against a real Elasticsearch server of its own, then take the server away.

    python tests/services/elasticsearch.py [--if-available] -- pytest -m elasticsearch

The server listens on a free loopback port, whose address the command finds in ELASTICSEARCH_URL, and keeps its files in
a temporary folder. The exit code is the command's. The engine comes from Maven Central once, into var/elasticsearch
(44 MB); `elasticsearch/pom.xml` says why. Without Java and Maven this fails; `--if-available` lets a machine of one's
own go without, but never continuous integration (CI=true).

In tests: `with running_server() as server` for those that pause, kill or restart it, else `elasticsearch_server()`.
"""

from __future__ import annotations

import argparse
import fcntl
import hashlib
import http.client
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

SOURCES = Path(__file__).resolve().with_suffix("")
CACHE = SOURCES.parents[2] / "var" / "elasticsearch"
OLDEST_JAVA = 21
START_SECONDS = 90

MISSING = (
    f"Elasticsearch needs a Java development kit, version {OLDEST_JAVA} or newer (looked for in JAVA_HOME, "
    "/usr/lib/jvm and the PATH), and Maven (mvn). Install them with your system's package manager."
)


class MissingError(RuntimeError):
    """This machine cannot run Elasticsearch."""

    def __init__(self) -> None:
        super().__init__(MISSING)


def may_be_missing() -> bool:
    """A developer may go without; continuous integration may not."""
    return os.environ.get("CI") != "true"


def find_java() -> Path | None:
    """The development kit of JAVA_HOME when it is new enough, else the newest one on this machine."""
    compiler = shutil.which("javac")
    kits = [*Path("/usr/lib/jvm").glob("*"), *([Path(compiler).resolve().parents[1]] if compiler else [])]
    if "JAVA_HOME" in os.environ and _java_version(home := Path(os.environ["JAVA_HOME"])) >= OLDEST_JAVA:
        return home
    newest = max(kits, key=_java_version, default=None)
    return newest if newest and _java_version(newest) >= OLDEST_JAVA else None


def _java_version(kit: Path) -> int:
    """The major version; 0 where there is no compiler."""
    release = kit / "release"
    if not (kit / "bin" / "javac").exists() or not release.exists():
        return 0
    found = re.search(r'^JAVA_VERSION="(\d+)', release.read_text(), re.MULTILINE)
    return int(found[1]) if found else 0


def free_ports(count: int) -> list[int]:
    with ExitStack() as stack:
        probes = [stack.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(count)]
        return [int(probe.getsockname()[1]) for probe in probes]


def install(java: Path) -> Path:
    """The engine's home folder: lib/ (its module path), modules/, plugins/, launcher.jar. Made once."""
    sources = [SOURCES / "pom.xml", *sorted(SOURCES.glob("*.java"))]
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in sources)).hexdigest()[:16]
    home = CACHE / f"home-{digest}"
    CACHE.mkdir(parents=True, exist_ok=True)
    with (CACHE / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # test processes start at the same time
        if not home.exists():
            with tempfile.TemporaryDirectory(dir=CACHE, prefix="half-") as half:
                _install_into(Path(half) / "home", java)
                for old in CACHE.glob("home-*"):
                    shutil.rmtree(old)
                (Path(half) / "home").rename(home)
    return home


def _install_into(home: Path, java: Path) -> None:
    lib = shutil.copytree(_fetch(java), home / "lib")
    transport = home / "modules" / "transport-netty4"
    transport.mkdir(parents=True)
    for jar in [*lib.glob("netty-*.jar"), *lib.glob("transport-netty4-*.jar")]:
        jar.rename(transport / jar.name)
    descriptor = _descriptor_of(next(transport.glob("transport-netty4-*.jar")))
    (transport / "plugin-descriptor.properties").write_text(descriptor)

    plugin = home / "plugins" / "analysis-for-tests"
    plugin.mkdir(parents=True)
    descriptor = re.sub("(?m)^modulename=.*$", "", descriptor)
    for key, value in {"name": plugin.name, "classname": "AnalysisForTests", "description": "Stands in"}.items():
        descriptor = re.sub(f"(?m)^{key}=.*$", f"{key}={value}", descriptor)
    (plugin / "plugin-descriptor.properties").write_text(descriptor)
    _compile(java, lib, "AnalysisForTests", plugin / "analysis.jar")
    _compile(java, lib, "Launcher", home / "launcher.jar")


def _fetch(java: Path) -> Path:
    """Everything that pom.xml names, in one folder."""
    pom = SOURCES / "pom.xml"
    jars = CACHE / f"jars-{hashlib.sha256(pom.read_bytes()).hexdigest()[:16]}"
    maven = shutil.which("mvn")
    if jars.exists():
        return jars
    if maven is None:
        raise MissingError
    print("Fetching Elasticsearch (44 MB, once)", file=sys.stderr)
    half = CACHE / "half-jars"
    goal = "dependency:copy-dependencies"
    run([maven, "-q", "-B", "-f", pom, goal, f"-DoutputDirectory={half}"], env={**os.environ, "JAVA_HOME": str(java)})
    return half.rename(jars)


def _descriptor_of(jar: Path) -> str:
    with zipfile.ZipFile(jar) as archive:
        name = next(name for name in archive.namelist() if name.endswith("/plugin-descriptor.properties"))
        return archive.read(name).decode()


def _compile(java: Path, lib: Path, name: str, jar: Path) -> None:
    source, version = SOURCES / f"{name}.java", str(OLDEST_JAVA)
    with tempfile.TemporaryDirectory() as classes:
        run([java / "bin" / "javac", "--release", version, "-cp", f"{lib}/*", "-d", classes, source])
        run([java / "bin" / "jar", "--create", "--file", jar, "-C", classes, "."])


def run(command: list[str | Path], env: dict[str, str] | None = None) -> None:
    subprocess.run(command, check=True, env=env, stdout=sys.stderr)


class Server:
    """One node in `folder`, on ports that stay the same over restarts."""

    def __init__(self, java: Path, home: Path, folder: Path) -> None:
        self.java, self.home, self.folder = java, home, folder
        self.port, self.transport_port = free_ports(2)
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        assert self.process is not None, "The server is not running."
        return self.process.pid

    def start(self) -> None:
        """Returns when the node has recovered what is in its data folder."""
        temporary = self.folder / "tmp"
        temporary.mkdir(exist_ok=True)
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                self._command(temporary),
                cwd=self.folder,
                stdin=subprocess.PIPE,  # its end tells the launcher that we are gone
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C is for the tests, which then stop it
            )
        self._wait()

    def _command(self, temporary: Path) -> list[str | Path]:
        # Tests are short: the quick compiler alone halves the time to start
        short = ["-Xms128m", "-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"]
        # The first server leaves its loaded classes here when it stops, which halves the time again
        short += ["-XX:+AutoCreateSharedArchive", f"-XX:SharedArchiveFile={self.home / 'classes.jsa'}"]
        # Benchmarks are long, and about a server as it is in production
        heap = os.environ.get("ELASTICSEARCH_HEAP")
        options = [
            *([f"-Xms{heap}", f"-Xmx{heap}"] if heap else short),
            "-XX:-UsePerfData",
            *(f"-Djava.io.tmpdir={temporary}", "-Des.nativelibs.path=/nonexistent"),
            *("--module-path", str(self.home / "lib"), "--enable-native-access=ALL-UNNAMED"),
            "--add-modules=jdk.net,jdk.incubator.vector,ALL-MODULE-PATH",
        ]
        settings = {
            "path.home": self.home,
            "path.data": self.folder / "data",
            "path.logs": self.folder,
            "network.host": "127.0.0.1",
            "http.port": self.port,
            "transport.port": self.transport_port,
            "discovery.type": "single-node",
            # Tests must pass on a full disk as well
            "cluster.routing.allocation.disk.threshold_enabled": "false",
            # A misspelt index name is an error, as it should be in production
            "action.auto_create_index": "false",
        }
        arguments = [f"{name}={value}" for name, value in settings.items()]
        return [self.java / "bin" / "java", *options, "-cp", self.home / "launcher.jar", "Launcher", *arguments]

    def _wait(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while not self._healthy():
            assert self.process is not None
            if self.process.poll() is not None or time.monotonic() > deadline:
                log = (self.folder / "log").read_text(errors="replace")
                raise RuntimeError(f"Elasticsearch did not start:\n{log[-4000:]}")
            time.sleep(0.1)

    def _healthy(self) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", "/_cluster/health?wait_for_status=yellow&timeout=4s")
            return connection.getresponse().status == http.HTTPStatus.OK
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    def stop(self) -> None:
        """In an orderly way. Does nothing when it is not running."""
        if self.process is None:
            return
        self.resume()
        self._end(signal.SIGTERM)

    def pause(self) -> None:
        """It answers nobody until `resume`: connections open, requests hang."""
        os.kill(self.pid, signal.SIGSTOP)

    def resume(self) -> None:
        os.kill(self.pid, signal.SIGCONT)

    def kill(self) -> None:
        """At once, as in a power cut: connections are refused until `start`."""
        self._end(signal.SIGKILL)

    def restart(self) -> None:
        self.stop()
        self.start()

    def _end(self, by: signal.Signals) -> None:
        assert self.process is not None, "The server is not running."
        self.process.send_signal(by)
        try:
            self.process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        with suppress(BrokenPipeError):
            if self.process.stdin:
                self.process.stdin.close()
        self.process = None


@contextmanager
def running_server() -> Iterator[Server]:
    """A server of one's own, which may be paused, killed and restarted. Raises MissingError."""
    java = find_java()
    if java is None:
        raise MissingError
    with tempfile.TemporaryDirectory(prefix="hub-elasticsearch-", ignore_cleanup_errors=True) as folder:
        server = Server(java, install(java), Path(folder))
        try:
            server.start()
            yield server
        finally:
            server.stop()


@contextmanager
def elasticsearch_server() -> Iterator[str]:
    """The address of a server for all tests of a process: ELASTICSEARCH_URL's, else one that starts and ends here."""
    given = os.environ.get("ELASTICSEARCH_URL")
    if given:
        yield given
        return
    with running_server() as server:
        yield server.url


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--if-available", action="store_true", help="succeed without Java and Maven, except when CI=true"
    )
    parser.add_argument("command", nargs=argparse.REMAINDER)
    options = parser.parse_args()
    command = options.command[1:] if options.command[:1] == ["--"] else options.command
    try:
        with running_server() as server:
            environment = {**os.environ, "ELASTICSEARCH_URL": server.url}
            return subprocess.run(command, env=environment, check=False).returncode
    except MissingError as error:
        print(error, file=sys.stderr)
        return 0 if options.if_available and may_be_missing() else 1


if __name__ == "__main__":
    sys.exit(main())
