"""What people do in channels without the app being asked: write, react, pin, join. The app learns it by events."""

from incidentbot.playground.slack import membership, posting, viewing
from incidentbot.playground.slack.answers import NotThereError
from incidentbot.playground.slack.people import BOT_USER_ID, Person
from incidentbot.playground.slack.pings import as_slack_encodes
from incidentbot.playground.slack.records import Channel, Message
from incidentbot.playground.slack.workspace import Workspace


class Talking:
    """People and channels are named by `ana` or `U0ANA`, `#incidents` or `C0INCIDENTS`.

    `@incident-bot` as a channel is the person's direct message with the app. Whoever is not in a channel, and
    whatever is not there, raises NotThereError.
    """

    workspace: Workspace

    def _seen(self, user: str, channel: str) -> tuple[Person, Channel]:
        """The person and a conversation they can look into."""
        try:
            person = self.workspace.person(user)
            if channel.startswith("@") and self.workspace.person(channel).id == BOT_USER_ID:
                return person, self.workspace.direct_message(person.id)
            room = self.workspace.channel(channel)
        except KeyError as error:
            raise NotThereError(str(error.args[0])) from error
        if not room.readable_by(person.id):
            raise NotThereError(f"{person.name} cannot see {channel}")
        return person, room

    def _inside(self, user: str, channel: str) -> tuple[Person, Channel]:
        """The person and a conversation they may write into."""
        person, room = self._seen(user, channel)
        if person.id not in room.members or room.is_archived:
            raise NotThereError(f"{person.name} cannot write into {channel}")
        return person, room

    def _message(self, room: Channel, ts: str) -> Message:
        if ts not in room.messages:
            raise NotThereError(f"there is no message {ts} in {room.name or room.id}")
        return room.messages[ts]

    def _typed_text(self, text: str) -> str:
        return as_slack_encodes(text, self.workspace.names())

    async def say(self, user: str, channel: str, text: str, *, thread_ts: str | None = None) -> str:
        """Write as people do: `@ana`, `#incidents` and links become mentions and links. Returns the ts."""
        person, room = self._inside(user, channel)
        root = None
        if thread_ts is not None:
            parent = self._message(room, thread_ts)
            root = parent.thread_ts or parent.ts
        return posting.say(self.workspace, room, person.id, self._typed_text(text), thread_ts=root).ts

    async def edit(self, user: str, channel: str, ts: str, text: str) -> None:
        """Change one's own message."""
        person, room = self._inside(user, channel)
        message = self._own(person, room, ts)
        posting.edited(self.workspace, room, message, by=person.id, text=self._typed_text(text))

    async def delete(self, user: str, channel: str, ts: str) -> None:
        """Take one's own message away."""
        person, room = self._inside(user, channel)
        posting.deleted(self.workspace, room, self._own(person, room, ts))

    def _own(self, person: Person, room: Channel, ts: str) -> Message:
        message = self._message(room, ts)
        if message.user != person.id:
            raise NotThereError(f"{person.name} did not write {ts}")
        return message

    async def react(self, user: str, channel: str, ts: str, name: str) -> None:
        """Put an emoji under a message; a second time does nothing."""
        person, room = self._inside(user, channel)
        message = self._message(room, ts)
        if person.id not in message.reactions.get(name, []):
            posting.reacted(self.workspace, room, message, user=person.id, name=name)

    async def unreact(self, user: str, channel: str, ts: str, name: str) -> None:
        """Take one's emoji away again."""
        person, room = self._inside(user, channel)
        message = self._message(room, ts)
        if person.id not in message.reactions.get(name, []):
            raise NotThereError(f"{person.name} did not react with {name}")
        posting.unreacted(self.workspace, room, message, user=person.id, name=name)

    async def pin(self, user: str, channel: str, ts: str) -> None:
        """Pin a message; a second time does nothing."""
        person, room = self._inside(user, channel)
        message = self._message(room, ts)
        if not message.pinned:
            posting.pinned(self.workspace, room, message, user=person.id)

    async def unpin(self, user: str, channel: str, ts: str) -> None:
        """Take a pin away."""
        person, room = self._inside(user, channel)
        message = self._message(room, ts)
        if not message.pinned:
            raise NotThereError(f"{ts} is not pinned")
        posting.unpinned(self.workspace, room, message, user=person.id)

    async def join(self, user: str, channel: str) -> None:
        """Go into a public channel."""
        person, room = self._seen(user, channel)
        if person.id not in room.members:
            membership.joined(self.workspace, room, person.id)

    async def leave(self, user: str, channel: str) -> None:
        """Go out of a channel."""
        person, room = self._inside(user, channel)
        membership.left(self.workspace, room, person.id)

    async def invite(self, user: str, channel: str, *invited: str) -> None:
        """Bring others in, the app (`incident-bot`) included."""
        person, room = self._inside(user, channel)
        for one in invited:
            guest = self.workspace.person(one).id
            if guest not in room.members:
                membership.joined(self.workspace, room, guest, inviter=person.id)

    async def archive(self, user: str, channel: str) -> None:
        """Close a channel."""
        person, room = self._inside(user, channel)
        membership.archived(self.workspace, room, by=person.id)

    async def open_home(self, user: str) -> str | None:
        """Look at the app's home. Returns the id of the view that is shown, None when none was published yet."""
        person = self.workspace.person(user)
        room = self.workspace.direct_message(person.id)
        shown = self.workspace.homes.get(person.id)
        view = {"view": viewing.view_body(self.workspace.views[shown])} if shown else {}
        stamp = self.workspace.next_ts()
        event = {
            "type": "app_home_opened",
            "user": person.id,
            "channel": room.id,
            "tab": "home",
            "event_ts": stamp,
        }
        self.workspace.emit(event | view, None)
        return shown
