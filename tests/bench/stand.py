"""The bot in a process of its own, and in this one both stand-ins at a distance: where every figure is taken."""

import os
import socket
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from incidentbot.clock import SystemClock
from incidentbot.playground.bot_process import BotProcess
from incidentbot.playground.local import LocalWorkspace
from incidentbot.slack.web_api.scopes import EVENT_SCOPES
from tests.bench.sightings import Sightings

ROOT = Path(__file__).parents[2]
LATENCY_S = 0.1
"""The distance to Slack and to PagerDuty, for each call."""

KEPT = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "VIRTUAL_ENV", "PYTHONPATH")
SOCKET, HTTP = "socket mode", "signed HTTP"


@dataclass(frozen=True, slots=True)
class Stand:
    """All that a round needs. `ready_after_s`: from the start of the process until it says that it is ready."""

    workspace: LocalWorkspace
    bot: BotProcess
    seen: Sightings
    ready_after_s: float

    @property
    def connections(self) -> int:
        """How many connections both stand-ins have seen."""
        calls = self.workspace.pagerduty.calls
        pager = max((call.connection for call in calls), default=0)
        return self.workspace.slack.web_api.connections.seen + pager

    @property
    def calls(self) -> Counter[str]:
        """How often each call was made, by its name."""
        slack = Counter(call.method for call in self.workspace.slack.calls)
        return slack + Counter(call.operation for call in self.workspace.pagerduty.calls)

    def set_up_takes(self, seconds: float) -> None:
        """What a fresh connection costs from now on."""
        self.workspace.slack.connection_setup_s = seconds
        self.workspace.pagerduty.connection_setup_s = seconds

    def lapse(self) -> None:
        """Close every connection the bot keeps to the vendors, as they do with those that are idle."""
        slack = self.workspace.slack.web_api.connections._known
        pager = self.workspace.pagerduty.door._connections
        for transport in (*slack, *pager):
            transport.close()


@asynccontextmanager
async def opened(door: str, paging: str) -> AsyncIterator[Stand]:
    """Everything started with the default profile, and everything stopped at the end."""
    with tempfile.TemporaryDirectory(prefix="incidentbot-bench-") as name:
        folder, clock = Path(name), SystemClock()
        async with LocalWorkspace(clock) as workspace:
            seen = Sightings(workspace)
            workspace.slack.events.subscriptions = set(EVENT_SCOPES)  # as the bot's own manifest asks for
            workspace.slack.faults.latency_s = workspace.pagerduty.faults.latency_s = LATENCY_S
            port = _free_port()
            if door == HTTP:
                workspace.slack.deliver_over_http(f"http://127.0.0.1:{port}/slack/events")
            wiring = _wiring(workspace, folder, port, http=door == HTTP, paging=paging)
            bot = BotProcess("incidentbot", ["serve"], wiring, log=folder / "bot.log")
            try:
                began = time.perf_counter()
                await bot.start()
                ready_after_s = time.perf_counter() - began
                await workspace.slack.wait_connected()
                yield Stand(workspace, bot, seen, ready_after_s)
            finally:
                await bot.stop()


def _wiring(
    workspace: LocalWorkspace, folder: Path, port: int, *, http: bool, paging: str
) -> Mapping[str, str]:
    inherited = {name: os.environ[name] for name in KEPT if name in os.environ}  # noqa: TID251 - a child's own
    return {
        **inherited,
        **workspace.settings_for(folder, http=http, paging=paging),
        "INCIDENTBOT_POLICY": "default",
        "INCIDENTBOT_RUNBOOKS": str(ROOT / "runbooks"),
        "INCIDENTBOT_PORT": str(port),
    }


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
