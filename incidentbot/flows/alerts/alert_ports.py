"""What alerts need of the doors: a store that keeps deliveries and groups, and somebody who posts. Protocols only."""

from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from incidentbot.core.alerts.alert import AlertGroup, News
from incidentbot.core.maintenance.window import Window
from incidentbot.flows.ports import Store, Unit

Windows = Callable[[datetime], Awaitable[Window | None]]
"""The maintenance window that is open at an instant. Alerts in one are tagged, and what is below a P0 opens nothing."""


async def no_windows(_: datetime) -> Window | None:
    """Where no calendar of maintenance is kept."""
    return None


@dataclass(frozen=True, slots=True)
class StoredNews:
    """A delivery as it was stored; `at` by the house's clock."""

    id: int
    key: str
    at: datetime
    news: News


@dataclass(frozen=True, slots=True)
class AlertPost:
    """A line for the alerts channel. `name` makes it happen once; tried_since: an earlier try may have arrived since."""

    name: str
    text: str
    tried_since: datetime | None


class AlertUnit(Unit, Protocol):
    """A transaction that also holds alerts."""

    async def next_news(self) -> StoredNews | None:
        """The oldest delivery that waits and is the first of its group, held; another worker's are passed over.

        One that this version cannot read is reported, marked as failed, and the next is given.
        """
        ...

    async def drop_news(self, stored: StoredNews) -> None:
        """It has been taken in."""
        ...

    async def alert_group(self, key: str, *, at: datetime) -> AlertGroup | None:
        """The group, held: others who ask for it wait, also where there is none yet.

        One that cannot be read is reported and set aside, `at` that instant; there is none then.
        """
        ...

    async def group_to_speak(self, key: str, *, at: datetime) -> AlertGroup | None:
        """The group, held; None where somebody is speaking for it, or where it was set aside as by `alert_group`."""
        ...

    async def hear_group(self, group: AlertGroup) -> None:
        """Write what a group that stands has heard; when it may speak stays as it is."""
        ...

    async def keep_group(
        self, group: AlertGroup, *, tell_at: datetime | None, lease_s: float | None = None
    ) -> None:
        """Write the group, and when what it has not told may be told. lease_s: nobody else posts for it meanwhile."""
        ...


class AlertStore(Store, Protocol):
    """A store that keeps alerts, too."""

    def unit(self, *, patience_s: float | None = None) -> AbstractAsyncContextManager[AlertUnit]:
        """One transaction."""
        ...

    async def keep_news(self, news: News, at: datetime) -> None:
        """Store a delivery; returns once it is durable. Raises StoreAway."""
        ...

    async def miss_news(self, sender: str, at: datetime) -> None:
        """A delivery of this sender was refused and cannot be had again: it counts among those that were set aside."""
        ...

    async def fail_news(self, news_id: int) -> None:
        """Set a delivery aside that could not be taken in, so that the others of its group can."""
        ...

    async def failed_news(self) -> int:
        """How many were set aside, groups that could not be read included."""
        ...

    async def has_news(self) -> bool:
        """Whether a delivery waits to be taken in."""
        ...

    async def defer_group(self, key: str, until: datetime) -> None:
        """Look at the group again then."""
        ...

    async def groups_to_tell(self, *, limit: int) -> Sequence[str]:
        """Keys of groups that may speak now by the house's clock, and that nobody is speaking for."""
        ...

    async def next_telling_at(self) -> datetime | None:
        """When the first of the groups may speak that nobody is speaking for."""
        ...


class AlertPoster(Protocol):
    """Posts lines about alerts that belong to no incident."""

    async def post_alerts(self, post: AlertPost) -> None:
        """Post once. Raises TryLater, or GiveUp with the sentence that says what to mend."""
        ...
