"""How a Web API call is refused: Slack's own error code with its details. Never an exception of the program itself."""

from collections.abc import Sequence
from typing import Any


class SlackRefusal(Exception):  # noqa: N818 - it is an answer of the API and is spoken of as a refusal
    """The call answers `{"ok": false, "error": code, ...extra}`."""

    def __init__(self, code: str, **extra: Any) -> None:
        super().__init__(code)
        self.code = code
        self.extra = extra

    def body(self) -> dict[str, Any]:
        """The JSON that the caller reads."""
        return {"ok": False, "error": self.code, **self.extra}


def explained(code: str, messages: Sequence[str]) -> SlackRefusal:
    """A refusal that lists what was wrong, as Slack does in `response_metadata.messages`."""
    lines = [f"[ERROR] {message}" for message in messages]
    return SlackRefusal(code, response_metadata={"messages": lines})
