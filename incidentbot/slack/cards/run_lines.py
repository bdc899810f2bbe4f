"""What an incident's card says of runbooks: those that are walked, and those that may help. Pure."""

from collections.abc import Sequence

from incidentbot.core.incident import Incident
from incidentbot.core.runbooks.moving import walks
from incidentbot.core.runbooks.run import Run, RunStatus
from incidentbot.flows.ports import RunbookMatch
from incidentbot.slack import names
from incidentbot.slack.cards.blocks import Block, button, context, section
from incidentbot.slack.cards.wording import short
from incidentbot.slack.names import Target

MOST_LINES = 5


def run_lines(incident: Incident) -> list[Block]:
    """What is walked, a line each. Not at which step: the run's own card says that, and moves without this one."""
    walking = [run for run in incident.runs.values() if walks(run)]
    lines = [f":notebook: {short(run.title, 120)} {_where(run)}" for run in walking[-MOST_LINES:]]
    return [context(*lines)] if lines else []


def _where(run: Run) -> str:
    return "waits for its section to be picked" if run.status is RunStatus.PICKING else "is being walked"


def offered(incident: Incident, offers: Sequence[RunbookMatch]) -> list[Block]:
    """Runbooks that may help, each with why, a press away."""
    return [_offer(incident, match) for match in offers]


def _offer(incident: Incident, match: RunbookMatch) -> Block:
    text = f":notebook: *{short(match.title, 120)}*\n{short(match.reason, 150)}"
    return section(text, button("Start", names.RUN_START, Target(incident.id, extra=match.path).value))
