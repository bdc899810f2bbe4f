"""What is said in a room is kept before Slack is told that it was heard; and payloads of any shape are survived."""

import asyncio
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from incidentbot.core.messages import Message
from incidentbot.flows.ports import CaptureKind, Ref, RefKind
from incidentbot.playground.slack.records import Channel
from incidentbot.slack.listening.events import HEARD, READERS, captured
from tests.slack.bench import Bench, card_of


async def a_room(bench: Bench) -> Channel:
    """An incident's room with Bo and Chi in it."""
    room = await bench.declare()
    for person in ("bo", "chi"):
        await bench.slack.join(person, room.id)
    return room


async def kept(bench: Bench, room: Channel, ts: str) -> Message | None:
    """The message as the store has it."""
    incident = await bench.house.store.incident(Ref(RefKind.CHANNEL, room.id))
    assert incident is not None
    messages = await bench.house.store.messages(incident.id)
    return next((message for message in messages if message.ts == ts), None)


async def heard(bench: Bench, room: Channel, ts: str, *, text: str) -> Message:
    """The message as kept, once it reads so. Raises TimeoutError."""
    async with asyncio.timeout(5):
        while (message := await kept(bench, room, ts)) is None or message.text != text:
            pass
    return message


async def test_messages_replies_edits_and_deletions_are_kept(both_ways: Bench) -> None:
    room = await a_room(both_ways)
    slack = both_ways.slack
    said = await slack.say("bo", room.id, "the proxy is full")
    reply = await slack.say("chi", room.id, "looking", thread_ts=said)
    gone = await slack.say("chi", room.id, "oops")
    await slack.edit("bo", room.id, said, "the proxy is full of bots")
    await slack.delete("chi", room.id, gone)
    await slack.say("bo", room.id, "the end")

    edited = await heard(both_ways, room, said, text="the proxy is full of bots")
    assert edited.edited
    assert (await heard(both_ways, room, reply, text="looking")).thread_ts == said
    assert (await heard(both_ways, room, gone, text="")).deleted


async def test_reactions_and_pins_are_kept(bench: Bench) -> None:
    room = await a_room(bench)
    said = await bench.slack.say("bo", room.id, "rolled back")
    await bench.slack.react("chi", room.id, said, "eyes")
    await bench.slack.pin("chi", room.id, said)
    await bench.slack.edit("bo", room.id, said, "rolled back now")

    message = await heard(bench, room, said, text="rolled back now")
    assert [(one.name, one.count) for one in message.reactions] == [("eyes", 1)]
    assert message.pinned


async def test_the_bots_own_posts_are_kept_though_bolt_drops_their_events(bench: Bench) -> None:
    room = await bench.declare()

    card = await kept(bench, room, card_of(room).ts)
    assert card is not None
    assert (card.bot, card.user) == (True, "U0BOT")


async def test_secrets_are_never_kept(bench: Bench) -> None:
    room = await a_room(bench)
    said = await bench.slack.say("bo", room.id, "use password=hunter2hunter2 for now")

    await heard(bench, room, said, text="use password=[redacted:secret] for now")


def event(kind: str, **words: Any) -> dict[str, Any]:
    """An event as Slack delivers it."""
    return {"type": "event_callback", "event_id": "Ev1", "event": {"type": kind, **words}}


def test_an_alert_that_is_only_attachments_and_a_file_keep_their_words() -> None:
    alert = captured(
        event("message", channel="C1", ts="1.5", bot_id="B1", attachments=[{"fallback": "disk full"}])
    )
    upload = captured(event("message", channel="C1", ts="1.6", user="U1", files=[{"name": "graph.png"}]))

    assert alert is not None
    assert (alert.message.text, alert.message.bot, alert.kind) == ("disk full", True, CaptureKind.POSTED)
    assert upload is not None
    assert upload.message.text == "[file: graph.png]"


def test_a_deletion_keeps_no_words() -> None:
    gone = captured(
        event(
            "message",
            subtype="message_deleted",
            channel="C1",
            deleted_ts="1.5",
            previous_message={"text": "secret"},
        )
    )

    assert gone is not None
    assert (gone.kind, gone.message.ts, gone.message.text) == (CaptureKind.DELETED, "1.5", "")


def test_every_heard_event_has_a_reader() -> None:
    assert set(HEARD) == set(READERS)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=6) | st.sampled_from(["1.5", "C1", "Ev1"]),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(
            st.sampled_from(
                ["type", "ts", "channel", "item", "message", "subtype", "deleted_ts", "files", "user"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(st.sampled_from([*HEARD, "other"]), JSON)
def test_an_event_of_any_shape_is_read_or_passed_over(kind: str, inside: Any) -> None:
    body = inside if isinstance(inside, dict) else {"item": inside, "message": inside, "channel": inside}
    read = captured({"event_id": "Ev1", "event": {**body, "type": kind}})

    assert read is None or read.message.ts
