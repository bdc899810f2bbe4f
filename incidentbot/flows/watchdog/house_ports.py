"""What the house's own matters need of the doors: rows that outlive a restart, a pager and a poster. Protocols only.

A matter belongs to no incident: a trouble of the house that was complained of, or a page that is tried out.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Matter:
    """One matter. owner: the process that tells it; seen_at: when that was last alive, by the house's clock."""

    name: str
    body: Mapping[str, str]
    owner: str
    seen_at: datetime


@dataclass(frozen=True, slots=True)
class HousePage:
    """A page that belongs to no incident. `key` makes it ring once while it is open.

    rings_anybody: where nobody has the role's level, whoever the service rings first is rung in its place.
    """

    key: str
    role: str
    summary: str
    details: str
    rings_anybody: bool = False


@dataclass(frozen=True, slots=True)
class HousePost:
    """A line that belongs to no incident. `name` makes it happen once; tried_since: an earlier try may have arrived since.

    channel: where, "" for the profile's channel of operations, or of incidents; thread: under which message.
    user: to whom it is written directly instead. acknowledges: the key of the test page that its button answers.
    """

    name: str
    text: str
    tried_since: datetime | None = None
    channel: str = ""
    thread: str | None = None
    user: str = ""
    acknowledges: str = ""


class MatterStore(Protocol):
    """A store that keeps matters."""

    async def matters(self) -> Sequence[Matter]:
        """All of them. Raises StoreAway."""
        ...

    async def keep_matter(self, matter: Matter, *, was: Matter | None) -> bool:
        """Write it, where it still is as it `was` (None: not there). False: another process was faster."""
        ...

    async def drop_matter(self, name: str) -> None:
        """Forget it."""
        ...


class HousePager(Protocol):
    """Rings for the house itself."""

    async def ring(self, page: HousePage) -> None:
        """Ring, once while the key is open. Raises TryLater, GiveUp."""
        ...

    async def end(self, page: HousePage) -> None:
        """It is over. Raises TryLater, GiveUp."""
        ...

    async def answered_by(self, page: HousePage) -> str | None:
        """Who has answered on a phone; None while nobody has, or where that cannot be heard. Raises TryLater, GiveUp."""
        ...


class HousePoster(Protocol):
    """Posts lines about the house itself."""

    async def post_house(self, post: HousePost) -> None:
        """Post once. Raises TryLater, GiveUp."""
        ...
