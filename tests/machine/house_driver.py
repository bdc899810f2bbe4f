"""The whole house, driven: the real bot, both stand-ins, a database that stays when the bot is stopped and started."""

import asyncio
import tempfile
from collections.abc import Coroutine, Sequence
from contextlib import AsyncExitStack
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from incidentbot.core.commands import Command, Declare
from incidentbot.core.facts import Fact
from incidentbot.core.incident import Incident
from incidentbot.core.policy import Severity
from incidentbot.core.refusals import Refused
from incidentbot.flows.values import Receipt, Ref, RefKind
from incidentbot.playground.faults import Failure, Fault
from incidentbot.playground.pagerduty.refusals import Refusal
from tests.machine.promises import CHAINS
from tests.stories.profiles import PEOPLE, a_story_of
from tests.stories.story import Story

AWAY = Fault(Failure.STATUS, status=503)
LONG = 10_000
"""More calls than are made while PagerDuty is away."""

LONGEST_PAUSE = timedelta(seconds=31)
"""After which whatever is tried again was tried once more."""

ONE = Ref(RefKind.NUMBER, "1")
Result = TypeVar("Result")


class HouseDriver:
    """One incident in a house of its own. Every request has a key, so that it can be delivered again."""

    def __init__(self, profile: str, severity: str) -> None:
        self._loop = asyncio.Runner()
        self._open = AsyncExitStack()
        self._profile = profile
        self._requests: list[tuple[Command, Receipt]] = []
        folder = Path(self._open.enter_context(tempfile.TemporaryDirectory(prefix="incidentbot-machine-")))
        self._story: Story = self._run(self._open.enter_async_context(a_story_of(profile, folder)))
        self._declare(severity)

    # --- what is done ---

    def do(self, command: Command) -> bool:
        """Ask it under a new key; whether it was allowed."""
        try:
            receipt = self._run(self._handle(command, len(self._requests)))
        except Refused:
            return False
        finally:
            self._run(self._story.settled())
        self._requests.append((command, receipt))
        return True

    def answer_phone(self, minutes_ago: int) -> bool | None:  # noqa: ARG002 - phones answer now
        """Somebody acknowledges on the phone, and it is heard now; None where nothing rings or nobody hears."""
        duty = self._story.workspace.pagerduty
        rings = [ring for ring in duty.phone.rings if ring.key.split(":")[1] == str(self.incident.epoch)]
        if not rings or duty.faults.take("*") is not None:
            return None
        before = self.facts
        try:
            self._run(duty.acknowledge(rings[-1].incident_id, by="ana"))
        except Refusal:
            return None
        self._run(self._story.hear_phones())
        return len(self.facts) > len(before)

    def pass_time(self, minutes: int) -> None:
        self._run(self._story.fast_forward(minutes=minutes))

    def restart(self, minutes: int) -> None:
        self._run(self._story.restart(away=timedelta(minutes=minutes)))

    def pager_goes(self) -> None:
        self._story.workspace.pagerduty.faults.plan("*", AWAY, times=LONG)

    def pager_returns(self) -> None:
        self._story.workspace.pagerduty.faults.clear()
        self._run(self._story.fast_forward(seconds=LONGEST_PAUSE.total_seconds()))

    def again(self) -> None:
        """Every request that was answered is delivered once more: answered as before, and nothing is changed."""
        before = self.incident
        for number, (command, receipt) in enumerate(self._requests):
            told = self._run(self._handle(command, number))
            assert told.repeated, f"{command} was handled twice"
            assert told.reply == receipt.reply
        self._run(self._story.settled())
        assert self.incident == before

    def close(self) -> None:
        """Stop it all."""
        self._run(self._open.aclose())
        self._loop.close()

    # --- what is seen ---

    @property
    def now(self) -> datetime:
        return self._story.clock.now()

    @property
    def incident(self) -> Incident:
        return self._run(self._story.incident())

    @property
    def facts(self) -> list[Fact]:
        return [one.fact for one in self._run(self._story.facts())]

    @property
    def timers(self) -> dict[str, datetime]:
        """What is due and still stands; two of one name would be two rows."""
        due = self._run(self._story.house.store.due_timers(limit=LONG))
        assert len({timer.name for timer in due}) == len(due)
        return {timer.name: timer.due_at for timer in due}

    @property
    def rung(self) -> Sequence[tuple[int, str]]:
        """The epoch and the role of each phone that a program rang."""
        roles = dict(zip(PEOPLE, CHAINS[self._profile], strict=False))
        rings = self._story.workspace.pagerduty.phone.rings
        return [(int(ring.key.split(":")[1]), roles[ring.user.name.casefold()]) for ring in rings]

    @property
    def keys(self) -> Sequence[str]:
        """The key of each incident that was opened in PagerDuty."""
        return [one.key for one in self._story.workspace.pagerduty.incidents]

    # --- how ---

    def _declare(self, severity: str) -> None:
        command = Declare(
            "0b6d3c4e-0000-4000-8000-000000000007", "U0ANA", "checkout", Severity(severity), "x4k2"
        )
        handler = self._story.house.desk.handler
        self._requests.append((command, self._run(handler.handle(command, request="request-0"))))
        self._run(self._story.settled())

    def _handle(self, command: Command, number: int) -> Coroutine[Any, Any, Receipt]:
        handler = self._story.house.desk.handler
        ref = None if isinstance(command, Declare) else ONE
        return handler.handle(command, ref=ref, request=f"request-{number}")

    def _run(self, doing: Coroutine[Any, Any, Result]) -> Result:
        return self._loop.run(doing)
