"""The bot as a process of its own, like BotProcess, forked from one that has imported it: killed and started in no time."""

import asyncio
import atexit
import json
import os
import select
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path

from incidentbot.playground.bot_process import READY, START_S, STOP_S, BotProcess

ROOT = Path(__file__).parents[2]
FORKS = hasattr(os, "pidfd_open")
"""Linux can; elsewhere each start is a new interpreter."""

LOOK_EVERY_S = 0.005


@cache
def nursery() -> "subprocess.Popen[str]":
    """One for all tests of this process. It ends with it."""
    started = subprocess.Popen(
        [sys.executable, "-m", "tests.crash.nursery"],
        cwd=ROOT,
        env={"PATH": os.defpath, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )

    def end() -> None:
        started.communicate()

    atexit.register(end)
    return started


def forked(order: Mapping[str, object]) -> int:
    """The pid of a new bot."""
    pipes = nursery()
    assert pipes.stdin is not None
    assert pipes.stdout is not None
    pipes.stdin.write(f"{json.dumps(order)}\n")
    pipes.stdin.flush()
    return int(pipes.stdout.readline())


class ForkedBot(BotProcess):
    """`incidentbot.cli.workspace_bot` with these arguments and settings; its log goes to a file."""

    def __init__(self, arguments: Sequence[str], environment: Mapping[str, str], *, log: Path) -> None:
        super().__init__("incidentbot.cli.workspace_bot", arguments, environment, log=log)
        self._order = {"arguments": list(arguments), "environment": dict(environment), "log": str(log)}
        self._pid, self._pidfd = 0, -1

    @property
    def running(self) -> bool:
        """Whether the process lives."""
        return self._pidfd >= 0 and not select.select([self._pidfd], [], [], 0)[0]

    @property
    def pid(self) -> int | None:
        """The process id while it lives."""
        return self._pid if self.running else None

    async def start(self) -> None:
        """Fork it and wait until it says that it is ready. Raises RuntimeError with the end of its log if it dies."""
        if self.running:
            return
        self._forget()
        begun = self._log.stat().st_size if self._log.exists() else 0
        self._pid = forked(self._order)
        with suppress(ProcessLookupError):  # it has ended already, and its log tells why
            self._pidfd = os.pidfd_open(self._pid)
        try:
            async with asyncio.timeout(START_S):
                await self._ready(begun)
        except TimeoutError:
            await self.kill()
            raise RuntimeError(
                f"The bot did not get ready within {START_S:.0f} s. Its log: {self._log}"
            ) from None

    async def _ready(self, begun: int) -> None:
        while not self._log.exists() or READY not in (said := self._log.read_bytes()[begun:]):
            if not self.running:
                raise RuntimeError(f"The bot ended by itself:\n{said.decode('utf-8', 'replace')[-2000:]}")
            await asyncio.sleep(LOOK_EVERY_S)

    async def _end(self, how: signal.Signals) -> None:
        if not self.running:
            return
        os.kill(self._pid, how)
        try:
            async with asyncio.timeout(STOP_S):
                await self._ended()
        except TimeoutError:
            os.kill(self._pid, signal.SIGKILL)
            await self._ended()
        self._forget()

    async def _ended(self) -> None:
        while self.running:  # noqa: ASYNC110 - it is nobody's child here, and rings no bell
            await asyncio.sleep(LOOK_EVERY_S)

    def _forget(self) -> None:
        if self._pidfd >= 0:
            os.close(self._pidfd)
        self._pidfd = -1


def a_bot(arguments: Sequence[str], environment: Mapping[str, str], *, log: Path) -> BotProcess:
    """Forked where that can be."""
    if FORKS:
        return ForkedBot(arguments, environment, log=log)
    return BotProcess("incidentbot.cli.workspace_bot", arguments, environment, log=log)
