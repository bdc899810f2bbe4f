"""Through whose eyes a page is drawn: names, places and local times for one person. Changes nothing."""

from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import quote, urlsplit
from zoneinfo import ZoneInfo

from incidentbot.playground.slack.people import Person
from incidentbot.playground.slack.records import Channel
from incidentbot.playground.slack.workspace import Workspace

SAFE_SCHEMES = ("http://", "https://", "mailto:")
_PERMALINK_PARTS = 3  # archives, channel, p<stamp>
_MICROS = 6


def anchor(ts: str) -> str:
    """The id of a message's element on the page."""
    return f"m-{ts.replace('.', '-')}"


@dataclass(frozen=True, slots=True)
class Reader:
    """Who looks at which workspace."""

    workspace: Workspace
    person: Person

    @property
    def now(self) -> datetime:
        """The workspace's instant in the reader's zone."""
        return self.workspace.clock.now().astimezone(ZoneInfo(self.person.tz))

    def local(self, stamp: str | float) -> datetime:
        """A message stamp or Unix seconds in the reader's zone.

        Raises ValueError, OverflowError or OSError for what is no instant.
        """
        return datetime.fromtimestamp(float(stamp), UTC).astimezone(ZoneInfo(self.person.tz))

    def name(self, user_id: str) -> str:
        """What a person or the app is called here; an unknown id stays as it is."""
        person = self.workspace.people.get(user_id)
        return person.real_name if person else user_id

    def group(self, group_id: str) -> str:
        """A user group's handle; an unknown id stays as it is."""
        return next((one.handle for one in self.workspace.usergroups if one.id == group_id), group_id)

    def room(self, channel_id: str) -> Channel | None:
        """The conversation, if the reader may look into it."""
        room = self.workspace.channels.get(channel_id)
        return room if room and room.readable_by(self.person.id) else None

    def path(self, channel_id: str) -> str:
        """Where the reader finds the conversation."""
        return f"/{self.person.name}/{quote(channel_id)}"

    def href(self, url: str) -> str:
        """An address to put into a link: permalinks lead to this page, dangerous schemes to nowhere."""
        if url.startswith(self.workspace.url):
            return self._permalink(url) or "#"
        return url if url.lower().startswith(SAFE_SCHEMES) else "#"

    def _permalink(self, url: str) -> str | None:
        """/archives/C123/p1700000000000100 as a path of this page, or None for another address of the workspace."""
        parts = urlsplit(url).path.strip("/").split("/")
        if parts[0] != "archives" or len(parts) not in {_PERMALINK_PARTS - 1, _PERMALINK_PARTS}:
            return None
        stamp = parts[2].removeprefix("p") if len(parts) == _PERMALINK_PARTS else ""
        fragment = f"#{anchor(f'{stamp[:-_MICROS]}.{stamp[-_MICROS:]}')}" if stamp else ""
        return f"{self.path(parts[1])}{fragment}"
