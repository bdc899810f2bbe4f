"""What the senders share: a payload read against its shape, refused in one sentence; instants and hashes."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError, model_validator
from pydantic_core import ErrorDetails

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


def _words(value: Any) -> Any:
    """Senders write numbers and truths among the words; what else stands there says nothing and spoils nothing."""
    if not isinstance(value, dict):
        return value
    return {key: str(one) for key, one in value.items() if isinstance(one, str | int | float)}


Words = Annotated[Mapping[str, str], BeforeValidator(_words)]
"""Labels and their like: name -> text."""


class Shape(BaseModel):
    """A piece of a payload. What it does not name is passed over: senders add fields. A null says no more than none does."""

    model_config = ConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True)

    @model_validator(mode="before")
    @classmethod
    def _without_nulls(cls, value: Any) -> Any:
        """Go's empty maps and lists are null in JSON: nobody's page waits for a label that is not there."""
        if not isinstance(value, dict):
            return value
        return {name: one for name, one in value.items() if one is not None}


WRONG: Mapping[str, str] = {
    "missing": "it is missing",
    "string_type": "text belongs there",
    "string_too_long": "it is longer than {max_length} characters",
    "string_too_short": "it is shorter than {min_length} characters",
    "too_long": "there are more than {max_length}",
    "too_short": "there are fewer than {min_length}",
    "literal_error": "it is one of {expected}",
    "enum": "it is one of {expected}",
    **dict.fromkeys(("tuple_type", "list_type"), "a list belongs there"),
    **dict.fromkeys(
        ("dict_type", "mapping_type", "model_type", "model_attributes_type"), "an object belongs there"
    ),
}
"""Kind of slip, as pydantic names it -> what its sender is told."""

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
        sentence = _sentence(error)
    raise Refused(sentence)


def read_each(shape: type[Read], values: Sequence[object], place: str) -> tuple[Read, ...]:
    """Those of the values that are as they should be, so that one sender's slip hides no other. Raises Refused if none is.

    place: where in the body they stand.
    """
    found, refused = [], []
    for number, value in enumerate(values):
        try:
            found.append(shape.model_validate(value))
        except ValidationError as error:
            refused.append(_sentence(error, place, number))
    if refused and not found:
        raise Refused(refused[0])
    return tuple(found)


def _sentence(error: ValidationError, *before: str | int) -> str:
    first = error.errors(include_url=False, include_input=False)[0]
    place = ".".join(map(str, (*before, *first["loc"]))) or "the body"
    return f"The body is not understood at {place}: {_what_is_wrong(first)}."


def _what_is_wrong(error: ErrorDetails) -> str:
    """In our own words: the library's are for programmers. Ours, from a validator here, stay."""
    if error["type"] == "value_error":
        return str(error["msg"]).removeprefix("Value error, ")
    words = WRONG.get(error["type"], "it is not what belongs there (docs/alerts.md)")
    return words.format(**{"expected": "", "max_length": "", "min_length": "", **error.get("ctx", {})})


def hashed(*parts: str) -> str:
    """A short name for texts of any length: the same texts have the same one."""
    text = "\0".join(parts).encode("utf-8", "surrogatepass")
    return hashlib.sha256(text).hexdigest()[:HASH_LENGTH]
