"""What is typed in a room by mistake: in no log line, in no row of the database, and not in the draft. And whom the bot talks to."""

import io
import logging
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import structlog

from incidentbot.core.text.redaction import redact
from incidentbot.slack import names
from incidentbot.telemetry import configure
from tests.stories.story import Story, a_story

SECRETS = {
    "token": "xoxb-" + "1234567890-abcdefGHIJKLmnop",
    "jwt": "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U",
    "email": "jane.roe@customer.example",
    "phone": "+49 151 2345 6789",
}


@pytest.fixture
def logged() -> Iterator[io.StringIO]:
    """Every log line at its most talkative, as the shell writes them; the test run's own logging comes back after."""
    root, stream = logging.getLogger(), io.StringIO()
    handlers, level = root.handlers[:], root.level
    configure("DEBUG", redact=lambda text: redact(text).text, stream=stream)
    yield stream
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


def leaks(text: str) -> list[str]:
    """Which of the secrets stand in a text, whole or without their spaces."""
    bare = text.replace(" ", "")
    return [kind for kind, secret in SECRETS.items() if secret in text or secret.replace(" ", "") in bare]


async def everything_is_typed(story: Story) -> None:
    """Each secret is said in the room, in a thread and in an edit, and put into every text a command takes."""
    await story.slack("declare sev1 checkout is down")
    room = await story.room_id()
    await story.slack("join INC-1", by="bo")
    for secret in SECRETS.values():
        said = await story.say(f"look: {secret} is in the log", by="bo", channel=room)
        await story.say(f"password={secret}", by="bo", channel=room, thread_ts=said)
        await story.workspace.slack.edit("bo", room, said, f"I meant {secret}")
        for line in (
            f"note we found {secret} in the log",
            f"update we rotated {secret}",
            f"impact {secret} leaked --data-at-risk",
            f"severity {secret}",
            f"escalate {secret} does not help",
        ):
            await story.room(line, by="bo")
    await story.room(f"resolve rotated {SECRETS['token']}, verified by {SECRETS['email']}", by="bo")
    await story.say("done", by="bo", channel=room)


async def draft(story: Story) -> str:
    """The page and the file of the draft."""
    url = f"{story.house.local_url}/incidents/INC-1/postmortem"
    async with aiohttp.ClientSession() as session, session.get(url) as page, session.get(f"{url}.md") as file:
        assert (page.status, file.status) == (200, 200)
        return await page.text() + await file.text()


def everything_kept(database: Path) -> str:
    """Every row of every table, as SQLite writes it out."""
    with closing(sqlite3.connect(database)) as connection:
        return "\n".join(connection.iterdump())


async def test_secrets_typed_in_the_room_are_in_no_log_line_no_row_and_not_in_the_draft(
    tmp_path: Path, logged: io.StringIO
):
    async with a_story(tmp_path) as story:
        await everything_is_typed(story)
        written = await draft(story)
        messages = [one.text for one in await story.house.store.messages((await story.incident()).id)]

    assert "[redacted:" in str(messages)
    assert leaks(str(messages)) == []
    assert leaks(everything_kept(tmp_path / "incidentbot.db")) == []
    assert leaks(written) == []
    assert "I meant [redacted:" in str(messages)
    assert len(logged.getvalue().splitlines()) > 3
    assert leaks(logged.getvalue()) == []


CALLED: list[tuple[str, Any]] = []
"""What the interpreter saw being connected to or looked up, while somebody listens."""
LISTENING: list[bool] = []


def _seen(event: str, details: tuple[Any, ...]) -> None:
    if LISTENING and event in {"socket.connect", "socket.getaddrinfo"}:
        CALLED.append((event, details[1] if event == "socket.connect" else details[0]))


sys.addaudithook(_seen)


@pytest.fixture
def called() -> Iterator[list[tuple[str, Any]]]:
    """Every address that is connected to or looked up during the test."""
    CALLED.clear()
    LISTENING.append(True)
    yield CALLED
    LISTENING.clear()


async def test_the_bot_talks_to_the_addresses_of_its_settings_alone(
    tmp_path: Path, called: list[tuple[str, Any]]
):
    async with a_story(tmp_path, http=True) as story:
        slack, pager, own = (
            story.workspace.slack.api_url,
            story.workspace.pagerduty.api_url,
            story.house.local_url,
        )
        await story.slack("declare sev1 checkout is down <https://evil.example/x|look>")
        await story.fast_forward(minutes=15)
        await story.answer_phone("bo")
        card = await story.card()
        story.workspace.slack.response_urls.base_url = "https://hooks.evil.example/"
        await story.press(card, names.MORE, by="bo", selected="postmortem")

    allowed = {int(url.rstrip("/").removesuffix("/api").rpartition(":")[2]) for url in (slack, pager, own)}
    connected = {address for event, address in called if event == "socket.connect"}
    assert connected
    assert {(host, port) for host, port, *_ in connected} <= {("127.0.0.1", port) for port in allowed}
    assert {host for event, host in called if event == "socket.getaddrinfo"} <= {
        "127.0.0.1",
        "localhost",
        None,
    }
