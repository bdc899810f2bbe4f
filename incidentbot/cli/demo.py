"""`incidentbot demo`: the whole product with no account. The bot is the real one; only its addresses and clock differ."""

import asyncio
import os
import signal
import socket
import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer

from incidentbot.cli.demo_script import play
from incidentbot.cli.refusal import refusing
from incidentbot.core.refusals import Refused
from incidentbot.documents.runbooks.runbook_places import shipped_folder
from incidentbot.playground.bot_process import BotProcess
from incidentbot.playground.local import LocalWorkspace
from incidentbot.playground.pages import Pages
from incidentbot.playground.shared_clock import SharedClock
from incidentbot.playground.stage import Stage
from incidentbot.slack.slash_usage import USAGE

PORT = 8765
NO_SECOND_CLOCK = timedelta(days=1)
"""So late PagerDuty climbs by itself in the demo: every shipped ladder is longer over."""

DRAFT = Path("var/INC-1-postmortem.md")


def demo(  # noqa: PLR0917 - each option at the shell is an argument
    script: Annotated[bool, typer.Option(help="Play an incident in the shell, without a browser.")] = False,
    port: Annotated[
        int | None,
        typer.Option(min=0, max=65535, help=f"Where the page is served; {PORT} if free, 0 takes any."),
    ] = None,
    policy: Annotated[str, typer.Option(help="The profile to run: an id or a file.")] = "im-chat",
    data: Annotated[
        Path | None, typer.Option(help="Keep the bot's database here instead of in a temporary folder.")
    ] = None,
    out: Annotated[Path, typer.Option(help="Where the script writes the post-mortem.")] = DRAFT,
    runbooks: Annotated[
        Path | None, typer.Option(exists=True, help="Your own folder of runbooks instead of the shipped one.")
    ] = None,
) -> None:
    """Try the bot in the browser: channels, a phone that rings, and a clock to skip ahead."""
    with refusing(json=False), tempfile.TemporaryDirectory(prefix="incidentbot-") as temporary:
        stage = staged(data or Path(temporary), policy=policy, runbooks=runbooks and runbooks.resolve())
        asyncio.run(_demo(stage, script=script, port=port, out=out))


async def _demo(
    staging: AbstractAsyncContextManager[Stage], *, script: bool, port: int | None, out: Path
) -> None:
    async with staging as stage:
        stage.workspace.pagerduty.account.climb_late(NO_SECOND_CLOCK)
        if script:
            await play(stage, out)
            return
        await _serve_pages(stage, port)


@asynccontextmanager
async def staged(folder: Path, *, policy: str, runbooks: Path | None = None) -> AsyncIterator[Stage]:
    """Stand-ins, clock and the bot's process, all running. runbooks: a folder instead of the shipped ones."""
    clock_file = folder / "clock"
    clock = SharedClock.fresh(clock_file)
    async with LocalWorkspace(clock) as workspace:
        wiring = {
            **workspace.settings_for(folder),
            "INCIDENTBOT_POLICY": policy,
            "INCIDENTBOT_RUNBOOKS": str(runbooks or shipped_folder()),
            **_own_port(),
        }
        bot = BotProcess(
            "incidentbot.cli.workspace_bot",
            [str(clock_file)],
            {**_inherited(), **wiring},
            log=folder / "bot.log",
        )
        try:
            await bot.start()
            await workspace.slack.wait_connected()
            yield Stage(workspace, clock, bot, folder)
        except RuntimeError as error:
            raise Refused(str(error)) from error
        finally:
            await bot.stop()


def _own_port() -> Mapping[str, str]:
    """A free port for the bot's own pages, the same after each restart so that links stay right."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return {"INCIDENTBOT_PORT": str(probe.getsockname()[1])}


def _inherited() -> Mapping[str, str]:
    """What a child process needs of ours; keys of real services stay outside."""
    kept = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "VIRTUAL_ENV", "PYTHONPATH", "SYSTEMROOT")
    return {name: os.environ[name] for name in kept if name in os.environ}  # noqa: TID251 - a child's environment


@dataclass(frozen=True, slots=True)
class _Bot:
    """The bot as the page's menu holds it."""

    process: BotProcess

    @property
    def running(self) -> bool:
        return self.process.running

    async def kill(self) -> None:
        await self.process.kill()

    async def start(self) -> None:
        await self.process.start()


def pages_of(stage: Stage) -> Pages:
    """The pages of a stage; not served yet."""
    return Pages(
        slack=stage.workspace.slack,
        pagerduty=stage.workspace.pagerduty,
        skip=stage.skip,
        bot=_Bot(stage.bot),
        hints=[(f"/incident {usage}", does) for usage, does in USAGE.values()],
    )


async def _serve_pages(stage: Stage, port: int | None) -> None:
    pages = pages_of(stage)
    url = await opened(pages, port)
    typer.echo(
        f"\n  The local workspace is open:  {url}\n\n  Type there:  /incident declare sev1 checkout is down"
    )
    typer.echo("  Ctrl-C ends it.\n")
    stopped = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stopped.set)
    await stopped.wait()
    await pages.stop()


async def opened(pages: Pages, named: int | None, *, usual: int = PORT) -> str:
    """Serve the pages and give their address: who named no port gets a free one where the usual one is taken.

    Raises Refused for a named port that cannot be had.
    """
    try:
        return await pages.start(usual if named is None else named)
    except OSError as error:
        if named is not None:
            raise Refused(
                f"Port {named} cannot be had: it is taken, or not yours. `--port 0` finds one."
            ) from error
    typer.echo(f"\n  Port {usual} is taken, so the page has another one this time.")
    return await pages.start(0)
