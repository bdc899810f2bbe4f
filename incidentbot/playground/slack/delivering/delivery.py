"""How something reaches the app and what the app answers: the shared words of Socket Mode and HTTP."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

ACK_TIMEOUT_S = 3.0  # https://docs.slack.dev/interactivity/handling-user-interaction#acknowledgment_response


class Kind(StrEnum):
    """The envelope types of Socket Mode."""

    COMMAND = "slash_commands"
    INTERACTIVE = "interactive"
    EVENT = "events_api"


@dataclass(frozen=True, slots=True)
class Attempt:
    """Which delivery of the same event this is: 0 first; `reason` says why the one before did not count."""

    number: int = 0
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Ack:
    """What came back. `error` is what the person would see: operation_timeout or dispatch_failed.

    body: the payload of the ack, a plain text as {"text": ...}. reason: Slack's word for the retry header.
    """

    acked: bool
    body: Mapping[str, Any] | None = None
    ms: float = 0.0
    error: str | None = None
    reason: str = ""
    no_retry: bool = False


class Courier(Protocol):
    """One way to the app."""

    async def reachable(self) -> None:
        """Wait until something can be delivered."""
        ...

    async def carry(self, kind: Kind, payload: Mapping[str, Any], attempt: Attempt) -> Ack:
        """Deliver once and wait for the ack, for as long as Slack waits."""
        ...
