"""Two people who press the same button at the same moment."""

import asyncio

from incidentbot.playground.slack.records import Channel, Message
from tests.slack.bench import Bench


async def both_press(bench: Bench, card: Message, action: str) -> None:
    """Bo and Chi press the same button at the same moment."""
    pressed = [bench.slack.press(who, card.channel, card.ts, action) for who in ("bo", "chi")]
    answers = await asyncio.gather(*pressed)
    assert all(answer.acked for answer in answers)
    await bench.house.settled()


async def told_in_vain(bench: Bench, room: Channel) -> str:
    """What the slower of two pressers was told."""
    return await bench.slack.until(lambda: room.ephemerals[-1].text if room.ephemerals else "")
