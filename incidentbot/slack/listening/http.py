"""Slack over signed HTTP: one route, mounted only where a signing secret is set. Bolt checks every signature."""

from collections.abc import Callable

from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.app.async_app import AsyncApp

PATH = "/slack/events"


def mount(app: web.Application, bolt: Callable[[], AsyncApp | None]) -> None:
    """Serve Slack's requests. bolt: None until the bot knows who it is; Slack delivers events again after a 503."""

    async def events(request: web.Request) -> web.StreamResponse:
        listening = bolt()
        if listening is None:
            return web.Response(status=503, text="not ready")
        try:
            asked = await to_bolt_request(request)
        except (
            ValueError,
            TypeError,
            AttributeError,
            KeyError,
        ):  # what Bolt's reading of a forged body ends in
            return web.Response(status=400, text="not understood")
        return await to_aiohttp_response(await listening.async_dispatch(asked))

    app.router.add_post(PATH, events)
