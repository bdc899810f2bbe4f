"""Requests of any shape, signed and not: none breaks the bot, and none without a signature gets in."""

import asyncio
import hmac
import json
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from aiohttp import ClientSession
from hypothesis import given, settings
from hypothesis import strategies as st

from incidentbot.clock import SystemClock
from incidentbot.slack import names
from incidentbot.slack.listening.shapes import readable
from incidentbot.slack.web_api.calls import open_session
from tests.slack.bench import Bench, a_bench

TEXT = st.sampled_from(
    [
        "",
        "U0ANA",
        "C1",
        "x|y|z",
        names.ACK,
        names.MORE,
        names.RUN_DONE,
        names.DECLARE_FORM,
        names.SKIP_FORM,
        "P0",
        "1.5",
    ]
)
SHAPE = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | TEXT,
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(
            st.sampled_from(
                [
                    "id",
                    "user",
                    "channel",
                    "actions",
                    "action_id",
                    "value",
                    "view",
                    "state",
                    "values",
                    "blocks",
                    "ts",
                ]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=15,
)
KINDS = st.sampled_from(
    ["block_actions", "view_submission", "shortcut", "message_action", "event_callback", "command"]
)


BODY = st.dictionaries(
    st.sampled_from(["user", "actions", "view", "event", "channel", "message", "team", "authorizations"]),
    SHAPE,
)


def a_request(kind: str, body: dict[str, Any], name: str, secret: str) -> tuple[bytes, dict[str, str]]:
    """A signed request of this kind with a body of any shape."""
    made = {"type": kind, "team": {"id": "T0PLAY"}, "team_id": "T0PLAY", **body}
    form = {"content-type": "application/x-www-form-urlencoded"}
    if kind == "command":
        flat = {"command": "/incident", "text": name, "user_id": "U1", "trigger_id": "1"}
        sent, headers = urlencode(flat).encode(), form
    elif kind == "event_callback":
        sent, headers = json.dumps({**made, "event_id": "Ev1"}).encode(), {"content-type": "application/json"}
    else:
        sent, headers = urlencode({"payload": json.dumps(made)}).encode(), form
    stamp = str(int(SystemClock().now().timestamp()))
    signed = hmac.new(secret.encode(), f"v0:{stamp}:".encode() + sent, "sha256").hexdigest()
    return sent, {**headers, "x-slack-request-timestamp": stamp, "x-slack-signature": f"v0={signed}"}


def test_no_forged_payload_makes_the_bot_break(tmp_path: Path) -> None:
    with asyncio.Runner() as runner:
        stack = AsyncExitStack()

        async def opened() -> tuple[Bench, ClientSession]:
            bench = await stack.enter_async_context(a_bench(tmp_path, http=True))
            return bench, await stack.enter_async_context(open_session())

        bench, session = runner.run(opened())

        async def answered(sent: bytes, headers: dict[str, str]) -> int:
            url = f"{bench.house.local_url}/slack/events"
            async with session.post(url, data=sent, headers=headers) as response:
                return response.status

        @given(kind=KINDS, body=BODY, name=TEXT)
        @settings(max_examples=300, deadline=None)
        def is_survived(kind: str, body: dict[str, Any], name: str) -> None:
            sent, headers = a_request(kind, body, name, bench.slack.signing_secret)
            assert runner.run(answered(sent, headers)) < 500
            assert runner.run(answered(sent, {**headers, "x-slack-signature": "v0=00"})) in {400, 401}

        try:
            is_survived()
        finally:
            runner.run(stack.aclose())


def test_a_window_without_a_type_goes_no_further() -> None:
    window = {"callback_id": names.DECLARE_FORM}
    assert not readable({"type": "view_submission", "view": window})
    assert readable({"type": "view_submission", "view": {**window, "type": "modal"}})
