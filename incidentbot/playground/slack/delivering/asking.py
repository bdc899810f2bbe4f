"""What people do that the app must answer: commands, clicks and shortcuts. Forms are in `forms`."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from incidentbot.playground.slack import viewing
from incidentbot.playground.slack.answers import Answer, NotThereError
from incidentbot.playground.slack.delivering import payloads
from incidentbot.playground.slack.delivering.delivery import Ack, Attempt, Courier, Kind
from incidentbot.playground.slack.delivering.response_urls import ResponseUrls
from incidentbot.playground.slack.delivering.triggers import Triggers
from incidentbot.playground.slack.methods.content import content_of
from incidentbot.playground.slack.people import Person
from incidentbot.playground.slack.pings import as_slack_encodes
from incidentbot.playground.slack.records import Channel, Message, View
from incidentbot.playground.slack.refusals import SlackRefusal
from incidentbot.playground.slack.strictness.arguments import Arguments
from incidentbot.playground.slack.strictness.blocks import elements_of
from incidentbot.playground.slack.strictness.choices import STATEFUL, Entered, Given, entered, initial
from incidentbot.playground.slack.talking import Talking

State = dict[str, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Pressed:
    """Which element, in which block, and what was chosen there."""

    action_id: str
    block_id: str | None
    value: str | None
    selected: Given


class Asking(Talking):
    """Each returns when the app has answered or Slack has stopped waiting."""

    triggers: Triggers
    response_urls: ResponseUrls

    @property
    def courier(self) -> Courier:
        """The way to the app that is in use."""
        raise NotImplementedError

    async def _interact(self, payload: dict[str, Any]) -> Ack:
        return await self.courier.carry(Kind.INTERACTIVE, payload, Attempt())

    async def slash(self, user: str, channel: str, command: str, text: str) -> Answer:
        """Type a slash command. Its words arrive escaped, with mentions and links encoded.

        A message in the ack lands in the workspace and stands in the answer.
        """
        person, room = self._seen(user, channel)
        links = {
            "response_url": self.response_urls.give(person.id, room.id),
            "trigger_id": self.triggers.give(person.id),
        }
        words = as_slack_encodes(text, self.workspace.names(), label="names")
        payload = payloads.command(person, room, name=command, text=words, links=links)
        ack = await self.courier.carry(Kind.COMMAND, payload, Attempt())
        return self._shown(person, room, ack)

    def _shown(self, person: Person, room: Channel, ack: Ack) -> Answer:
        said = dict(ack.body or {})
        if not ack.acked or not said:
            return _plain(ack)
        try:
            content = content_of(Arguments(said), self.workspace)
        except SlackRefusal as refusal:
            detail = f"{refusal.code} {refusal.extra}"
            return Answer(acked=True, ack_ms=ack.ms, error="invalid_response", detail=detail, body=said)
        if not content.is_empty:
            self.response_urls.show(person.id, room.id, content, said)
        return Answer(acked=True, ack_ms=ack.ms, text=content.text, blocks=content.blocks or (), body=said)

    async def press(
        self,
        user: str,
        channel: str,
        ts: str,
        action_id: str,
        *,
        value: str | None = None,
        selected: Given = None,
        block_id: str | None = None,
    ) -> Answer:
        """Press a button, or choose in a select, a checkbox or a picker.

        ts: of the message (ephemeral ones too), or the id of a form or home; the channel is not looked at then.
        value: tells buttons with the same action_id apart. selected: the option's value, id or date, or several.
        Raises NotThereError when the person has no such element in front of them.
        """
        wanted = Pressed(action_id, block_id, value, selected)
        if ts in self.workspace.views:
            return await self._press_in_view(self.workspace.person(user), self.workspace.views[ts], wanted)
        person, room = self._seen(user, channel)
        whispered = [one for one in room.ephemerals if one.ts == ts and one.visible_to == person.id]
        message = whispered[0] if whispered else self._message(room, ts)
        return await self._press_in_message(person, room, message, wanted)

    async def _press_in_message(
        self, person: Person, room: Channel, message: Message, wanted: Pressed
    ) -> Answer:
        block, element = _found(message.blocks, wanted)
        typed = self.workspace.typed.setdefault((person.id, message.ts), {})
        action = self._action(block, element, wanted, typed)
        links = {
            "response_url": self.response_urls.give(person.id, room.id, source=message),
            "trigger_id": self.triggers.give(person.id),
        }
        state = current_state(message.blocks, typed)
        payload = payloads.message_click(person, room, message, action=action, state=state, links=links)
        return _plain(await self._interact(payload))

    async def _press_in_view(self, person: Person, view: View, wanted: Pressed) -> Answer:
        if view.user != person.id:
            raise NotThereError(f"{person.name} does not see the view {view.id}")
        block, element = _found(view.body["blocks"], wanted)
        action = self._action(block, element, wanted, view.typed)
        if block["type"] == "input" and not block.get("dispatch_action"):
            return Answer(acked=False, sent=False, view_id=view.id)
        trigger = self.triggers.give(person.id, view_id=view.id)
        body = viewing.view_body(view) | {"state": {"values": current_state(view.body["blocks"], view.typed)}}
        payload = payloads.view_click(person, body, action=action, trigger_id=trigger)
        return _plain(await self._interact(payload))

    def _action(
        self, block: Mapping[str, Any], element: Mapping[str, Any], wanted: Pressed, typed: State
    ) -> dict[str, Any]:
        """The action of the payload; what was chosen is kept as the element's state."""
        place = {"block_id": block["block_id"], "action_id": element["action_id"]}
        stamp = {"action_ts": self.workspace.next_ts()}
        if element["type"] == "button":
            kept = {key: element[key] for key in ("text", "value", "style", "url") if key in element}
            return {"type": "button", **place, **kept, **stamp}
        chosen: Entered = entered(element, wanted.selected if wanted.selected is not None else wanted.value)
        if element["type"] in STATEFUL:
            typed.setdefault(block["block_id"], {})[element["action_id"]] = chosen
        return {**place, **chosen, **stamp}

    async def message_shortcut(self, user: str, channel: str, ts: str, callback_id: str) -> Answer:
        """Choose a shortcut from a message's menu."""
        person, room = self._seen(user, channel)
        message = self._message(room, ts)
        links = {
            "response_url": self.response_urls.give(person.id, room.id, source=message),
            "trigger_id": self.triggers.give(person.id),
        }
        at = self.workspace.next_ts()
        payload = payloads.message_action(person, room, message, callback_id=callback_id, at=at, links=links)
        return _plain(await self._interact(payload))

    async def global_shortcut(self, user: str, callback_id: str) -> Answer:
        """Choose a shortcut from the composer's menu."""
        person = self.workspace.person(user)
        trigger = self.triggers.give(person.id)
        at = self.workspace.next_ts()
        payload = payloads.shortcut(person, callback_id=callback_id, trigger_id=trigger, at=at)
        return _plain(await self._interact(payload))


def _plain(ack: Ack) -> Answer:
    return Answer(acked=ack.acked, ack_ms=ack.ms, error=ack.error, body=ack.body)


def _found(blocks: list[dict[str, Any]], wanted: Pressed) -> tuple[dict[str, Any], dict[str, Any]]:
    for block in blocks:
        for element in elements_of(block):
            same_value = element["type"] != "button" or wanted.value in {None, element.get("value")}
            if (
                element["action_id"] == wanted.action_id
                and wanted.block_id in {None, block["block_id"]}
                and same_value
            ):
                return block, element
    raise NotThereError(f"there is no element {wanted.action_id} to press")


def current_state(blocks: list[dict[str, Any]], typed: State) -> State:
    """What stands in every element that keeps a state: entered, or as it was shown at first."""
    state: State = {}
    for block in blocks:
        for element in elements_of(block):
            first = initial(element)
            if first is None:
                continue
            entered_here = typed.get(block["block_id"], {}).get(element["action_id"])
            state.setdefault(block["block_id"], {})[element["action_id"]] = entered_here or first
    return state
