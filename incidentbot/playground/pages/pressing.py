"""What people do with the app's buttons, menus and forms from the page. Each deed answers with a complaint or nothing."""

from incidentbot.playground.pages.desk import Desk
from incidentbot.playground.pages.drawing.fields import Form, given_of, keep, press_of, pressed_element
from incidentbot.playground.pages.spot import Spot
from incidentbot.playground.pages.talking import complaint, message_of, word
from incidentbot.playground.slack.answers import NotThereError
from incidentbot.playground.slack.delivering.asking import State
from incidentbot.playground.slack.records import View
from incidentbot.playground.slack.strictness.choices import STATEFUL


async def press(desk: Desk, at: Spot, form: Form) -> str:
    """Use a button, a menu or a select in a message, a form or the home."""
    wanted, scope = press_of(word(form, "press")), word(form, "scope")
    view = desk.slack.workspace.views.get(scope)
    blocks = view.body["blocks"] if view else message_of(at, scope).blocks
    element = pressed_element(blocks, wanted)
    typed = view.typed if view else _typed(desk, at, scope)
    keep(blocks, typed, form, zone=at.person.tz)
    is_button = element["type"] == "button"
    stateful = element["type"] in STATEFUL
    answer = await desk.slack.press(
        at.person.id,
        at.place,
        scope,
        wanted.action_id,
        block_id=wanted.block_id,
        value=element.get("value") if is_button else None,
        selected=given_of(typed[wanted.block_id][wanted.action_id]) if stateful else wanted.chosen,
    )
    return complaint(answer, "That")


def _typed(desk: Desk, at: Spot, ts: str) -> State:
    return desk.slack.workspace.typed.setdefault((at.person.id, ts), {})


def _form(desk: Desk, form: Form) -> View:
    view = desk.slack.workspace.views.get(word(form, "scope"))
    if view is None:
        raise NotThereError("this form is not open any more")
    return view


async def submit(desk: Desk, at: Spot, form: Form) -> str:
    """Send a form; what is wrong stays under its fields."""
    view = _form(desk, form)
    keep(view.body["blocks"], view.typed, form, zone=at.person.tz)
    desk.memory.complaints.pop(view.id, None)
    answer = await desk.slack.submit(at.person.id, view.id)
    if answer.errors:
        desk.memory.complaints[view.id] = answer.errors
    return complaint(answer, "Sending the form")


async def shortcut(desk: Desk, at: Spot, form: Form) -> str:
    """Choose one of the app's shortcuts, on its own or at a message."""
    callback, ts = word(form, "shortcut"), word(form, "message")
    if ts:
        answer = await desk.slack.message_shortcut(at.person.id, at.place, ts, callback)
    else:
        answer = await desk.slack.global_shortcut(at.person.id, callback)
    return complaint(answer, "The shortcut")


async def close(desk: Desk, at: Spot, form: Form) -> str:
    """Close the form on top."""
    view = _form(desk, form)
    desk.memory.complaints.pop(view.id, None)
    return complaint(await desk.slack.close_view(at.person.id, view.id), "Closing the form")
