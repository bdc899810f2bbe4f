"""A story on the whole house: the real bot, both strict stand-ins, and a clock that stands still until it is moved."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from incidentbot.app import House, open_house
from incidentbot.clock import StillClock
from incidentbot.core.facts import Recorded
from incidentbot.core.incident import Incident
from incidentbot.flows.values import Ref, RefKind
from incidentbot.playground.local import LocalWorkspace
from incidentbot.playground.slack import Answer
from incidentbot.settings import Settings

ROOT = Path(__file__).parents[2]
T0 = datetime(2026, 11, 23, 14, 0, tzinfo=UTC)


@dataclass
class Story:
    """What people do, and what they see."""

    workspace: LocalWorkspace
    house: House
    clock: StillClock

    async def slack(self, text: str, *, by: str = "dee", channel: str = "#general") -> Answer:
        """Type `/incident <text>` and wait until all that follows at this instant has happened."""
        answer = await self.workspace.slack.slash(by, channel, "/incident", text)
        await self.settled()
        return answer

    async def press(self, action_id: str, *, by: str, channel: str, ts: str, **words: str) -> Answer:
        """Press a button of a message."""
        answer = await self.workspace.slack.press(by, channel, ts, action_id, **words)
        await self.settled()
        return answer

    async def settled(self) -> None:
        """Wait until nothing more happens at this instant."""
        await self.house.settled()
        await self.workspace.pagerduty.settled()

    async def hear_phones(self) -> None:
        """Have the bot ask PagerDuty now what was answered there."""
        assert self.house.answers is not None, "a routing key alone hears nothing"
        await self.house.answers.look()
        await self.settled()

    async def fast_forward(self, **span: float) -> None:
        """Let time pass, through every instant that is due."""
        await self.house.pass_time(self.clock, timedelta(**span))
        await self.settled()

    async def incident(self, number: int = 1) -> Incident:
        """The incident as it is stored."""
        incident = await self.house.store.incident(Ref(RefKind.NUMBER, str(number)))
        assert incident is not None, f"INC-{number} is not stored"
        return incident

    async def facts(self, number: int = 1) -> list[Recorded]:
        """Its timeline."""
        return list(await self.house.store.facts((await self.incident(number)).id))

    async def room(self, number: int = 1) -> str:
        """The id of its channel."""
        channel = (await self.incident(number)).room.channel
        assert channel is not None, f"INC-{number} has no room"
        return channel

    async def said(self, number: int = 1) -> list[str]:
        """The texts in its room that the bot posted, oldest first."""
        room = await self.room(number)
        return [one.text for one in self.workspace.slack.workspace.messages(room) if one.user == "U0BOT"]

    @property
    def rung(self) -> list[str]:
        """Whose phones rang, in order."""
        return [ring.user.name.casefold() for ring in self.workspace.pagerduty.phone.rings]


@asynccontextmanager
async def a_story(
    folder: Path, *, http: bool = False, paging: str = "rest", policy: str = "im-chat"
) -> AsyncIterator[Story]:
    """Everything started, and everything stopped at the end."""
    clock = StillClock(T0)
    async with LocalWorkspace(clock) as workspace:
        wiring = {
            **workspace.settings_for(folder, http=http, paging=paging),
            "INCIDENTBOT_POLICY": policy,
            "INCIDENTBOT_RUNBOOKS": str(ROOT / "runbooks"),
            "INCIDENTBOT_PORT": "0",
        }
        nowhere = folder / "nothing"
        settings = Settings.from_environment(wiring, env_file=nowhere, secrets_dir=nowhere)
        async with open_house(settings, clock=clock) as house:
            if http:
                workspace.slack.deliver_over_http(f"{house.base_url}/slack/events")
            await workspace.slack.wait_connected()
            yield Story(workspace, house, clock)
