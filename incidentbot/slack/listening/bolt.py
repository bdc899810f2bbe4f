"""Bolt, wired: every listener acknowledges after its work is committed, and lets no exception escape."""

import logging
import re
from collections.abc import Awaitable, Callable
from typing import Any

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.middleware.async_middleware import AsyncMiddleware
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from incidentbot.slack import names
from incidentbot.slack.cards.blocks import Shown
from incidentbot.slack.listening.boundary import Sorry, attempted
from incidentbot.slack.listening.buttons import pressed
from incidentbot.slack.listening.doorway import Doorway
from incidentbot.slack.listening.events import captured
from incidentbot.slack.listening.exchange import Turn, said
from incidentbot.slack.listening.home import show_home
from incidentbot.slack.listening.modals import sent
from incidentbot.slack.listening.shapes import readable
from incidentbot.slack.listening.shortcuts import used
from incidentbot.slack.listening.slash.slash import answer
from incidentbot.slack.payloads import Payload, part, text
from incidentbot.slack.web_api.identity import Identity
from incidentbot.slack.windows.parts import first_field

OK = 200
BAD_REQUEST = 400
UNAVAILABLE = 503
"""Answered for an event that could not be stored: Slack delivers it again at once, after 1 and after 5 minutes."""

QUIET = ("slack_bolt", "slack_sdk")
"""Below INFO these print tokens and what people say."""

LONGEST_ERROR = 300
MENTION = re.compile(r"<@[UW][A-Z0-9]+>")
INSTANT = re.compile(r"<!date\^[^|>]*\|([^>]*)>")

DIRECT = "D"
"""How the ids of direct messages begin."""

HOME_OPENED = "app_home_opened"

EVERYTHING = re.compile("")
"""Which press, window or shortcut it is, our own tables say; one that no table knows is answered in words."""

Ack = Callable[..., Awaitable[Any]]
Next = Callable[[], Awaitable[Any]]


def build_bolt(
    door: Doorway, identity: Identity, client: AsyncWebClient, token: str, secret: str = ""
) -> AsyncApp:
    """The app with its listeners.

    client: without a token of its own, else Bolt would ask auth.test before the first command; `token` is what calls
    through Bolt would use. secret: the signing secret of HTTP mode; "" where requests come over the socket only.
    """
    for name in QUIET:
        logging.getLogger(name).setLevel(max(logging.INFO, logging.getLogger(name).level))
    app = AsyncApp(
        name="incidentbot",
        client=client,
        authorize=_authorize(identity, token),
        signing_secret=secret,
        request_verification_enabled=bool(secret),
        process_before_response=True,
        before_authorize=_ReadableOnly(),
    )
    app.use(_Capturing(door))
    app.command(names.COMMAND)(_on_command(door))
    app.action(EVERYTHING)(_on_press(door))
    app.view(EVERYTHING)(_on_window(door))
    app.shortcut(EVERYTHING)(_on_shortcut(door))
    app.event(HOME_OPENED)(_on_home(door))
    return app


def _authorize(identity: Identity, token: str) -> Callable[..., Awaitable[AuthorizeResult]]:
    """Who the bot is, as asked once at start: the first command pays for no auth.test."""
    stored = AuthorizeResult(
        enterprise_id=identity.enterprise_id,
        team_id=identity.team_id,
        bot_user_id=identity.bot_user_id,
        bot_id=identity.bot_id,
        bot_token=token,
    )

    async def authorize() -> AuthorizeResult:
        return stored

    return authorize


class _ReadableOnly(AsyncMiddleware):
    """After the signature was checked: what Bolt's own code would break on goes no further."""

    async def async_process(
        self,
        *,
        req: AsyncBoltRequest,
        resp: BoltResponse,  # noqa: ARG002 - Bolt's signature
        next: Next,  # noqa: A002 - Bolt's name for it
    ) -> BoltResponse | None:
        """Let a readable request on."""
        if not readable(req.body):
            return BoltResponse(status=BAD_REQUEST, body="")
        await next()
        return None


class _Capturing(AsyncMiddleware):
    """What is said in rooms is durable before Slack hears that it was taken: Bolt acknowledges before listeners run.

    Events end here, all but the one that is listened to: looking through the listeners costs more than keeping them.
    """

    def __init__(self, door: Doorway) -> None:
        self._door = door

    async def async_process(
        self,
        *,
        req: AsyncBoltRequest,
        resp: BoltResponse,  # noqa: ARG002 - Bolt's signature
        next: Next,  # noqa: A002 - Bolt's name for it
    ) -> BoltResponse | None:
        """Keep an event and answer it; let everything else on."""
        if text(req.body, "type") != "event_callback" or text(req.body, "event", "type") == HOME_OPENED:
            await next()
            return None
        event = captured(req.body)
        kept = await attempted("capture", self._door.desk.capture(event)) if event is not None else None
        return BoltResponse(status=UNAVAILABLE if isinstance(kept, Sorry) else OK, body="")


def _on_command(door: Doorway) -> Callable[..., Awaitable[None]]:
    async def command(ack: Ack, body: Payload) -> None:
        turn = Turn(body)
        result = await attempted("slash", answer(door.seen_by(turn.user, turn.channel), turn))
        shown = said(result.sentence) if isinstance(result, Sorry) else result
        await ack(**_in_ack(shown))

    return command


def _in_ack(shown: Shown | None) -> dict[str, Any]:
    if shown is None:
        return {}
    answered: dict[str, Any] = {"text": shown.text, "response_type": "ephemeral"}
    return {**answered, "blocks": shown.blocks} if shown.blocks else answered


def _on_press(door: Doorway) -> Callable[..., Awaitable[None]]:
    async def action(ack: Ack, body: Payload) -> None:
        turn = Turn(body)
        _reply(door, turn, await attempted("button", pressed(_where_pressed(door, turn), turn)))
        await ack()

    return action


def _where_pressed(door: Doorway, turn: Turn) -> Doorway:
    """A button in a direct message was written to this person alone, who may be faster than our note of it."""
    return door if turn.channel.startswith(DIRECT) else door.seen_by(turn.user, turn.channel)


def _on_shortcut(door: Doorway) -> Callable[..., Awaitable[None]]:
    async def shortcut(ack: Ack, body: Payload) -> None:
        turn = Turn(body)
        seen = door.seen_by(turn.user, turn.channel)
        _reply(door, turn, await attempted("shortcut", used(seen, turn)))
        await ack()

    return shortcut


def _reply(door: Doorway, turn: Turn, result: Shown | Sorry | None) -> None:
    """Slack shows nothing of an ack to a press, so words go beside it."""
    shown = said(result.sentence) if isinstance(result, Sorry) else result
    if shown is not None and shown.text:
        door.replies.later(turn, shown)


def _on_window(door: Doorway) -> Callable[..., Awaitable[None]]:
    """Whoever sends a window was shown its incident when it was opened for them."""

    async def view(ack: Ack, body: Payload) -> None:
        turn = Turn(body)
        result = await attempted("window", sent(door, turn))
        if isinstance(result, Sorry):
            await _refuse_window(door, turn, ack, result)
        elif result is None:
            await ack()
        else:
            await ack(response_action="update", view=result)

    return view


async def _refuse_window(door: Doorway, turn: Turn, ack: Ack, sorry: Sorry) -> None:
    field = first_field(part(turn.body, "view"))
    if field is None:
        door.replies.later(turn, said(sorry.sentence))
        await ack()
        return
    await ack(response_action="errors", errors={field: _unformatted(sorry.sentence)})


def _unformatted(sentence: str) -> str:
    """The sentence for a place where Slack formats nothing: no mention becomes a name there."""
    plain = INSTANT.sub(r"\1", MENTION.sub("somebody else", sentence))
    plain = plain.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&").replace("`", "")
    return f"{plain[:1].upper()}{plain[1:LONGEST_ERROR]}"


def _on_home(door: Doorway) -> Callable[..., Awaitable[None]]:
    async def home(body: Payload) -> None:
        event = part(body, "event")
        if text(event, "tab") in {"home", ""}:
            user = text(event, "user")
            await attempted("home", show_home(door.seen_by(user), user))

    return home
