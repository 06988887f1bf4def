"""A real PostgreSQL for tests: a cluster of its own on a free loopback port, gone when the tests are."""

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest


class PostgresServer:
    """Started by the constructor; AssertionError where the Debian package is missing or the server does not come up."""

    def __init__(self) -> None:
        self._bin = _newest_binaries()
        self._home = Path(tempfile.mkdtemp(prefix="nightshift-postgres-"))
        self._data = self._home / "data"
        # PostgreSQL refuses to run as root, and its own user may not read pytest's directories.
        self._as_postgres: list[str] = []
        if os.geteuid() == 0:
            shutil.chown(self._home, "postgres", "postgres")
            self._as_postgres = ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"]
        self._run("initdb", "-D", str(self._data), "-U", "tests", "-A", "trust", "-E", "UTF8", "--no-sync")
        self.port = _free_port()
        self._names = 0
        self.start()

    def start(self) -> None:
        """Return when it takes connections."""
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c fsync=off"
        self._run("pg_ctl", "-D", str(self._data), "-l", str(self._home / "log"), "-o", options, "-w", "start")

    def kill(self) -> None:
        """Everything ends at once, as in a crash; `start` recovers."""
        self._run("pg_ctl", "-D", str(self._data), "-m", "immediate", "-w", "stop")

    def stop(self) -> None:
        """End it and remove its files."""
        self._run("pg_ctl", "-D", str(self._data), "-m", "fast", "-w", "stop")
        shutil.rmtree(self._home)

    def create_database(self, template: str = "template0") -> str:
        """The name of a new database; a copy of `template`, to which nobody may be connected."""
        self._names += 1
        name = f"test_{self._names}"
        self._tell(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        return name

    def drop_database(self, name: str) -> None:
        """Whoever is connected is thrown out. Hundreds of databases are as many gigabytes to write and remove."""
        self._tell(f'DROP DATABASE "{name}" WITH (FORCE)')

    def _tell(self, statement: str) -> None:
        self._run("psql", "-h", "127.0.0.1", "-p", str(self.port), "-U", "tests", "-d", "postgres", "-qc", statement)

    def url(self, database: str) -> str:
        return f"postgresql://tests@127.0.0.1:{self.port}/{database}"

    def _run(self, program: str, *arguments: str) -> None:
        # pg_ctl leaves a child that would keep a pipe open for ever, so the words go to a file.
        with tempfile.TemporaryFile() as words:
            command = [*self._as_postgres, str(self._bin / program), *arguments]
            done = subprocess.run(command, stdout=words, stderr=subprocess.STDOUT, cwd=self._home, check=False)
            words.seek(0)
            assert done.returncode == 0, f"{program} failed: {words.read().decode(errors='replace')}"


def _newest_binaries() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: float(path.parts[-3]))
    assert found, "PostgreSQL is missing: install the Debian package `postgresql`, the tests need a real one"
    return found[-1].parent


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """One a test process."""
    server = PostgresServer()
    yield server
    server.stop()
