"""The real door between the real house and the strict Slack stand-in, with a clock that stands until it is moved."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from incidentbot.app import open_house
from incidentbot.clock import StillClock
from incidentbot.core.facts import FactKind
from incidentbot.core.incident import Incident
from incidentbot.flows.ports import Ref, RefKind
from incidentbot.house import House
from incidentbot.playground.local import LocalWorkspace
from incidentbot.playground.slack import Answer, SlackStandIn
from incidentbot.playground.slack.records import Channel, Message
from incidentbot.settings import Settings
from tests.slack.block_checks import elements

T0 = datetime(2026, 11, 23, 14, 0, tzinfo=UTC)
RUNBOOKS = Path(__file__).parents[2] / "runbooks"
NOTHING = Path("/nonexistent")
AT_TWO = "<!date^1795442400^{date_short_pretty} at {time}|2026-11-23 at 14:00 UTC>"
"""T0 as Slack shows it to each reader in their own zone."""


@dataclass
class Bench:
    """What people do in Slack, and what they see."""

    slack: SlackStandIn
    house: House
    clock: StillClock

    async def type(self, text: str, *, by: str = "ana", channel: str = "general") -> Answer:
        """Type `/incident <text>` and wait until all that follows has been told."""
        answer = await self.slack.slash(by, channel, "/incident", text)
        await self.house.settled()
        return answer

    async def declare(self, line: str = "sev1 checkout is down") -> Channel:
        """Ana declares; the room."""
        answer = await self.type(f"declare {line}")
        assert answer.error is None, answer
        room = (await self.incident()).room
        assert room.channel is not None
        return self.slack.workspace.channels[room.channel]

    async def incident(self, number: int = 1) -> Incident:
        """The incident as it is stored."""
        found = await self.house.store.incident(Ref(RefKind.NUMBER, str(number)))
        assert found is not None
        return found

    async def press(self, message: Message, action: str, *, by: str = "bo", **words: Any) -> Answer:
        """Press a button of a message and wait until all that follows has been told."""
        answer = await self.slack.press(by, message.channel, message.ts, action, **words)
        await self.house.settled()
        return answer

    async def submit(self, by: str, **values: Any) -> Answer:
        """Send the window in front of the person."""
        view = self.slack.form_of(by)
        assert view is not None
        answer = await self.slack.submit(by, view.id, values)
        await self.house.settled()
        return answer

    async def pass_time(self, **span: float) -> None:
        """Let time pass, through every instant that is due."""
        await self.house.pass_time(self.clock, timedelta(**span))

    def calls(self, method: str) -> Sequence[Any]:
        """The calls of one method, in order."""
        return [call for call in self.slack.calls if call.method == method]

    async def whisper(self, channel: str, user: str, words: str = "") -> str:
        """What only this person sees, newest first, once it holds these words."""
        room = self.slack.workspace.channel(channel)
        identity = self.slack.workspace.person(user).id

        def seen() -> str:
            said = [one.text for one in room.ephemerals if one.visible_to == identity]
            return next((text for text in reversed(said) if words in text), "")

        return await self.slack.until(seen)


def written(room: Channel) -> list[Message]:
    """What was written in a channel, without Slack's own lines."""
    return [message for message in room.messages.values() if message.written]


async def noted(bench: Bench) -> list[str]:
    """The notes on the timeline of INC-1."""
    facts = await bench.house.store.facts((await bench.incident()).id)
    return [one.fact.text for one in facts if one.fact.kind is FactKind.NOTED]


def card_of(room: Channel) -> Message:
    """The pinned card."""
    (pin,) = room.pins
    return room.messages[pin.ts]


def with_button(room: Channel, action: str) -> Message:
    """The newest message that has this button."""
    return next(
        message
        for message in reversed(written(room))
        if any(one["action_id"] == action for one in elements(message.blocks))
    )


@asynccontextmanager
async def a_bench(
    folder: Path, *, http: bool = False, policy: str = "im-chat", paging: str = ""
) -> AsyncIterator[Bench]:
    """Slack and the house, connected."""
    clock = StillClock(T0)
    async with LocalWorkspace(clock) as local:
        given = local.settings_for(folder, http=http, paging=paging)
        own = {"INCIDENTBOT_POLICY": policy, "INCIDENTBOT_PORT": "0", "INCIDENTBOT_RUNBOOKS": str(RUNBOOKS)}
        settings = Settings.from_environment({**given, **own}, env_file=NOTHING, secrets_dir=NOTHING)
        async with open_house(settings, clock=clock) as house:
            if http:
                local.slack.deliver_over_http(f"{house.local_url}/slack/events")
            await local.slack.wait_connected()
            yield Bench(local.slack, house, clock)
