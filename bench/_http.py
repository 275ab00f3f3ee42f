"""A client that costs little: HTTP/1.1 on a kept connection, answers with Content-Length only."""

import asyncio
from collections.abc import Mapping


class Http:
    """One connection to a port here, opened at the first request."""

    def __init__(self, port: int) -> None:
        self.port = port
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ready(self) -> bool:
        """Whether the service says that it is ready."""
        try:
            return await self.ask("GET", "/health/ready", {}, b"") == 200
        except OSError:
            return False

    async def put(self, path: str, headers: Mapping[str, str], body: bytes) -> int:
        """PUT JSON; gives the status."""
        return await self.ask("PUT", path, {"Content-Type": "application/json", **headers}, body)

    async def ask(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> int:
        """Send a request and read the whole answer; gives the status."""
        if self._streams is None or self._streams[0].at_eof():
            self._streams = await asyncio.open_connection("127.0.0.1", self.port)
        reader, writer = self._streams
        lines = [f"{method} {path} HTTP/1.1", "Host: bench", f"Content-Length: {len(body)}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        writer.write("\r\n".join([*lines, "", ""]).encode() + body)
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        await reader.readexactly(int(head.partition("content-length:")[2].partition("\r\n")[0]))
        return int(head.split(" ", 2)[1])
