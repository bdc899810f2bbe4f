"""What a person gets back for something they did, and the words for what cannot be done. Data only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


class NotThereError(LookupError):
    """The person cannot do this: the channel, message, element, option or form is not in front of them."""


@dataclass(frozen=True, slots=True)
class Answer:
    """How the app answered.

    acked: within Slack's three seconds. error: what Slack would show, operation_timeout, dispatch_failed or
    invalid_response (the app answered with something Slack does not take); None otherwise. detail: why.
    text, blocks: the message in the ack of a command. body: the whole payload of the ack.
    errors: complaints under the fields of a form, by block_id. view_id: the form on top afterwards.
    sent: False when nothing left the person's client, as with an empty required field.
    """

    acked: bool
    ack_ms: float = 0.0
    error: str | None = None
    detail: str = ""
    text: str | None = None
    blocks: Sequence[Mapping[str, Any]] = ()
    body: Mapping[str, Any] | None = None
    errors: Mapping[str, str] = field(default_factory=dict)
    view_id: str | None = None
    sent: bool = True
