"""Our own HTTP server: the address is taken first, so that links are right before anybody is served."""

import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from urllib.parse import urlsplit

from aiohttp import web

from incidentbot.core.refusals import Refused

BACKLOG = 128
SHUTDOWN_S = 3.0
LARGEST_BODY = 1024 * 1024
"""Slack's largest payloads are a quarter of this; anything larger is refused before it is read."""

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - names for every address, read and not bound here
"""An address to listen at -> one to be reached at from this machine."""

PASSED_ON = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP")
"""What a proxy adds: whoever asks through one may be anybody."""


def is_private(host: str, base_url: str) -> bool:
    """Whether the server is meant for this machine alone: bound to loopback, and no other address is given out."""
    return host in LOOPBACK and urlsplit(base_url).hostname in LOOPBACK


def is_from_here(request: web.BaseRequest) -> bool:
    """Whether a request names this machine and came through no proxy: another site's page cannot make one."""
    named = urlsplit(f"//{request.host}").hostname
    return named in LOOPBACK and not any(name in request.headers for name in PASSED_ON)


def new_application() -> web.Application:
    """An application that refuses bodies nobody sends on purpose."""
    return web.Application(client_max_size=LARGEST_BODY)


def take_address(host: str, port: int) -> socket.socket:
    """A listening socket; port 0 takes a free one. Raises Refused where the address is taken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    taken = socket.socket(family, socket.SOCK_STREAM)
    taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        taken.bind((host, port))
    except OSError as error:
        taken.close()
        raise Refused(
            f"The address {host}:{port} cannot be used ({error.strerror}). Set INCIDENTBOT_PORT to a free one."
        ) from error
    taken.setblocking(False)
    return taken


def address_of(taken: socket.socket, host: str) -> str:
    """The URL at which the socket is reached from this machine."""
    reached = EVERYWHERE.get(host, host)
    shown = f"[{reached}]" if ":" in reached else reached
    return f"http://{shown}:{taken.getsockname()[1]}"


@asynccontextmanager
async def serving(app: web.Application, taken: socket.socket) -> AsyncIterator[None]:
    """Serve `app` on the socket; requests under way end within a few seconds of the block's end."""
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=SHUTDOWN_S)
    with closing(taken):
        await runner.setup()
        await web.SockSite(runner, taken, backlog=BACKLOG).start()
        try:
            yield
        finally:
            await runner.cleanup()
