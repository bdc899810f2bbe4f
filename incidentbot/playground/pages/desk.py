"""What the pages are given to show and to steer: both stand-ins, the clock's lever, the bot's process. No behaviour."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from incidentbot.playground.pagerduty.server import PagerDutyStandIn
from incidentbot.playground.pages.memory import Memory
from incidentbot.playground.slack.server import SlackStandIn

Skip = Callable[[timedelta], Awaitable[None]]


class BotControl(Protocol):
    """The process of the bot, to be crashed and started again from the page."""

    @property
    def running(self) -> bool:
        """Whether the process lives."""
        ...

    async def kill(self) -> None:
        """End it with SIGKILL, in the middle of whatever it does."""
        ...

    async def start(self) -> None:
        """Start it again."""
        ...


@dataclass(frozen=True, slots=True)
class Desk:
    """hints: (usage, what it does) of each command, in the order they are offered.

    shortcuts, message_shortcuts: (callback_id, words) of what the app offers without a command.
    """

    slack: SlackStandIn
    pagerduty: PagerDutyStandIn
    skip: Skip
    bot: BotControl | None
    hints: Sequence[tuple[str, str]]
    shortcuts: Sequence[tuple[str, str]]
    message_shortcuts: Sequence[tuple[str, str]]
    memory: Memory
