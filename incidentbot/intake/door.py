"""The routes for alerts: who sends is known, the body is read and stored, and only then is it acknowledged.

Senders differ in what they try again: Alertmanager only after a 5xx, so a flood of its own is answered with 503, any
other's with 429. https://github.com/prometheus/alertmanager/issues/2121
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import partial

from aiohttp import web

from incidentbot.core.alerts.alert import News
from incidentbot.core.refusals import Refused
from incidentbot.flows.ports import StoreAway
from incidentbot.intake import alertmanager, generic
from incidentbot.intake.entrance import SIGNATURE, has_signed, has_token, may_be_signed
from incidentbot.intake.limits import Flow
from incidentbot.intake.refused import Refusals
from incidentbot.telemetry import logger, report_bug

MIB = 1024 * 1024
PATIENCE_S = 10.0
"""For a body to arrive."""

LONG = 64 * 1024
"""A longer body is read beside the loop, so that nobody waits for it."""

AGAIN_S = 5
"""What a sender is told to wait while we are in trouble."""

HTTP_ACCEPTED, HTTP_BAD_REQUEST, HTTP_UNAUTHORIZED = 202, 400, 401
HTTP_NOT_FOUND, HTTP_NO_SUCH_METHOD = 404, 405
HTTP_TIMEOUT, HTTP_TOO_LARGE = 408, 413

ELSEWHERE = "another path"
"""Where alerts were sent that nobody takes in, as the refusals name it."""

Answering = Callable[[web.Request], Awaitable[web.Response]]

log = logger(__name__)


@dataclass(frozen=True, slots=True)
class Source:
    """A sender's way in. flooded: the status that has it send again later; signs: a signature does for the token.

    unattended: nobody reads what it is told, and what is refused is sent no more.
    """

    read: Callable[[bytes], News]
    largest: int
    flooded: int
    signs: bool = False
    unattended: bool = False


SOURCES: Mapping[str, Source] = {
    "alertmanager": Source(alertmanager.news_of, 8 * MIB, flooded=503, unattended=True),
    "generic": Source(generic.news_of, MIB // 4, flooded=429, signs=True),
}
"""Path under /intake/ -> what is behind it."""


class IntakeDoor:
    """Serves `/intake/…`. keep: stores a delivery and returns once it is durable.

    miss: remembers that a delivery was refused whose sender sends it no more and tells nobody.
    known: how much is taken in; strangers: how often somebody may try; signing: how many bodies are read to check them;
    astray: how many that were sent elsewhere are written down.
    """

    def __init__(
        self,
        token: str,
        keep: Callable[[News], Awaitable[None]],
        miss: Callable[[str], Awaitable[None]],
        *,
        known: Flow | None = None,
        strangers: Flow | None = None,
        signing: Flow | None = None,
        astray: Flow | None = None,
    ) -> None:
        self._token = token
        self._keep = keep
        self._miss = miss
        self.refusals = Refusals()
        self._known = known or Flow(burst=400, per_s=50)
        self._strangers = strangers or Flow(burst=20, per_s=1)
        self._signing = signing or Flow(burst=400, per_s=50)
        self._strays = astray or Flow(burst=20, per_s=1)

    def mount(self, app: web.Application) -> None:
        """Add the routes."""
        for name, source in SOURCES.items():
            app.router.add_post(f"/intake/{name}", _bounded(partial(self._take, name=name, source=source)))
        app.router.add_route("*", "/intake{rest:(/.*)?}", _bounded(self._astray))

    async def _astray(self, request: web.Request) -> web.Response:
        """Whoever knocks elsewhere, or does not post: an alert that was sent so is lost, and people hear of it."""
        if request.path.removeprefix("/intake/") in SOURCES:
            sentence = f"Alerts are sent here by POST; {request.method} takes none in."
            answer = _said(HTTP_NO_SUCH_METHOD, sentence)
            answer.headers["Allow"] = "POST"
            return answer
        ways = " or ".join(f"/intake/{name}" for name in SOURCES)
        sentence = f"Nothing is taken in at this path: send alerts to {ways}, without a slash at the end."
        if request.method == "POST" and has_token(request.headers.get("Authorization", ""), self._token):
            self.refusals.add(ELSEWHERE, sentence, status=HTTP_NOT_FOUND)
            if not self._strays.take():  # a sender that floods is told of as well by a few
                await self._miss(ELSEWHERE)
        return _said(HTTP_NOT_FOUND, sentence)

    async def _take(self, request: web.Request, name: str, source: Source) -> web.Response:
        """What is cheap is asked first: whoever bears no token has their body read only to check its signature."""
        signature = request.headers.get(SIGNATURE, "") if source.signs else ""
        bears = has_token(request.headers.get("Authorization", ""), self._token)
        if not bears and not may_be_signed(signature):
            return self._stranger(name)
        if not bears and (wait_s := self._signing.take()):
            return self._flooded(
                name, source, "Too many signed alerts at once; please send it again later.", wait_s
            )
        try:
            raw = await _body(request, source.largest)
        except _BodyRefused as refused:
            await self._refused(name, refused.status, str(refused), known=bears)
            return _said(refused.status, str(refused))
        if not bears and not has_signed(signature, raw, self._token):
            return self._stranger(name)
        if wait_s := self._known.take():
            return self._flooded(name, source, "Too many alerts at once; please send it again later.", wait_s)
        return await self._read(name, source, raw)

    async def _read(self, name: str, source: Source, raw: bytes) -> web.Response:
        try:
            news = await (asyncio.to_thread(source.read, raw) if len(raw) > LONG else _now(source, raw))
        except Refused as refused:
            await self._refused(name, HTTP_BAD_REQUEST, refused.sentence)
            return _said(HTTP_BAD_REQUEST, refused.sentence)
        await self._keep(news)
        if news.unread:
            await self._refused(name, HTTP_ACCEPTED, f"{news.unread} of its alerts cannot be read.")
        return web.json_response({"status": "stored"}, status=HTTP_ACCEPTED)

    async def _refused(self, name: str, status: int, reason: str, *, known: bool = True) -> None:
        """Remember it; where its sender hears nothing of it, people do."""
        self.refusals.add(f"/intake/{name}", reason, status=status)
        if known and SOURCES[name].unattended:
            await self._miss(name)

    def _flooded(self, name: str, source: Source, sentence: str, wait_s: int) -> web.Response:
        self.refusals.add(f"/intake/{name}", sentence, status=source.flooded)
        return _said(source.flooded, sentence, wait_s)

    def _stranger(self, name: str) -> web.Response:
        if wait_s := self._strangers.take():
            return _said(429, "Too many tries without a valid token.", wait_s)
        sentence = "The token is missing or wrong: send `Authorization: Bearer …`."
        self.refusals.add(f"/intake/{name}", sentence, status=HTTP_UNAUTHORIZED)
        answer = _said(HTTP_UNAUTHORIZED, sentence)
        answer.headers["WWW-Authenticate"] = "Bearer"
        return answer


def _bounded(answer: Answering) -> Answering:
    """Every request is answered: our own trouble by what has the sender send it again."""

    async def bounded(request: web.Request) -> web.Response:
        try:
            return await answer(request)
        except web.HTTPException:
            raise
        except ConnectionResetError:
            log.info("sender_gone", path=request.path)  # it knows that it was not heard to the end
            return _said(HTTP_TIMEOUT, "The connection ended before the body had arrived.")
        except StoreAway as away:
            log.warning("store_away", where="intake", reason=str(away))
            return _said(503, "The alert could not be stored now; please send it again.", AGAIN_S)
        except Exception as error:  # noqa: BLE001 - the boundary of this door: 500 has the sender send it again
            reference = report_bug("intake", error, path=request.path)
            return _said(500, f"Something broke on my side (reference {reference}).", AGAIN_S)

    return bounded


async def _now(source: Source, raw: bytes) -> News:
    return source.read(raw)


class _BodyRefused(Exception):  # noqa: N818 - named by what happened, as Refused is
    """A body that is not read to its end: the status, and why in a sentence for its sender."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status


def _too_large(largest: int) -> _BodyRefused:
    sentence = (
        f"The body is too large: {largest // 1024} KiB is the most that is taken here. "
        "Nothing was taken in; send fewer alerts at once."
    )
    return _BodyRefused(HTTP_TOO_LARGE, sentence)


async def _body(request: web.Request, largest: int) -> bytes:
    """The body as it was sent. Raises _BodyRefused as soon as it is too large, and for one that does not arrive."""
    parts: list[bytes] = []
    size = 0
    if (request.content_length or 0) > largest:
        raise _too_large(largest)
    try:
        async with asyncio.timeout(PATIENCE_S):
            async for part in request.content.iter_any():
                parts.append(part)
                size += len(part)
                if size > largest:
                    raise _too_large(largest)
    except TimeoutError:
        sentence = (
            f"The body did not arrive within {PATIENCE_S:g} s, so nothing was taken in; please send it again."
        )
        raise _BodyRefused(HTTP_TIMEOUT, sentence) from None
    except web.RequestPayloadError:
        sentence = "The body cannot be unpacked as its Content-Encoding says, so nothing was taken in."
        raise _BodyRefused(HTTP_BAD_REQUEST, sentence) from None
    return b"".join(parts)


def _said(status: int, sentence: str, wait_s: int = 0) -> web.Response:
    headers = {"Retry-After": str(wait_s)} if wait_s else None
    return web.json_response({"error": sentence}, status=status, headers=headers)
