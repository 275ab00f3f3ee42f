"""Kafka and Keycloak by Maven coordinates, each file pinned by its SHA-256 in jars.lock."""

import fcntl
import hashlib
import os
import shutil
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from jgo.maven import MavenContext

LOCK = Path(__file__).with_name("jars.lock")
ROOT = Path(__file__).parents[2]
HOME = Path(os.environ.get("REGISTER_HOME", ROOT / ".dev")) / "parts"


class AlteredJarError(Exception):
    """A file that was fetched is not the one that was pinned."""


@dataclass(frozen=True, slots=True)
class Jar:
    """One pinned file: `group:artifact:version:packaging` and its SHA-256."""

    group: str
    artifact: str
    version: str
    packaging: str
    sha256: str

    @property
    def path(self) -> Path:
        return HOME / "jars" / f"{self.artifact}-{self.version}.{self.packaging}"


def locked() -> list[Jar]:
    """Every file of the lock, in its order (which is the class path's)."""
    lines = [line.split() for line in LOCK.read_text().splitlines() if line and not line.startswith("#")]
    return [Jar(*tuple(f"{coordinates}:{sha256}".split(":"))) for coordinates, sha256 in lines]


def install() -> None:
    """Fetch what is missing and check it. Raises AlteredJarError. Costs nothing when all is there."""
    if _missing():
        with _alone():
            _fetch_all(_missing())


def _missing() -> list[Jar]:
    return [jar for jar in locked() if not jar.path.exists()]


@contextmanager
def _alone() -> Iterator[None]:
    """Let one thread of one process at a time fetch or unpack: Kafka and Keycloak start side by side."""
    HOME.mkdir(parents=True, exist_ok=True)
    with (HOME / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _fetch_all(missing: list[Jar]) -> None:
    (HOME / "jars").mkdir(exist_ok=True)
    shutil.rmtree(HOME / "maven", ignore_errors=True)
    context = MavenContext(repo_cache=HOME / "maven", timeout=120)
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda jar: _fetch(context, jar), missing))
    shutil.rmtree(HOME / "maven", ignore_errors=True)


def _fetch(context: MavenContext, jar: Jar) -> None:
    found = context.project(jar.group, jar.artifact).at_version(jar.version).artifact(packaging=jar.packaging).resolve()
    digest = hashlib.sha256(Path(found).read_bytes()).hexdigest()
    if digest != jar.sha256:
        raise AlteredJarError(f"{jar.group}:{jar.artifact}:{jar.version} has SHA-256 {digest}, not {jar.sha256}")
    half = jar.path.with_suffix(".half")
    shutil.copyfile(found, half)
    half.replace(jar.path)


def class_path() -> str:
    """Kafka's class path."""
    return ":".join(str(jar.path) for jar in locked() if jar.packaging == "jar")


def unpack_keycloak() -> Path:
    """Unpack Keycloak's distribution once; returns its folder."""
    [dist] = [jar for jar in locked() if jar.packaging == "zip"]
    home = HOME / f"keycloak-{dist.version}"
    with _alone():
        if not home.exists():
            _unpack(dist.path, home)
    return home


def _unpack(archive: Path, home: Path) -> None:
    half = HOME / "keycloak.half"
    shutil.rmtree(half, ignore_errors=True)
    with zipfile.ZipFile(archive) as files:
        files.extractall(half)
    (half / home.name / "bin" / "kc.sh").chmod(0o755)
    (half / home.name).rename(home)
