"""Stands between the bot and PostgreSQL, and loses what the server answers to a commit, as a network does."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

SOCKET = ".s.PGSQL.5432"


@dataclass
class Wire:
    """lose: answers to so many commits are lost from now on. then_dead: with the first of them the wire is gone for good."""

    server: Path
    lose: int = 0
    then_dead: bool = False
    lost: int = 0
    _ends: set[asyncio.StreamWriter] = field(default_factory=set)

    async def carry(self, ours: asyncio.StreamReader, to_us: asyncio.StreamWriter) -> None:
        """One connection, until either side or the wire ends it."""
        if self.then_dead and self.lost:
            to_us.close()
            return
        theirs, to_them = await asyncio.open_unix_connection(str(self.server / SOCKET))
        self._ends |= {to_us, to_them}
        answering = asyncio.ensure_future(self._pass_on(theirs, to_us))
        while said := await ours.read(65536):
            loses = self.lose > 0 and b"COMMIT" in said
            if loses:
                self.lose -= 1
                answering.cancel()
                await asyncio.wait({answering})
            to_them.write(said)
            if loses:
                await theirs.read(65536)  # the server has said that it is committed
                self.lost += 1
                break
        for end in [*self._ends] if self.then_dead and self.lost else (to_us, to_them):
            end.close()

    async def _pass_on(self, theirs: asyncio.StreamReader, to_us: asyncio.StreamWriter) -> None:
        while said := await theirs.read(65536):
            to_us.write(said)
        to_us.close()

    def close(self) -> None:
        """Cut whatever stands."""
        for end in self._ends:
            end.close()


@asynccontextmanager
async def a_wire(home: Path, address: str) -> AsyncIterator[tuple[Wire, str]]:
    """A wire to the server at this address, and the address of its near end."""
    server = parse_qs(urlsplit(address).query)["host"][0]
    wire = Wire(Path(server))
    listening = await asyncio.start_unix_server(wire.carry, str(home / SOCKET))
    try:
        yield wire, address.replace(server, str(home))
    finally:
        listening.close()
        wire.close()
