"""The answer of `/incident doctor`: a sentence for each check, a little later than Slack waits for an ack."""

from collections.abc import Sequence

from incidentbot.core.text.words import safe
from incidentbot.flows.checkup import Finding
from incidentbot.slack.cards.blocks import Shown, fit, paragraphs
from incidentbot.slack.house_asks import Doctor
from incidentbot.slack.listening.boundary import Sorry, attempted
from incidentbot.slack.listening.exchange import said
from incidentbot.slack.listening.slash.typed import Typed

LOOKING = (
    "I look at Slack, PagerDuty, the mail server, the profile and the runbooks. What I find follows here."
)


async def examine(typed: Typed, _: Doctor) -> Shown:
    """Begin to look; what is found is sent to whoever asked alone."""
    typed.door.replies.tasks.start(_told(typed), name="doctor")
    return said(LOOKING)


async def _told(typed: Typed) -> None:
    found = await attempted("doctor", typed.door.desk.checkup.findings())
    shown = said(found.sentence) if isinstance(found, Sorry) else findings(found)
    typed.door.replies.later(typed.turn, shown)


def findings(found: Sequence[Finding]) -> Shown:
    """What was checked, a line each, what is wrong first."""
    wrong = sum(not one.ok for one in found)
    heading = f"{wrong} to mend" if wrong else "All is well"
    lines = [
        f"{':white_check_mark:' if one.ok else ':warning:'} *{safe(one.what)}* {safe(one.sentence)}"
        for one in found
    ]
    return Shown(
        f"{heading}, {len(found)} checked.", fit(paragraphs([f"*{heading}*, {len(found)} checked.", *lines]))
    )
