"""The workspace's pages: served to browsers on this machine, drawn from the stand-ins, brought up to date as they change."""

import asyncio
from collections.abc import Sequence
from urllib.parse import quote

from aiohttp import web

from incidentbot.playground.pagerduty.server import PagerDutyStandIn
from incidentbot.playground.pages.deeds import DEEDS, done
from incidentbot.playground.pages.desk import BotControl, Desk, Skip
from incidentbot.playground.pages.drawing.parts import (
    BOT_PARTS,
    CLOCK_PARTS,
    COMMAND,
    PHONE_PARTS,
    TOUCHED,
    people_of,
)
from incidentbot.playground.pages.guard import add_headers, only_from_here
from incidentbot.playground.pages.memory import Memory
from incidentbot.playground.pages.painter import HERE, Painter
from incidentbot.playground.pages.spot import HOME, NoSuchSpotError, Spot, first_place, spot_of
from incidentbot.playground.pages.stream import Stream
from incidentbot.playground.pages.watch import Watch
from incidentbot.playground.slack.records import Change
from incidentbot.playground.slack.server import SlackStandIn
from incidentbot.vendored import HTMX

_HOST = "127.0.0.1"
_SHUTDOWN_S = 0.2
_FORM_LIMIT = 1024 * 1024
_ANSWERED = ("notice", "modal", "clock", "bot")
"""The parts that the answer to a deed brings along; all others come when the workspace says it changed."""


class Pages:
    """Build once with running stand-ins, start, open the address.

    skip: lets that much of the workspace's time pass and returns when it has. bot: the process that the page may crash
    and start, if it may. hints: (usage, what it does) of each command, offered while one is typed.
    shortcuts, message_shortcuts: (callback_id, words) of the app's own, offered beside the composer and at messages.
    """

    def __init__(
        self,
        *,
        slack: SlackStandIn,
        pagerduty: PagerDutyStandIn,
        skip: Skip,
        bot: BotControl | None,
        hints: Sequence[tuple[str, str]] = (),
        shortcuts: Sequence[tuple[str, str]] = (),
        message_shortcuts: Sequence[tuple[str, str]] = (),
    ) -> None:
        said = [(usage if usage.startswith("/") else f"{COMMAND} {usage}", what) for usage, what in hints]
        self._desk = Desk(
            slack=slack,
            pagerduty=pagerduty,
            skip=skip,
            bot=bot,
            hints=said,
            shortcuts=shortcuts,
            message_shortcuts=message_shortcuts,
            memory=Memory(slack.workspace.next_ts()),
        )
        self._painter = Painter(self._desk)
        self._stream = Stream()
        self._watch = Watch(slack.clock, bot, self._moved, self._crashed)
        self._runner: web.AppRunner | None = None
        slack.on_change(self._changed)
        pagerduty.on_change(lambda: self._stream.tell(PHONE_PARTS))

    async def start(self, port: int = 0) -> str:
        """Listen on loopback; port 0 takes a free one. Returns the address to open.

        Raises OSError where the port cannot be had; another may be tried then.
        """
        app = web.Application(middlewares=[only_from_here], client_max_size=_FORM_LIMIT)
        app.on_response_prepare.append(add_headers)
        app.router.add_get("/", self._front)
        app.router.add_get("/events", self._stream.serve)
        app.router.add_get("/static/htmx.min.js", self._htmx)
        app.router.add_static("/static/", HERE / "static")
        app.router.add_get("/files/{file}", self._file)
        app.router.add_get("/{person}", self._arrive)
        app.router.add_get("/{person}/", self._arrive)
        app.router.add_get("/{person}/{place}", self._page)
        app.router.add_get("/{person}/{place}/draw", self._draw)
        app.router.add_get("/{person}/{place}/canvas", self._canvas)
        app.router.add_post("/{person}/{place}/do/{deed}", self._do)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=_SHUTDOWN_S)
        await runner.setup()
        try:
            await web.TCPSite(runner, _HOST, port).start()
        except OSError:
            await runner.cleanup()
            raise
        self._runner = runner
        self._watch.start()
        return f"http://{_HOST}:{runner.addresses[0][1]}/"

    async def stop(self) -> None:
        """Let go of the open pages and stop listening."""
        await self._watch.stop()
        self._stream.close()
        await asyncio.sleep(0)  # the streams end by themselves once they run
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    # --- what is told to open pages ---

    def _changed(self, change: Change) -> None:
        self._stream.tell(TOUCHED.get(change.kind, ()), channel=change.channel, users=change.users)

    def _moved(self) -> None:
        self._stream.tell(CLOCK_PARTS)

    def _crashed(self) -> None:
        self._stream.tell(BOT_PARTS)

    # --- what browsers ask ---

    async def _htmx(self, _: web.Request) -> web.StreamResponse:
        return web.FileResponse(HTMX)

    async def _front(self, _: web.Request) -> web.StreamResponse:
        raise web.HTTPSeeOther(f"/{people_of(self._desk)[0].name}")

    async def _arrive(self, request: web.Request) -> web.StreamResponse:
        word = request.match_info["person"]
        person = next((one for one in people_of(self._desk) if one.name == word), None)
        if person is None:
            return self._nowhere(f"Nobody here is called {word}.")
        place = first_place(self._desk.slack.workspace, person)
        raise web.HTTPSeeOther(f"/{person.name}/{quote(place)}")

    async def _page(self, request: web.Request) -> web.StreamResponse:
        try:
            at = spot_of(request, self._desk.slack.workspace)
        except NoSuchSpotError as error:
            return self._nowhere(str(error))
        if at.place == HOME:
            await self._desk.slack.open_home(at.person.id)
        self._read(at)
        return web.Response(text=self._painter.page(at), content_type="text/html")

    async def _draw(self, request: web.Request) -> web.StreamResponse:
        try:
            at = spot_of(request, self._desk.slack.workspace)
        except NoSuchSpotError as error:
            return web.Response(headers={"HX-Redirect": "/"}, text=str(error))
        names = request.query.get("parts", "").split(",")
        if "messages" in names:
            self._read(at)
        return web.Response(text=self._painter.parts(names, at), content_type="text/html")

    async def _canvas(self, request: web.Request) -> web.StreamResponse:
        try:
            at = spot_of(request, self._desk.slack.workspace)
        except NoSuchSpotError as error:
            return self._nowhere(str(error))
        canvas = self._desk.slack.workspace.canvases.get(at.place)
        if canvas is None:
            return self._nowhere("This channel has no canvas.")
        return web.Response(text=self._painter.canvas(at, canvas), content_type="text/html")

    def _read(self, at: Spot) -> None:
        if at.room is not None:
            self._desk.memory.read(at.person.id, at.room)

    async def _do(self, request: web.Request) -> web.StreamResponse:
        try:
            at = spot_of(request, self._desk.slack.workspace)
        except NoSuchSpotError as error:
            return self._nowhere(str(error))
        deed = request.match_info["deed"]
        if deed not in DEEDS:
            return self._nowhere(f"Nothing here is called {deed}.")
        said = await done(deed, self._desk, at, await request.post())
        if "HX-Request" not in request.headers:
            raise web.HTTPSeeOther(at.go())
        html = self._painter.parts(_ANSWERED, at)
        headers = {"HX-Trigger": "refused" if said else "done"}
        return web.Response(text=html, content_type="text/html", headers=headers)

    async def _file(self, request: web.Request) -> web.StreamResponse:
        """A shared file, to be saved: browsers never show it as a page."""
        stored = self._desk.slack.workspace.files.get(request.match_info["file"])
        if stored is None or stored.content is None:
            return self._nowhere("This file is not here.")
        named = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(stored.name)}"}
        return web.Response(body=stored.content, content_type="application/octet-stream", headers=named)

    def _nowhere(self, sentence: str) -> web.Response:
        return web.Response(text=self._painter.sentence(sentence), content_type="text/html", status=404)
