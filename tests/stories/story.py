"""A story on the whole house: the real bot, both strict stand-ins, and a clock that stands still until it is moved."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from incidentbot.app import open_house
from incidentbot.clock import StillClock
from incidentbot.core.facts import Recorded
from incidentbot.core.incident import Incident
from incidentbot.flows.values import Ref, RefKind
from incidentbot.house import House
from incidentbot.pagerduty.oncall import Roster
from incidentbot.playground.local import LocalWorkspace
from incidentbot.playground.pagerduty import PagerDutyStandIn
from incidentbot.playground.pagerduty.incidents import Incident as PagerIncident
from incidentbot.playground.pagerduty.server import WEBHOOK_SECRET
from incidentbot.playground.slack import Answer
from incidentbot.playground.slack.records import Message
from incidentbot.settings import Settings
from tests.stories.seen import carries

ROOT = Path(__file__).parents[2]
T0 = datetime(2026, 11, 23, 14, 0, tzinfo=UTC)


@dataclass
class Story:
    """What people do, and what they see."""

    workspace: LocalWorkspace
    clock: StillClock
    settings: Settings
    running: AsyncExitStack = field(default_factory=AsyncExitStack)

    # --- the house ---

    async def open(self) -> None:
        """Start the bot, and wait until Slack can reach it."""
        self.house: House = await self.running.enter_async_context(
            open_house(self.settings, clock=self.clock)
        )
        slack = self.workspace.slack
        if self.settings.wants_http:
            slack.deliver_over_http(f"{self.house.local_url}/slack/events")
        if self.settings.pagerduty_webhook_secret:
            self.workspace.pagerduty.send_webhooks_to(f"{self.house.local_url}/webhooks/pagerduty")
        await slack.wait_connected()
        roster = self.house.desk.oncall
        assert isinstance(roster, Roster)
        await roster.refresh()

    async def close(self) -> None:
        """Stop the bot; its database and both stand-ins stay."""
        await self.running.aclose()

    async def restart(self, *, away: timedelta = timedelta(0)) -> None:
        """Stop the bot, let time pass without it, and start it again on the same database."""
        await self.close()
        self.clock.skip(away)
        await self.open()
        await self.settled()

    async def settled(self) -> None:
        """Wait until nothing more happens at this instant."""
        await self.house.settled()
        await self.workspace.pagerduty.settled()
        if self.settings.pagerduty_webhook_secret:
            await self.workspace.pagerduty.webhooks.settled()
            await self.house.settled()

    async def fast_forward(self, **span: float) -> None:
        """Let time pass, through every instant that is due."""
        await self.house.pass_time(self.clock, timedelta(**span))
        await self.settled()

    async def hear_phones(self) -> None:
        """Have the bot ask PagerDuty now what was answered there."""
        await self.house.answers.look()
        await self.settled()

    # --- what people do ---

    async def slack(self, text: str, *, by: str = "dee", channel: str = "#general") -> Answer:
        """Type `/incident <text>` and wait until all that follows at this instant has happened."""
        answer = await self.workspace.slack.slash(by, channel, "/incident", text)
        await self.settled()
        return answer

    async def room(self, text: str, *, by: str = "dee", number: int = 1) -> Answer:
        """Type `/incident <text>` in an incident's room."""
        return await self.slack(text, by=by, channel=await self.room_id(number))

    async def press(self, message: Message, action_id: str, *, by: str = "bo", **words: Any) -> Answer:
        """Press a button of a message."""
        answer = await self.workspace.slack.press(by, message.channel, message.ts, action_id, **words)
        await self.settled()
        return answer

    async def say(self, text: str, *, by: str, channel: str, thread_ts: str | None = None) -> str:
        """Write in a channel, and wait until the bot has acknowledged what it heard of it. Returns the ts."""
        slack = self.workspace.slack
        ts = await slack.say(by, channel, text, thread_ts=thread_ts)
        await asyncio.gather(*tuple(slack._errands._running))
        return ts

    async def react(self, emoji: str, *, by: str, channel: str, ts: str) -> None:
        """Put a reaction on a message, and wait until the bot has acknowledged what it heard of it."""
        await self.workspace.slack.react(by, channel, ts, emoji)
        await asyncio.gather(*tuple(self.workspace.slack._errands._running))

    async def edit(self, text: str, *, by: str, channel: str, ts: str) -> None:
        """Change one's own message, and wait until the bot has acknowledged what it heard of it."""
        await self.workspace.slack.edit(by, channel, ts, text)
        await asyncio.gather(*tuple(self.workspace.slack._errands._running))

    async def submit(self, by: str, **values: Any) -> Answer:
        """Send the window in front of the person."""
        view = self.workspace.slack.form_of(by)
        assert view is not None, f"{by} has no window open"
        answer = await self.workspace.slack.submit(by, view.id, values)
        await self.settled()
        return answer

    async def answer_phone(self, by: str) -> None:
        """Acknowledge the newest ring on the phone, and have the bot hear of it."""
        ring = self.workspace.pagerduty.phone.rings[-1]
        await self.workspace.pagerduty.acknowledge(ring.incident_id, by=by)
        await self.hear_phones()

    # --- what is stored ---

    async def incident(self, number: int = 1) -> Incident:
        """The incident as it is stored."""
        incident = await self.house.store.incident(Ref(RefKind.NUMBER, str(number)))
        assert incident is not None, f"INC-{number} is not stored"
        return incident

    async def facts(self, number: int = 1) -> list[Recorded]:
        """Its timeline."""
        return list(await self.house.store.facts((await self.incident(number)).id))

    async def told(self, *kinds: str, number: int = 1) -> list[str]:
        """The sentences of its timeline, of these kinds alone where some are named."""
        facts = [one.fact for one in await self.facts(number)]
        return [fact.text for fact in facts if not kinds or fact.kind in kinds]

    # --- what is seen ---

    async def room_id(self, number: int = 1) -> str:
        """The id of its channel."""
        channel = (await self.incident(number)).room.channel
        assert channel is not None, f"INC-{number} has no room"
        return channel

    async def said(self, number: int = 1) -> list[str]:
        """The texts in its room that the bot posted, oldest first."""
        return [one.text for one in self.posted(await self.room_id(number))]

    async def card(self, number: int = 1) -> Message:
        """Its card."""
        room = (await self.incident(number)).room
        assert room.card_ts is not None, f"INC-{number} has no card"
        return self.workspace.slack.workspace.message(await self.room_id(number), room.card_ts)

    def posted(self, channel: str) -> list[Message]:
        """What the bot posted in a channel, oldest first."""
        return [one for one in self.workspace.slack.workspace.messages(channel) if one.by_bot]

    def newest(self, channel: str, action_id: str) -> Message:
        """The newest message of the bot that has this button."""
        return next(one for one in reversed(self.posted(channel)) if carries(one, action_id))

    async def whispered(self, user: str, channel: str, words: str) -> str:
        """What only this person sees in a channel, once it holds these words."""
        slack = self.workspace.slack
        person, room = slack.workspace.person(user), slack.workspace.channel(channel)

        def seen() -> str:
            mine = [one.text for one in room.ephemerals if one.visible_to == person.id]
            return next((text for text in reversed(mine) if words in text), "")

        return await slack.until(seen)

    @property
    def duty(self) -> PagerDutyStandIn:
        """PagerDuty."""
        return self.workspace.pagerduty

    @property
    def theirs(self) -> PagerIncident:
        """The newest incident of PagerDuty's."""
        return list(self.workspace.pagerduty.incidents)[-1]

    def has_it(self) -> set[str]:
        """Who is assigned to any open incident of PagerDuty's."""
        assigned = [stamp.user for one in self.duty.incidents if one.is_open for stamp in one.assignees]
        return {user.name.casefold() for user in assigned if hasattr(user, "name")}

    @property
    def rung(self) -> list[str]:
        """Whose phones rang, in order."""
        return [ring.user.name.casefold() for ring in self.workspace.pagerduty.phone.rings]


@asynccontextmanager
async def a_story(
    folder: Path,
    *,
    http: bool = False,
    paging: str = "rest",
    policy: str = "im-chat",
    wiring: Mapping[str, str] | None = None,
    webhooks: bool = False,
) -> AsyncIterator[Story]:
    """Everything started, and everything stopped at the end.

    wiring: settings that differ from the usual ones. webhooks: PagerDuty tells by itself what is done there.
    """
    clock = StillClock(T0)
    async with LocalWorkspace(clock) as workspace:
        given = {
            **workspace.settings_for(folder, http=http, paging=paging),
            "INCIDENTBOT_POLICY": policy,
            "INCIDENTBOT_RUNBOOKS": str(ROOT / "runbooks"),
            "INCIDENTBOT_PORT": "0",
            **({"PAGERDUTY_WEBHOOK_SECRET": WEBHOOK_SECRET} if webhooks else {}),
            **(wiring or {}),
        }
        nowhere = folder / "nothing"
        settings = Settings.from_environment(given, env_file=nowhere, secrets_dir=nowhere)
        story = Story(workspace, clock, settings)
        async with story.running:
            await story.open()
            yield story
