"""`incidentbot runbook preview FILE`: walk a runbook in the local workspace, as responders will; a drill, no incident."""

import asyncio
import signal
import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Annotated

import typer

from incidentbot.cli.demo import opened, pages_of, staged
from incidentbot.cli.refusal import refusing
from incidentbot.cli.runbook import steps_counted
from incidentbot.core.refusals import Refused
from incidentbot.core.runbooks.runbook import Runbook
from incidentbot.documents.runbooks.authors.runbook_lint import NO_TEXT_RULE
from incidentbot.documents.runbooks.runbook_files import SUFFIXES
from incidentbot.documents.runbooks.runbook_folder import read_file
from incidentbot.playground.stage import Stage

WHO = "ana"
LOOK_EVERY_S = 0.3
PATIENCE_S = 15.0
_LONGEST_TITLE = 80
_MOST_BESIDE = 500


def preview(
    file: Annotated[Path, typer.Argument(help="The file to walk.", exists=True, dir_okay=False)],
    port: Annotated[
        int | None, typer.Option(min=0, max=65535, help="Where the page is served; 0 takes any.")
    ] = None,
    policy: Annotated[str, typer.Option(help="The profile to run: an id or a file.")] = "im-chat",
) -> None:
    """Walk a file in the browser, with no account. Saving the file shows the new version at once."""
    with refusing(json=False):
        _readable(file)
        asyncio.run(_preview(file.resolve(), port, policy))


def _readable(file: Path) -> Runbook:
    """The file as it is. Raises Refused for one that is no text, or has no steps: there is nothing to walk."""
    book = read_file(file, path=file.name)
    if any(remark.rule == NO_TEXT_RULE for remark in book.lint):
        raise Refused(
            f"{file} cannot be read as text, so nobody could walk it: save it as UTF-8, or name another file."
        )
    if not book.steps:
        raise Refused(
            f"{file} has no steps: it reads as a reference page. `incidentbot runbook check {file}` says more."
        )
    return book


async def _preview(file: Path, port: int | None, policy: str) -> None:
    with tempfile.TemporaryDirectory(prefix="incidentbot-") as temporary:
        shelf = _beside(file, Path(temporary) / "runbooks")
        async with staged(Path(temporary), policy=policy, runbooks=shelf) as stage:
            practice = Practice(stage, file)
            await practice.begin()
            pages = pages_of(stage)
            url = await opened(pages, port)
            typer.echo(f"\n  Walk {file.name} here:  {url}{WHO}/{practice.channel}\n")
            typer.echo("  Save the file and the card follows. Ctrl-C ends it.\n")
            await practice.follow(_asked_to_stop())
            await pages.stop()


def _beside(file: Path, shelf: Path) -> Path:
    """A folder that shows the file and those beside it, for their links; not what lies deeper, which may be anything."""
    shelf.mkdir()
    beside = (one for one in file.parent.iterdir() if one != file and one.name.lower().endswith(SUFFIXES))
    for one in (file, *islice(beside, _MOST_BESIDE)):
        (shelf / one.name).symlink_to(one)
    return shelf


def _asked_to_stop() -> asyncio.Event:
    """Set by Ctrl-C."""
    stopped = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stopped.set)
    return stopped


@dataclass(slots=True)
class Practice:
    """A drill in the local workspace in which one file is walked, and begun anew whenever the file changes."""

    stage: Stage
    file: Path
    channel: str = ""
    title: str = ""
    seen: tuple[int, int] | None = None

    async def begin(self) -> None:
        """Open the room and show the first card. Raises Refused where the bot does not do its part."""
        self.seen = self._stamp()
        self.title = _readable(self.file).title[:_LONGEST_TITLE]
        await self._type("#general", f"drill p1 Practice: {self.title}")
        slack = self.stage.workspace.slack
        await self._wait(lambda: any(map(_is_room, slack.workspace.channels.values())), "the room")
        self.channel = next(one.id for one in slack.workspace.channels.values() if _is_room(one))
        await self._wait(lambda: any("practice" in text for text in self._newest()), "the incident's card")
        await self._start()

    async def follow(self, stopped: asyncio.Event) -> None:
        """Look at the file until told to stop; what is saved is walked from its first step."""
        while not stopped.is_set():
            await self._look()
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK_EVERY_S):
                    await stopped.wait()

    async def _look(self) -> None:
        now = self._stamp()
        if now is None or now == self.seen:
            return
        self.seen = now
        try:
            book = _readable(self.file)
        except Refused as refused:  # half-written files are saved, too
            typer.echo(f"  {refused.sentence}")
            return
        self.title = book.title[:_LONGEST_TITLE]
        await self._type(self._room, "runbook stop")
        await self._start()
        typer.echo(f"  Read again: {steps_counted(len(book.steps))}.")

    async def _start(self) -> None:
        await self._type(self._room, f"runbook start {self.file.name}")
        title = self.title.casefold()
        await self._wait(lambda: any(text.startswith(title) for text in self._newest()), "the first card")

    @property
    def _room(self) -> str:
        return f"#{self.stage.workspace.slack.workspace.channels[self.channel].name}"

    def _newest(self) -> list[str]:
        messages = self.stage.workspace.slack.workspace.messages(self.channel)
        return [one.text.casefold() for one in messages if one.by_bot][-3:]

    def _stamp(self) -> tuple[int, int] | None:
        try:
            status = self.file.stat()
        except OSError:  # editors replace a file by another one: it is there again in a moment
            return None
        return status.st_mtime_ns, status.st_size

    async def _type(self, room: str, text: str) -> None:
        answer = await self.stage.workspace.slack.slash(WHO, room, "/incident", text)
        if not answer.acked:
            raise Refused(f"The bot did not answer `/incident {text}` ({answer.error}).")

    async def _wait(self, reached: Callable[[], bool], what: str) -> None:
        try:
            await self.stage.workspace.slack.until(reached, timeout_s=PATIENCE_S)
        except TimeoutError:
            raise Refused(f"The preview waited {PATIENCE_S:.0f} s for {what}; it did not come.") from None


def _is_room(channel: object) -> bool:
    return str(getattr(channel, "name", "")).startswith("inc-")
