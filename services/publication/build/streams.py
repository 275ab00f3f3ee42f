"""Files written bit by bit, so that memory stays small: plain, packed by parts that are kept, one of each unit."""

import hashlib
import os
import zlib
from collections.abc import Iterable
from typing import Protocol

import brotli

from services.publication.build.files import Folder
from services.publication.build.kept import Keeping

GZIP_LEVEL, BROTLI_QUALITY, BROTLI_WINDOW = 6, 5, 22
PACKER = f"zlib {zlib.ZLIB_RUNTIME_VERSION} {GZIP_LEVEL}"
"""Another may give other bytes: what it packed is not taken."""
GZIP_HEAD = b"\x1f\x8b\x08\0\0\0\0\0\0\xff"
"""Neither a name nor a time."""
END_OF_DEFLATE = b"\x03\0"


class Out(Protocol):
    """Where bytes go, segment by segment."""

    def write(self, content: bytes) -> None:
        """Write a segment."""

    def close(self) -> None:
        """No more comes."""


class Plain:
    """A file as it is."""

    def __init__(self, folder: Folder, name: str) -> None:
        self.folder, self.name = folder, name
        self.file, self.digest = folder.open(name), hashlib.sha256()

    def write(self, content: bytes) -> None:
        """Write a segment."""
        self.file.write(content)
        self.digest.update(content)

    def close(self) -> None:
        """Count the file in."""
        self.file.close()
        self.folder.counted(self.name, self.digest.hexdigest())


class Deflated:
    """Segments packed each for itself, one after the other, so that those that are as yesterday need no packing."""

    def __init__(self, folder: Folder, name: str, keeping: Keeping) -> None:
        self.file, self.keeping = folder.open(name), keeping
        self.check, self.size, self.packed = 0, 0, 0

    def write(self, content: bytes) -> None:
        """Write a segment."""
        self.check, self.size = zlib.crc32(content, self.check), self.size + len(content)
        key = f"{PACKER} {hashlib.sha256(content).hexdigest()}"
        found = self.keeping.take(key)
        if found is None:
            packer = zlib.compressobj(GZIP_LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
            found = packer.compress(content) + packer.flush(zlib.Z_FULL_FLUSH)
            self.keeping.put(key, found)
        self.raw(found)

    def raw(self, content: bytes) -> None:
        """Write what is packed already."""
        self.file.write(content)
        self.packed += len(content)

    def close(self) -> None:
        """End the stream."""
        self.raw(END_OF_DEFLATE)
        self.file.close()


class Gzip(Deflated):
    """The same as a gzip file (RFC 1952). `counts`: whether it is counted in here."""

    def __init__(self, folder: Folder, name: str, keeping: Keeping, *, counts: bool = True) -> None:
        super().__init__(folder, name, keeping)
        self.folder, self.name, self.counts, self.digest = folder, name, counts, hashlib.sha256()
        self.raw(GZIP_HEAD)

    def raw(self, content: bytes) -> None:
        """Write what is packed already."""
        super().raw(content)
        self.digest.update(content)

    def close(self) -> None:
        """End the file."""
        self.raw(END_OF_DEFLATE + self.check.to_bytes(4, "little") + (self.size & 0xFFFFFFFF).to_bytes(4, "little"))
        self.file.close()
        if self.counts:
            self.folder.counted(self.name, self.digest.hexdigest())


class Brotli:
    """A file packed by brotli (RFC 7932)."""

    def __init__(self, folder: Folder, name: str) -> None:
        self.plain = Plain(folder, name)
        self.packer = brotli.Compressor(quality=BROTLI_QUALITY, lgwin=BROTLI_WINDOW)

    def write(self, content: bytes) -> None:
        """Write a segment."""
        self.plain.write(self.packer.process(content))

    def close(self) -> None:
        """End the file."""
        self.plain.write(self.packer.finish())
        self.plain.close()


class Listed:
    """A list: a head, pieces with a comma before each but the first, a tail; as it is, and packed both ways."""

    def __init__(self, outs: Iterable[Out], head: bytes, tail: bytes) -> None:
        self.outs, self.tail, self.is_first = list(outs), tail, True
        self._write(head)

    def write(self, content: bytes) -> None:
        """Write pieces, each with its comma."""
        self._write(content[1:] if self.is_first else content)
        self.is_first = self.is_first and not content

    def close(self) -> None:
        """End it."""
        self._write(self.tail)
        for out in self.outs:
            out.close()

    def _write(self, content: bytes) -> None:
        if content:
            for out in self.outs:
                out.write(content)


def packed_both_ways(folder: Folder, name: str, keeping: Keeping) -> list[Out]:
    """A file, and beside it what is sent to who takes it packed."""
    return [Plain(folder, name), Gzip(folder, f"{name}.gz", keeping), Brotli(folder, f"{name}.br")]


class UnitFiles:
    """A folder with a file a unit: a head that knows the day, and what the unit is on any day. Counted in as one."""

    def __init__(self, folder: Folder, name: str, head: bytes) -> None:
        self.folder, self.name, self.head = folder, name, head
        self.times = (folder.seconds * 10**9, folder.seconds * 10**9)
        self.digest = hashlib.sha256()
        path = folder.path / name
        path.mkdir(parents=True)
        self.descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
        folder.opened.callback(os.close, self.descriptor)

    def write(self, units: Iterable[str], contents: Iterable[bytes]) -> None:
        """Write units' files; one that has no content has none."""
        for unit, content in zip(units, contents, strict=True):
            if content:
                self._write(f"{unit}.json", self.head + content)

    def close(self) -> None:
        """No more comes."""
        self.folder.counted(f"{self.name}/", self.digest.hexdigest())

    def _write(self, name: str, content: bytes) -> None:
        file = os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644, dir_fd=self.descriptor)
        try:
            if os.write(file, content) != len(content):
                raise OSError(f"{name} was not written whole")
            os.utime(file, ns=self.times)
        finally:
            os.close(file)
        self.digest.update(name.encode() + hashlib.sha256(content).digest())
