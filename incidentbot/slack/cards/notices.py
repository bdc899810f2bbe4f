"""Lines in the room: a sentence, a sign for how loud it is, and at most one button. Sends nothing."""

from collections.abc import Mapping

from incidentbot.core.effects import Notice, Say
from incidentbot.core.incident import Incident
from incidentbot.core.text.words import person, role_words, safe
from incidentbot.flows.ports import OnCall
from incidentbot.slack import names
from incidentbot.slack.cards.blocks import Block, Shown, actions, button, cut_mrkdwn, fit, section
from incidentbot.slack.names import Target

SIGN: Mapping[Notice, str] = {
    Notice.PLAIN: "",
    Notice.LOUD: ":rotating_light: ",
    Notice.FAILURE: ":warning: ",
    Notice.QUESTION: ":question: ",
}

BUTTONS: Mapping[str, tuple[str, str, str]] = {
    "escalate": ("Escalate", names.ESCALATE_NOW, "primary"),
    "retry": ("Retry", names.RETRY, "primary"),
    "join": ("Join", names.JOIN, ""),
    "resolve": ("Resolve", names.RESOLVE, "primary"),
    "reopen": ("Reopen", names.REOPEN, "primary"),
    "severity": ("Change it", names.SEVERITY_TO, "primary"),
    "page-now": ("Page now", names.PAGE_NOW, "danger"),
    "run": ("Show the step", names.RUN_RESUME, ""),
    "update": ("Write an update", names.UPDATE, "primary"),
}
"""The first word of Say.button -> label, action and style; what follows a colon is the button's own matter."""

ROWS: Mapping[str, tuple[tuple[str, str, str], ...]] = {
    "still": (("Still on it", names.STILL_ON_IT, "primary"), ("Hand over: page next", names.HAND_OVER, "")),
}
"""The word of a Say.button that stands for several -> label, action and style of each."""

DRILL = "*DRILL* "
"""How lines begin that could be taken for a real alarm."""

LONGEST = 2900
NOTIFIED = 300


def notice(incident: Incident, say: Say, called: str = "") -> Shown:
    """A line. Its text is escaped already: the core wrote it (incidentbot.core.text.words). called: see `by_voice`."""
    drill = DRILL if incident.drill and say.notice in {Notice.LOUD, Notice.FAILURE} else ""
    text = f"{SIGN[say.notice]}{drill}{say.text}{called}"
    row = _row(incident, say.button)
    return Shown(cut_mrkdwn(text, NOTIFIED), fit([*_sections(text, _button(incident, say.button)), *row]))


def by_voice(role: str, oncall: OnCall, phone: str) -> str:
    """The end of a line that asks to call the people of `role`, by name where they are known; "" without a role."""
    if not role:
        return ""
    people = " or ".join(person(user) for user in oncall.people(role))
    number = f", or {safe(phone)}" if phone else ""
    return f" Call {people or f'the {safe(role_words(role))}'} by voice{number}."


def question(incident: Incident, text: str) -> Shown:
    """The question whether somebody is still on it, for themselves."""
    return notice(incident, Say("", f"*{incident.name}* {text}", Notice.QUESTION, "still"))


def answered(incident: Incident, text: str) -> Shown:
    """What that question turns into once it is over: no button that would be pressed in vain."""
    return notice(incident, Say("", f":white_check_mark: *{incident.name}* {text}"))


def mirrored(incident: Incident, text: str, wanted: str = "") -> Shown:
    """A line for another channel of the profile, with a way into the room. wanted: as in Say.button."""
    room = f" <#{incident.room.channel}>" if incident.room.channel else ""
    text = f"{DRILL}{text}" if incident.drill else text
    return Shown(
        cut_mrkdwn(text, NOTIFIED),
        fit([*_sections(f"{text}{room}", _button(incident, wanted)), *_row(incident, wanted)]),
    )


def of_no_incident(text: str, acknowledges: str = "") -> Shown:
    """A line that belongs to no incident. acknowledges: the key of the test page that its button answers."""
    about = Target("", extra=acknowledges).value
    answer = button("Acknowledge", names.ANSWER_TRIAL, about, "primary") if acknowledges else None
    return Shown(cut_mrkdwn(text, NOTIFIED), fit(_sections(text, answer)))


def _row(incident: Incident, wanted: str) -> list[Block]:
    value = Target(incident.id).value
    buttons = [button(label, action, value, style) for label, action, style in ROWS.get(wanted, ())]
    return [actions(buttons, names.row_id(wanted, Target(incident.id)))] if buttons else []


def _button(incident: Incident, wanted: str) -> Block | None:
    kind, _, extra = wanted.partition(":")
    if kind not in BUTTONS:
        return None
    label, action, style = BUTTONS[kind]
    about = Target(incident.id, run=extra) if kind == "run" else Target(incident.id, extra=extra)
    return button(label, action, about.value, style)


def _sections(text: str, accessory: Block | None) -> list[Block]:
    """The text in as many sections as it needs; the button stands beside the first."""
    parts = []
    while len(text) > LONGEST:
        head = cut_mrkdwn(text, LONGEST).removesuffix("…")
        at = head.rfind(" ") if " " in head[LONGEST // 2 :] else len(head)
        parts.append(head[:at] or text[:LONGEST])
        text = text[len(parts[-1]) :].lstrip()
    parts.append(text)
    return [section(part, accessory if index == 0 else None) for index, part in enumerate(parts)]
