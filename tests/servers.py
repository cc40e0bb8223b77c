"""Private PostgreSQL and MariaDB servers on loopback for a test session; only what starts here is stopped.

Not a test. A server's binaries come from Debian's packages (`postgresql`, `mariadb-server`); its files lie in
a temporary folder.
"""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

PASSWORD = "s3cret-of-the-tests"
STARTING_SECONDS = 60


@dataclass(frozen=True)
class Server:
    """A running server: URLs for a reader without write rights, and for the administrator."""

    scheme: str
    port: int
    folder: Path

    def url(self, user: str = "reader", password: str = PASSWORD, name: str = "shop") -> str:
        return f"{self.scheme}://{user}:{password}@127.0.0.1:{self.port}/{name}"


def postgres_binaries() -> Path | None:
    """The newest version's folder."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: int(p.parts[-3]))
    on_path = shutil.which("initdb")
    return found[-1].parent if found else Path(on_path).parent if on_path else None


def mariadb_binaries() -> bool:
    return bool(shutil.which("mariadbd", path=_path()) and shutil.which("mariadb-install-db", path=_path()))


def _path() -> str:
    return os.environ.get("PATH", "") + ":/usr/sbin:/usr/local/sbin"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _user(name: str) -> dict[str, int | str]:
    """As whom to start a server that refuses to be root."""
    if os.geteuid() != 0:
        return {}
    entry = pwd.getpwnam(name)
    return {"user": entry.pw_uid, "group": entry.pw_gid}


@contextmanager
def _folder(owner: str) -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="selfdebug-server-", dir="/tmp"))
    try:
        if os.geteuid() == 0:
            shutil.chown(folder, owner)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _wait(process: subprocess.Popen[bytes], is_ready: Callable[[], bool], log: Path) -> None:
    deadline = time.monotonic() + STARTING_SECONDS
    while not is_ready():
        if process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"the server did not start: {log.read_text(errors='replace')[-2000:]}")
        time.sleep(0.1)


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


@contextmanager
def postgres() -> Iterator[Server]:
    binaries = postgres_binaries()
    assert binaries is not None
    user = _user("postgres")
    with _folder("postgres") as folder:
        password = folder / "password"
        password.write_text(PASSWORD)
        if user:
            shutil.chown(password, "postgres")
        data, log = folder / "data", folder / "log"
        subprocess.run(
            [
                *(binaries / "initdb", "-D", data, "-U", "admin", "--pwfile", password),
                *("-A", "scram-sha-256", "-E", "UTF8", "--locale=C", "--no-sync"),
            ],
            check=True,
            capture_output=True,
            cwd=folder,
            **user,
        )
        port = _free_port()
        with log.open("wb") as output:
            process = subprocess.Popen(
                [binaries / "postgres", "-D", data, "-p", str(port), "-h", "127.0.0.1", "-k", folder, "-F"],
                stdout=output,
                stderr=output,
                stdin=subprocess.DEVNULL,
                cwd=folder,
                **user,
            )
        try:
            ready = [binaries / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(port)]
            _wait(process, lambda: subprocess.run(ready, check=False).returncode == 0, log)
            yield Server("postgresql", port, folder)
        finally:
            process.send_signal(2)  # "fast": open sessions are ended.
            _stop(process)


@contextmanager
def mariadb() -> Iterator[Server]:
    user = _user("mysql")
    environment = {**os.environ, "PATH": _path()}
    with _folder("mysql") as folder:
        data, log = folder / "data", folder / "log"
        start = folder / "init.sql"
        # One statement a line.
        start.write_text(
            f"CREATE USER admin@'127.0.0.1' IDENTIFIED BY '{PASSWORD}';\n"
            "GRANT ALL ON *.* TO admin@'127.0.0.1' WITH GRANT OPTION;\n"
        )
        start.chmod(0o644)
        subprocess.run(
            ["mariadb-install-db", "--no-defaults", f"--datadir={data}", "--skip-test-db"],
            check=True,
            capture_output=True,
            env=environment,
            cwd=folder,
            **user,
        )
        port = _free_port()
        with log.open("wb") as output:
            process = subprocess.Popen(
                [
                    *("mariadbd", "--no-defaults", f"--datadir={data}", f"--port={port}"),
                    *("--bind-address=127.0.0.1", "--skip-name-resolve", f"--socket={folder / 'socket'}"),
                    *(f"--pid-file={folder / 'pid'}", f"--init-file={start}"),
                    *("--innodb-flush-log-at-trx-commit=0", "--innodb-buffer-pool-size=32M"),
                ],
                stdout=output,
                stderr=output,
                stdin=subprocess.DEVNULL,
                env=environment,
                cwd=folder,
                **user,
            )
        try:
            _wait(process, lambda: b"ready for connections" in log.read_bytes(), log)
            yield Server("mariadb", port, folder)
        finally:
            _stop(process)
