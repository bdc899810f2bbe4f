"""One life of an incident that makes every call to Slack, and what people saw of it in the end, to lay beside another's."""

import asyncio
import json
import re
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

from incidentbot.core.incident import Incident
from incidentbot.flows.values import ListFilter
from incidentbot.playground.slack.people import BOT_USER_ID
from incidentbot.playground.slack.workspace import Workspace
from incidentbot.slack.cards.wording import status_words
from tests.crash.long_runbook import LONG_RUN, runbooks_of
from tests.crash.reaper import effect_of
from tests.stories.profile_of import profile_of
from tests.stories.story import Story, a_story

TITLE = "checkout is down"
TEAM = """\
schema: 1
pagerduty: {service: PSVC001}
roles:
  on_call_primary: {slack: [U0ANA], email: [ana@example.com], pagerduty: {user: PUANA}}
  on_call_secondary: {slack: [U0BO], email: [bo@example.com], pagerduty: {user: PUBO}}
  team_lead: {slack: [S0ONCALL], email: [chi@example.com], pagerduty: {user: PUCHI}}
  engineering_manager: {pagerduty: {user: PUDEE}}
"""
"""One role is a user group, and one is known by PagerDuty's address alone: both are asked for."""


AT_THE_END = re.compile(r"(:\d+|(?<=run:).*)$")
"""Of a stamp, what differs from life to life: the number of a line on the timeline, the id of a runbook's run."""

TROUBLE = re.compile(r" (post say:(late|recovered):.*|fact (effect_failed|retried))$|^the house rang")
AGAIN_EVERY_S, AGAIN_FOR_S = 0.2, 40.0
AGAIN_AFTER = timedelta(seconds=1)
"""What passes on the house's clock each time; a start that fails waits on the machine's."""


def team_of(folder: Path) -> Path:
    """Its team file, in a folder that need not be there yet."""
    folder.mkdir(parents=True, exist_ok=True)
    team = folder / "our-team.yaml"
    team.write_text(TEAM, encoding="utf-8")
    return team


@asynccontextmanager
async def a_life(folder: Path, *, http: bool = True) -> AsyncIterator[Story]:
    """A house in which one can be lived."""
    team = team_of(folder)
    wiring = {"INCIDENTBOT_TEAM": str(team), "INCIDENTBOT_RUNBOOKS": str(runbooks_of(folder))}
    policy = profile_of(folder, "postmortem: {canvas: true}")
    async with a_story(folder, policy=policy, http=http, wiring=wiring) as story:
        yield story


class Life:
    """Lived by people who type again what Slack showed them an error for. shown: what they read of trouble."""

    def __init__(self, story: Story) -> None:
        self.story = story
        self.shown: list[str] = []

    async def lived(self) -> None:
        """Opened in a window and given up, declared, not answered, called in, walked, answered, over, and written up."""
        await self.story.workspace.slack.open_home("dee")
        await self._type("declare", by="dee")
        await self._type(f"declare sev1 {TITLE}", by="dee")
        await self.story.fast_forward(minutes=16)
        await self._type("escalate team_lead INC-1")
        await self._type("page engineering_manager INC-1")
        await self._type(LONG_RUN.format(name="INC-1"))
        await self._type("runbook next INC-1")
        await self._type("note INC-1 the deploy began at 10:00")
        await self.story.fast_forward(minutes=10)  # an ack calls off what has not reached anybody yet
        await self._type("ack INC-1")
        await self.story.fast_forward(minutes=2)
        await self._type("resolve INC-1 rolled back")
        await self.story.fast_forward(minutes=3)
        await self._type("INC-1 review publish")
        await self.story.fast_forward(minutes=3)

    async def lived_in_a_thread(self, trouble: Callable[[], None]) -> None:
        """A small one, whose room is a thread. trouble: made before something is said in it."""
        await self._type("declare sev4 logs are slow", by="dee")
        await self.story.fast_forward(minutes=3)
        trouble()
        await self._type("INC-2 update we look at them")
        await self.story.fast_forward(minutes=3)

    async def _type(self, words: str, *, by: str = "bo") -> None:
        async with asyncio.timeout(AGAIN_FOR_S):
            while not (answer := await self.story.slack(words, by=by)).acked:
                self.shown.append(str(answer.error))
                await asyncio.sleep(AGAIN_EVERY_S)  # as people wait before they type it again
                self.story.clock.skip(AGAIN_AFTER)
        if "Slack" in (answer.text or ""):
            self.shown.append(str(answer.text))


async def seen(story: Story) -> Counter[str]:
    """What there is of both: rings, rooms, posts by what they are for, people, topics, timelines."""
    found = Counter(_rooms(story.workspace.slack.workspace))
    found += Counter(_canvases(story.workspace.slack.workspace))
    rung = list(story.workspace.pagerduty.phone.rings)
    for incident in await story.house.store.incidents(only=ListFilter("all")):
        kinds = (one.fact.kind for one in await story.facts(incident.number))
        found += Counter(f"{incident.name} fact {kind}" for kind in kinds)
        about = [ring for ring in rung if ring.key.startswith(incident.id)]
        found += Counter(f"{incident.name} ring {ring.user.name}" for ring in about)
        rung = [ring for ring in rung if ring not in about]
        found += Counter(_posts(story.workspace.slack.workspace, incident))
    return found + Counter(f"the house rang {ring.user.name}" for ring in rung)


def told_of_trouble(more: Counter[str]) -> Counter[str]:
    """Of what one life has more than another, what tells people that something is late, failed or tried again."""
    return Counter({what: count for what, count in more.items() if TROUBLE.search(what)})


def _posts(slack: Workspace, incident: Incident) -> Iterator[str]:
    messages = (message for channel in slack.channels.values() for message in channel.messages.values())
    for message in messages:
        stamp = effect_of(message.metadata)
        if not message.by_bot or not stamp.startswith(f"{incident.id}:"):
            continue
        key = AT_THE_END.sub("", stamp.removeprefix(f"{incident.id}:"))
        yield f"{incident.name} post {key}"
        if key in {"card", "announce", "room"} and status_words(incident) not in json.dumps(message.blocks):
            yield f"{incident.name} {key} is not true"


def _canvases(slack: Workspace) -> Iterator[str]:
    for canvas in slack.canvases.values():
        shown = "shows" if "Reviewed and published." in canvas.markdown else "does not show"
        yield f"a canvas that {shown} {canvas.title}"


def _rooms(slack: Workspace) -> Iterator[str]:
    for room in slack.channels.values():
        if room.name.startswith("inc-"):
            yield f"a room about {room.topic.value}, {len(room.pins)} pins"
            yield from (f"member {user}" for user in room.members if user != BOT_USER_ID)
            yield from ("a file" for message in room.messages.values() for _ in message.files)
