"""One request of Slack's as the listeners see it: who, where, by which press. Trusts no payload's shape."""

from dataclasses import dataclass

from incidentbot.flows.ports import Ref, RefKind
from incidentbot.slack.cards.blocks import Shown
from incidentbot.slack.names import Target, row_target, target
from incidentbot.slack.payloads import Payload, part, parts, text


@dataclass(frozen=True, slots=True)
class Turn:
    """A slash command, a press, a sent window or a shortcut."""

    body: Payload

    @property
    def user(self) -> str:
        """The Slack id of who asked."""
        return text(self.body, "user_id") or text(self.body, "user", "id")

    @property
    def channel(self) -> str:
        """Where it was asked, "" in a window or at home."""
        return text(self.body, "channel_id") or text(self.body, "channel", "id")

    @property
    def trigger(self) -> str:
        """What opens a window, for three seconds."""
        return text(self.body, "trigger_id")

    @property
    def response_url(self) -> str:
        """Where an answer for this person alone is taken, "" where Slack gave none."""
        return text(self.body, "response_url")

    @property
    def room(self) -> Ref | None:
        """The incident that is implied here: its channel, or its thread where the message stands in one."""
        if not self.channel:
            return None
        thread = text(self.body, "message", "thread_ts") or text(self.body, "container", "thread_ts")
        return Ref(RefKind.CHANNEL, f"{self.channel}/{thread}" if thread else self.channel)


@dataclass(frozen=True, slots=True)
class Press:
    """One action of a press. chosen: of a menu; ticked: the boxes that are ticked after it."""

    action_id: str
    about: Target
    chosen: str
    key: str
    ticked: tuple[str, ...] = ()

    @property
    def incident(self) -> Ref:
        """The incident the button belongs to."""
        return Ref(RefKind.ID, self.about.incident)


def press(turn: Turn) -> Press:
    """The press in a turn. Its key is the same for every delivery of it and for no other press."""
    action: Payload = next(iter(parts(turn.body, "actions")), {})
    name = text(action, "action_id")  # several of a row are told apart by what follows a colon
    chosen = text(part(action, "selected_option"), "value")
    value = text(action, "value")
    about = target(value) if value and not chosen else row_target(text(action, "block_id"))
    ticked = tuple(text(one, "value") for one in parts(action, "selected_options"))
    return Press(
        name.partition(":")[0],
        about,
        chosen,
        f"action:{text(action, 'action_ts')}:{turn.user}:{name}",
        ticked,
    )


def said(sentence: str) -> Shown:
    """A plain sentence as an answer."""
    return Shown(sentence, [])
