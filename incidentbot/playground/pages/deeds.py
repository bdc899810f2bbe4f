"""The table of what can be done from the page, and the one way in which it is done. Speaks no HTTP."""

from collections.abc import Mapping

from incidentbot.playground.pagerduty.refusals import Refusal
from incidentbot.playground.pages import pressing, steering, talking
from incidentbot.playground.pages.desk import Desk
from incidentbot.playground.pages.drawing.fields import Form
from incidentbot.playground.pages.spot import Spot
from incidentbot.playground.pages.talking import Deed
from incidentbot.playground.slack.answers import NotThereError


async def read_notice(_: Desk, __: Spot, ___: Form) -> str:
    """Put the last complaint away."""
    return ""


DEEDS: Mapping[str, Deed] = {
    "say": talking.say,
    "react": talking.react,
    "pin": talking.pin,
    "edit": talking.edit,
    "delete": talking.delete,
    "join": talking.join,
    "leave": talking.leave,
    "dismiss": talking.dismiss,
    "press": pressing.press,
    "submit": pressing.submit,
    "close": pressing.close,
    "shortcut": pressing.shortcut,
    "acknowledge": steering.acknowledge,
    "resolve": steering.resolve,
    "skip": steering.skip,
    "crash": steering.crash,
    "revive": steering.revive,
    "read-notice": read_notice,
}
"""Deed -> what it does. The last word of the address that a form is posted to."""


async def done(deed: str, desk: Desk, at: Spot, form: Form) -> str:
    """Do it. Returns what the person reads when it did not work, which the next page also shows; empty when it did.

    Raises KeyError for a deed that is not in the table.
    """
    act = DEEDS[deed]
    try:
        said = await act(desk, at, form)
    except (NotThereError, Refusal) as error:
        said = f"{error}."
    except KeyError as error:  # somebody was named who is not here
        said = f"{error.args[0]}."
    said = said[:1].upper() + said[1:]
    desk.memory.notices[at.person.id] = said
    return said
