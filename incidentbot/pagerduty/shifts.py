"""What PagerDuty tells of shifts: who has one, page by page, and until when. Knows no role."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

PAGE_SIZE = 100
LAST_POSITION = 10_000
"""`offset` and `limit` together. Source: the pagination chapter of the REST overview."""

Query = Mapping[str, str | list[str]]
Read = Callable[[str, Query], Awaitable[Mapping[str, Any]]]
"""`PagerDuty.read`: the body of a GET. Raises TryLater, GiveUp."""


def end_of(user: str, entries: Sequence[Mapping[str, Any]]) -> datetime | None:
    """The end of the last of this person's shifts; one that has no end outlasts the others."""
    ends = [entry.get("end") for entry in entries if str(entry["user"]["id"]) == user]
    return None if None in ends else max(datetime.fromisoformat(str(end)) for end in ends)


async def on_calls(read: Read, query: Query) -> list[Mapping[str, Any]]:
    """Every entry, page by page; none for a role that PagerDuty cannot be asked about."""
    found: list[Mapping[str, Any]] = []
    while query and len(found) + PAGE_SIZE <= LAST_POSITION:
        paging: dict[str, str | list[str]] = {
            "limit": str(PAGE_SIZE),
            "offset": str(len(found)),
            "include[]": ["users"],
        }
        body = await read("/oncalls", {**query, **paging})
        found.extend(body.get("oncalls", ()))
        if not body.get("more"):
            break
    return found
