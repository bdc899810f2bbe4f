"""The bot as a process of its own beside the stand-ins, so that it can be killed and started again like a real one."""

import asyncio
import signal
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

READY = b'"event": "ready"'
START_S = 60.0
STOP_S = 5.0


class BotProcess:
    """Starts `python -m <module> <arguments>` with the given settings; its log goes to a file."""

    def __init__(
        self, module: str, arguments: Sequence[str], environment: Mapping[str, str], *, log: Path
    ) -> None:
        self._command = (sys.executable, "-m", module, *arguments)
        self._environment = dict(environment)
        self._log = log
        self._process: asyncio.subprocess.Process | None = None

    @property
    def running(self) -> bool:
        """Whether the process lives."""
        return self._process is not None and self._process.returncode is None

    @property
    def pid(self) -> int | None:
        """The process id while it lives."""
        return self._process.pid if self._process is not None and self.running else None

    async def start(self) -> None:
        """Start it and wait until it says that it is ready. Raises RuntimeError with the end of its log if it dies."""
        if self.running:
            return
        with self._log.open("ab") as log:
            begun = log.tell()
            self._process = await asyncio.create_subprocess_exec(
                *self._command,
                env=self._environment,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        try:
            async with asyncio.timeout(START_S):
                await self._ready(begun)
        except TimeoutError:
            await self.kill()
            raise RuntimeError(
                f"The bot did not get ready within {START_S:.0f} s. Its log: {self._log}"
            ) from None

    async def _ready(self, begun: int) -> None:
        while READY not in (said := self._log.read_bytes()[begun:]):
            if not self.running:
                raise RuntimeError(f"The bot ended by itself:\n{said.decode('utf-8', 'replace')[-2000:]}")
            await asyncio.sleep(0.02)

    async def kill(self) -> None:
        """SIGKILL: nothing it holds in memory survives."""
        await self._end(signal.SIGKILL)

    async def stop(self) -> None:
        """SIGTERM, and SIGKILL if it does not end."""
        await self._end(signal.SIGTERM)

    async def _end(self, how: signal.Signals) -> None:
        process = self._process
        if process is None or process.returncode is not None:
            return
        process.send_signal(how)
        try:
            async with asyncio.timeout(STOP_S):
                await process.wait()
        except TimeoutError:
            process.kill()
            await process.wait()
