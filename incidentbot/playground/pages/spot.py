"""Where somebody is on the page: who they are, which conversation, which thread, whose phone. Only addresses."""

from dataclasses import dataclass
from urllib.parse import quote, urlencode

from aiohttp import web

from incidentbot.playground.slack.people import Person
from incidentbot.playground.slack.records import Channel
from incidentbot.playground.slack.workspace import Workspace

HOME = "home"


class NoSuchSpotError(LookupError):
    """The address names nobody, or nothing this person can see. Its text is the sentence they read."""


@dataclass(frozen=True, slots=True)
class Spot:
    """One view of the workspace. room: None on the app's home. phone: a person's name, empty for one's own."""

    person: Person
    room: Channel | None = None
    thread: str = ""
    phone: str = ""

    @property
    def place(self) -> str:
        """The second word of the address."""
        return self.room.id if self.room else HOME

    def go(self, *, place: str | None = None, thread: str | None = None, phone: str | None = None) -> str:
        """The address of a spot near this one; another place closes the thread, what is not named stays."""
        kept = self.thread if place in {None, self.place} else ""
        words = {
            "thread": kept if thread is None else thread,
            "phone": self.phone if phone is None else phone,
        }
        path = f"/{self.person.name}/{quote(place or self.place)}"
        return path + self._query(words)

    def seen_by(self, person: Person) -> str:
        """The same place for another person, or the first one where they cannot see it."""
        visible = self.room is not None and self.room.readable_by(person.id)
        place = self.place if visible or self.room is None else ""
        return f"/{person.name}/{quote(place)}" + self._query({"thread": self.thread if visible else ""})

    def do(self, deed: str) -> str:
        """Where the form of a deed is posted."""
        return f"/{self.person.name}/{quote(self.place)}/do/{deed}" + self._query(self._words())

    @property
    def canvas(self) -> str:
        """Where the conversation's canvas is read."""
        return f"/{self.person.name}/{quote(self.place)}/canvas"

    @property
    def draw(self) -> str:
        """Where parts of this page are fetched again; the names of the parts are put behind it."""
        return f"/{self.person.name}/{quote(self.place)}/draw?{urlencode({**self._words(), 'parts': ''})}"

    def _words(self) -> dict[str, str]:
        return {"thread": self.thread, "phone": self.phone}

    @staticmethod
    def _query(words: dict[str, str]) -> str:
        given = {name: value for name, value in words.items() if value}
        return f"?{urlencode(given)}" if given else ""


def first_place(workspace: Workspace, person: Person) -> str:
    """Where somebody arrives who named no place."""
    rooms = (room for room in workspace.channels.values() if room.kind != "im" and person.id in room.members)
    return next((room.id for room in rooms), HOME)


def spot_of(request: web.Request, workspace: Workspace) -> Spot:
    """The spot that an address names.

    Raises NoSuchSpotError.
    """
    word = request.match_info["person"]
    person = next((one for one in workspace.people.values() if one.name == word and not one.is_bot), None)
    if person is None:
        raise NoSuchSpotError(f"Nobody here is called {word}.")
    place = request.match_info["place"]
    room = workspace.channels.get(place)
    if place != HOME and (room is None or not room.readable_by(person.id)):
        raise NoSuchSpotError(f"There is no conversation here that {person.real_name} can see.")
    thread = request.query.get("thread", "")
    known = room is not None and thread in room.messages
    return Spot(person, room, thread if known else "", _phone(request, workspace, person))


def _phone(request: web.Request, workspace: Workspace, person: Person) -> str:
    word = request.query.get("phone", "")
    return word if word != person.name and word in {one.name for one in workspace.people.values()} else ""
