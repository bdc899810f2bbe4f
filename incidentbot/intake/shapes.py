"""What the senders share: a payload read against its shape, refused in one sentence; instants and hashes."""

import hashlib
import json
from datetime import UTC, datetime
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError

from incidentbot.core.refusals import Refused

FIRST_YEAR = 1970
"""Go's zero instant is in the year 1 and says: none."""

LAST_YEAR = 9999
HASH_LENGTH = 32


def _instant(value: Any) -> datetime | None:
    if value is None or value == "":
        return None
    if not isinstance(value, str):
        raise ValueError("this is no instant: write it like 2026-11-23T14:05:00Z")  # noqa: TRY004 - pydantic hears these
    try:
        at = datetime.fromisoformat(value)
    except ValueError as error:
        raise ValueError("this is no instant: write it like 2026-11-23T14:05:00Z") from error
    if not FIRST_YEAR < at.year < LAST_YEAR:
        return None
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)


Instant = Annotated[datetime | None, BeforeValidator(_instant)]
"""RFC 3339, to any fraction of a second; without an offset it is UTC; None for none."""


class Shape(BaseModel):
    """A piece of a payload. What it does not name is passed over: senders add fields."""

    model_config = ConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True)


Read = TypeVar("Read", bound=Shape)


def read(shape: type[Read], raw: bytes) -> Read:
    """The payload. Raises Refused with one sentence that says where it is not as it should be, and quotes none of it."""
    try:
        value = json.loads(raw)
    except (ValueError, RecursionError):
        raise Refused("The body is no JSON text.") from None
    try:
        return shape.model_validate(value)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
    place = ".".join(map(str, first["loc"])) or "the body"
    message = str(first["msg"]).removeprefix("Value error, ")
    raise Refused(f"The body is not understood at {place}: {message}.")


def hashed(*parts: str) -> str:
    """A short name for texts of any length: the same texts have the same one."""
    text = "\0".join(parts).encode("utf-8", "surrogatepass")
    return hashlib.sha256(text).hexdigest()[:HASH_LENGTH]
