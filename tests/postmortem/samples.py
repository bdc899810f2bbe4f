"""Builders of small rooms for the tests of the post-mortem: messages by minute, facts by minute."""

from datetime import UTC, datetime, timedelta
from typing import Any

from incidentbot.core.facts import Fact, FactKind, Recorded
from incidentbot.core.messages import Message, Reaction
from incidentbot.core.postmortems.postmortem_types import DraftSource, RoomMessage

T0 = datetime(2026, 8, 3, 12, 0, tzinfo=UTC)
CHATTER = ("morning everybody here", "the sky looks grey", "who is around today")


def minute(number: float) -> datetime:
    return T0 + timedelta(minutes=number)


def said(
    number: float,
    text: str,
    *,
    by: str | None = "U1",
    bot: bool = False,
    pinned: bool = False,
    link: str | None = None,
    reaction: str = "",
    **more: Any,
) -> RoomMessage:
    """A message at that minute, called m<minute>."""
    at = minute(number)
    reactions = (Reaction(reaction, 1),) if reaction else ()
    message = Message(
        "C1", f"{at.timestamp():.6f}", at, by, text, bot=bot, pinned=pinned, reactions=reactions, **more
    )
    return RoomMessage(f"m{number}", message, link)


def small_talk() -> list[RoomMessage]:
    """Three messages an hour before all others, so that none gains by standing at the beginning."""
    return [said(-63 + number, text, by="U9") for number, text in enumerate(CHATTER)]


def fact(
    kind: FactKind,
    number: float,
    text: str = "",
    *,
    by: str | None = None,
    recorded: float | None = None,
    **data: str,
) -> tuple[float, Fact, datetime]:
    written = minute(number if recorded is None else recorded)
    return number, Fact(kind, minute(number), text or kind.value, by=by, data=data), written


def incident(*items: RoomMessage | tuple[float, Fact, datetime], **words: Any) -> DraftSource:
    """A source of messages and facts in any order; facts are numbered as they come."""
    messages = sorted(
        (item for item in items if isinstance(item, RoomMessage)), key=lambda item: item.message.at
    )
    told = [item for item in items if isinstance(item, tuple)]
    facts = tuple(Recorded(seq, written, one) for seq, (_, one, written) in enumerate(told, start=1))
    return DraftSource(
        id="INC-7",
        title=words.pop("title", "checkout is down"),
        facts=facts,
        messages=tuple(messages),
        **words,
    )
