"""Tells every open page which of its parts to draw again, as server-sent events. Carries no content."""

import asyncio
import json
from collections.abc import Iterable
from contextlib import suppress

from aiohttp import web

from incidentbot.clock import new_id

KEEPALIVE_S = 15.0
_LAST = ""


class Stream:
    """One queue for each open page. A page that sees another `run` than before loads itself anew."""

    def __init__(self) -> None:
        self._run = new_id()
        self._pages: set[asyncio.Queue[str]] = set()

    def tell(self, parts: Iterable[str], *, channel: str = "", users: Iterable[str] = ()) -> None:
        """Have these parts drawn again. channel, users: whom it concerns; empty for everyone."""
        news = json.dumps({"parts": sorted(parts), "channel": channel, "users": sorted(users)})
        for page in self._pages:
            page.put_nowait(f"event: draw\ndata: {news}\n\n")

    def close(self) -> None:
        """End every stream, so that the server can stop."""
        for page in self._pages:
            page.put_nowait(_LAST)

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """GET /events"""
        response = web.StreamResponse(
            headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"}
        )
        await response.prepare(request)
        page: asyncio.Queue[str] = asyncio.Queue()
        self._pages.add(page)
        try:
            await self._feed(response, page)
        except ConnectionError:
            pass  # the page was closed: nobody is left to be told
        finally:
            self._pages.discard(page)
        return response

    async def _feed(self, response: web.StreamResponse, page: asyncio.Queue[str]) -> None:
        await response.write(f"event: hello\ndata: {self._run}\n\n".encode())
        while True:
            news = ": still here\n\n"
            with suppress(TimeoutError):
                news = await asyncio.wait_for(page.get(), KEEPALIVE_S)
            if news == _LAST:
                return
            await response.write(news.encode())
