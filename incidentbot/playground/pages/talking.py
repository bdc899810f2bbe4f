"""What people do in conversations from the page: write, react, pin, join. Each deed answers with a complaint or nothing."""

from collections.abc import Awaitable, Callable, Mapping

from incidentbot.playground.pages.desk import Desk
from incidentbot.playground.pages.drawing.fields import Form
from incidentbot.playground.pages.spot import Spot
from incidentbot.playground.slack.answers import Answer, NotThereError
from incidentbot.playground.slack.records import Message

Deed = Callable[[Desk, Spot, Form], Awaitable[str]]

ERRORS: Mapping[str, str] = {
    "operation_timeout": "The app did not answer within 3 seconds (operation_timeout).",
    "dispatch_failed": "The app could not be reached (dispatch_failed).",
    "invalid_response": "The app answered with something Slack does not take (invalid_response).",
}


def complaint(answer: Answer, what: str) -> str:
    """What the person reads when the app did not answer as it should; empty when it did."""
    if answer.error is None:
        return ""
    return f"{what} did not work. {ERRORS.get(answer.error, answer.error)} {answer.detail}".strip()


def word(form: Form, name: str) -> str:
    """One field of the form, without spaces around it."""
    return str(form.get(name, "")).replace("\r\n", "\n").strip()


def message_of(at: Spot, ts: str) -> Message:
    """The message with this stamp that the person sees here.

    Raises NotThereError.
    """
    whispers = at.room.ephemerals if at.room else []
    own = [one for one in whispers if (one.ts, one.visible_to) == (ts, at.person.id)]
    found = own[0] if own else at.room.messages.get(ts) if at.room else None
    if found is None:
        raise NotThereError("this message is not there any more")
    return found


async def say(desk: Desk, at: Spot, form: Form) -> str:
    """Write, or type a command."""
    text, thread = word(form, "text"), word(form, "thread")
    if not text:
        return ""
    if not text.startswith("/"):
        await desk.slack.say(at.person.id, at.place, text, thread_ts=thread or None)
        return ""
    if thread:
        return "Commands do not work in threads. Type it in the channel."
    command, _, words = text.partition(" ")
    return await _command(desk, at, command, words.strip())


async def _command(desk: Desk, at: Spot, command: str, words: str) -> str:
    if command == "/invite":
        await desk.slack.invite(at.person.id, at.place, *words.split())
        return ""
    known = {usage.split()[0] for usage, _ in desk.hints}
    if known and command not in known:
        return f"{command} is not a command here. There is {', '.join(sorted(known))}."
    return complaint(await desk.slack.slash(at.person.id, at.place, command, words), command)


async def react(desk: Desk, at: Spot, form: Form) -> str:
    """Put an emoji under a message, or take one's own away."""
    ts, name = word(form, "message"), word(form, "emoji")
    if at.person.id in message_of(at, ts).reactions.get(name, []):
        await desk.slack.unreact(at.person.id, at.place, ts, name)
    else:
        await desk.slack.react(at.person.id, at.place, ts, name)
    return ""


async def pin(desk: Desk, at: Spot, form: Form) -> str:
    """Pin a message, or take the pin away."""
    ts = word(form, "message")
    if message_of(at, ts).pinned:
        await desk.slack.unpin(at.person.id, at.place, ts)
    else:
        await desk.slack.pin(at.person.id, at.place, ts)
    return ""


async def edit(desk: Desk, at: Spot, form: Form) -> str:
    """Change one's own message; without words nothing changes."""
    if word(form, "text"):
        await desk.slack.edit(at.person.id, at.place, word(form, "message"), word(form, "text"))
    return ""


async def delete(desk: Desk, at: Spot, form: Form) -> str:
    """Take one's own message away."""
    await desk.slack.delete(at.person.id, at.place, word(form, "message"))
    return ""


async def join(desk: Desk, at: Spot, _: Form) -> str:
    """Come into the channel."""
    await desk.slack.join(at.person.id, at.place)
    return ""


async def leave(desk: Desk, at: Spot, _: Form) -> str:
    """Go out of the channel."""
    await desk.slack.leave(at.person.id, at.place)
    return ""


async def dismiss(desk: Desk, at: Spot, form: Form) -> str:
    """Put away what only this person sees."""
    message = message_of(at, word(form, "message"))
    if at.room is not None and message in at.room.ephemerals:
        at.room.ephemerals.remove(message)
        desk.slack.workspace.changed("ephemeral", at.room.id, (at.person.id,))
    return ""
