"""A whole incident played in the shell, line by line: what people do, what the bot answers, whose phone rings."""

import asyncio
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import aiohttp
import typer

from incidentbot.core.refusals import Refused
from incidentbot.playground.slack import Answer
from incidentbot.playground.slack.records import Message
from incidentbot.playground.stage import Stage
from incidentbot.slack import names

STEPS = 12
PATIENCE_S = 60.0
HTTP_OK = 200
INVITED = 2
"""Whoever declared it, and who is on call."""
WHO = {"U0ANA": "@ana", "U0BO": "@bo", "U0CHI": "@chi", "U0DEE": "@dee", "U0ELI": "@eli"}


class Narrator:
    """Prints one line for each thing that happens, with how far the play is."""

    def __init__(self) -> None:
        self._step = 0

    def scene(self, title: str) -> None:
        """A new step of the play."""
        self._step += 1
        bar = "█" * self._step + "░" * (STEPS - self._step)
        typer.secho(f"\n{bar}  {title}", bold=True)

    def line(self, who: str, text: str) -> None:
        """Somebody does or says something."""
        for mention, name in WHO.items():
            text = text.replace(f"<@{mention}>", name)
        typer.echo(f"  {who:>12}  {text}")


class Play:
    """The people of the play, acting through the stand-ins as they would through Slack and their phones."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.slack = stage.workspace.slack
        self.pagerduty = stage.workspace.pagerduty
        self.told = Narrator()
        self.room = "#general"

    async def type(self, by: str, text: str) -> Answer:
        """Somebody types `/incident <text>` where the play is; the bot's own answer is printed."""
        self.told.line(f"@{by}", f"/incident {text}")
        answer = await self.slack.slash(by, self.room, "/incident", text)
        if not answer.acked:
            raise Refused(f"The bot did not answer `/incident {text}` ({answer.error}).")
        if answer.text:
            self.told.line("bot", f"{answer.text}  ({answer.ack_ms:.0f} ms)")
        return answer

    async def say(self, by: str, text: str) -> None:
        """Somebody says something in the room."""
        self.told.line(f"@{by}", text)
        await self.slack.say(by, self.room, text)

    async def skip(self, **span: float) -> None:
        """The clock is skipped ahead."""
        length = timedelta(**span)
        await self.stage.skip(length)
        self.told.line("clock", f"{length.total_seconds() / 60:.0f} minutes later")

    async def rings(self, count: int) -> None:
        """Wait for a phone."""
        await self.pagerduty.until(lambda: len(self.pagerduty.phone.rings) >= count, within_s=PATIENCE_S)
        ring = self.pagerduty.phone.rings[count - 1]
        self.told.line("phone", f"rings for @{ring.user.name.casefold()}: {ring.summary}")

    async def hears(self, words: str) -> None:
        """Wait until the bot says it in the room."""
        await self._wait(lambda: any(words in text for text in self._lines()), f"“{words}”")
        said = next(text for text in self._lines() if words in text)
        self.told.line("bot", re.sub(r":[a-z_]+: ?", "", said))

    async def opened(self) -> None:
        """Wait for the room and go there."""
        await self._wait(lambda: bool(self._rooms()), "the room")
        name = self._rooms()[0]
        self.room = f"#{name}"
        await self._wait(
            lambda: bool(self._lines()) and len(self._members()) >= INVITED, "the card and the people"
        )
        members = ", ".join(f"@{person}" for person in self._members())
        self.told.line("slack", f"#{name} is open, with the card pinned; invited: {members}")

    async def press(self, by: str, action: str, what: str) -> None:
        """Somebody presses a button of the newest message that has it."""
        self.told.line(f"@{by}", f"presses {what}")
        message = self._with(by, action)
        answer = await self.slack.press(by, self.room, message.ts, action)
        if not answer.acked:
            raise Refused(f"The bot did not answer {what} ({answer.error}).")

    async def shows(self, words: str) -> None:
        """Wait until the runbook's card shows something."""
        await self._wait(lambda: any(words in text for text in self._lines()), f"the card to show “{words}”")
        self.told.line("card", next(text for text in reversed(self._lines()) if words in text))

    def _with(self, by: str, action: str) -> Message:
        reader = f"U0{by.upper()}"
        messages = self.slack.workspace.messages(self._channel(), reader=reader)
        found = [one for one in messages if action in _actions(one)]
        if not found:
            raise Refused(f"No message in {self.room} has the button {action}.")
        return found[-1]

    def _lines(self) -> list[str]:
        return [one.text for one in self.slack.workspace.messages(self._channel()) if one.by_bot]

    def _channel(self) -> str:
        return next(one.id for one in self.slack.workspace.channels.values() if f"#{one.name}" == self.room)

    def _rooms(self) -> list[str]:
        return [one.name for one in self.slack.workspace.channels.values() if one.name.startswith("inc-")]

    def _members(self) -> list[str]:
        channel = self.slack.workspace.channels[self._channel()]
        return sorted(WHO[one].lstrip("@") for one in channel.members if one in WHO)

    async def _wait(self, reached: Callable[[], bool], what: str) -> None:
        try:
            await self.slack.until(reached, timeout_s=PATIENCE_S)
        except TimeoutError:
            raise Refused(
                f"The play waited {PATIENCE_S:.0f} s for {what}; see {self.stage.folder / 'bot.log'}."
            ) from None


def _actions(message: Message) -> set[str]:
    """The ids of everything that can be pressed in a message."""
    elements = [
        element
        for block in message.blocks
        for element in (*block.get("elements", ()), block.get("accessory") or {})
    ]
    return {str(element.get("action_id", "")) for element in elements}


async def play(stage: Stage, out: Path) -> None:
    """Play the incident and write its post-mortem to `out`. Raises Refused where the bot does not do its part."""
    one = Play(stage)
    await _page(one)
    await _climb(one)
    await _crash(one)
    await _walk(one)
    await _end(one, out)


async def _page(one: Play) -> None:
    one.told.scene("Dee declares an incident in one line")
    await one.type("dee", "declare sev1 checkout is down")
    one.told.scene("The page leaves at once, the room opens beside it")
    await one.rings(1)
    await one.opened()
    await one.say("dee", "Card payments fail for everybody in the EU, error rate 40 %")


async def _climb(one: Play) -> None:
    one.told.scene("Nobody answers: the deadline is told, then the ladder climbs")
    await one.skip(minutes=5)
    await one.hears("Nobody has acknowledged")
    await one.skip(minutes=10)
    await one.rings(2)
    one.told.scene("Bo acknowledges on the phone; escalation stops")
    ring = one.pagerduty.phone.rings[1]
    await one.pagerduty.acknowledge(ring.incident_id, by="bo")
    await one.hears("acknowledged in PagerDuty")


async def _crash(one: Play) -> None:
    one.told.scene("The bot's process is killed, and started again")
    one.told.line("shell", f"kill -9 {one.stage.bot.pid}")
    await one.stage.bot.kill()
    await one.skip(minutes=2)
    await one.stage.bot.start()
    await one.slack.wait_connected()
    one.told.line("bot", "is back; nothing is lost")


async def _walk(one: Play) -> None:
    one.told.scene("Bo walks the team's own runbook")
    await one.type("bo", "runbook database outage")
    await one.press("bo", names.RUN_START, "Start")
    await one.shows("step 1 of")
    await one.press("bo", names.RUN_DONE, "Done")
    await one.shows("step 2 of")
    await one.press("chi", names.RUN_DONE, "Done")
    await one.shows("step 3 of")
    await one.press("bo", names.RUN_SKIP, "Skip")
    form = one.slack.form_of("bo")
    if form is None:
        raise Refused("The bot did not ask why the step is skipped.")
    await one.slack.submit("bo", form.id, {"reason": "no replica is lagging"})
    await one.shows("step 4 of")


async def _end(one: Play, out: Path) -> None:
    one.told.scene("People work, the room is kept")
    await one.say("bo", "Found it: the connection pool is exhausted since the last deploy")
    await one.say("bo", "Rolled back the deploy, errors are falling")
    await one.type("bo", "impact card payments fail in the EU --users many")
    await one.skip(minutes=9)
    one.told.scene("An update for those who wait")
    await one.type("bo", "update We rolled back a deploy, payments recover")
    one.told.scene("Mitigated, then resolved, with who verified")
    await one.type("bo", "mitigate rolled back the last deploy")
    await one.skip(minutes=12)
    await one.type("bo", "resolve error rate back to normal, verified by chi")
    await one.hears("resolved it")
    one.told.scene("The post-mortem writes itself from the facts")
    answer = await one.type("dee", "postmortem")
    link = re.search(r"https?://[^\s|>\"']+", f"{answer.text} {answer.blocks}")
    if link is None:
        raise Refused("The bot gave no address for the draft.")
    one.told.scene("Written down")
    page, _, _ = link[0].partition("?")  # on this machine the pages let everybody in
    draft = await _fetched(f"{page}.md")
    await asyncio.to_thread(_written, out, draft)
    one.told.line("file", str(out))
    one.told.scene("Done: one page each, one room, nothing lost")


async def _fetched(url: str) -> str:
    async with aiohttp.ClientSession() as session, session.get(url) as response:
        if response.status != HTTP_OK:
            raise Refused(f"The draft's page answered {response.status}.")
        return await response.text()


def _written(out: Path, text: str) -> None:
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(text, encoding="utf-8")
