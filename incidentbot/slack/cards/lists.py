"""Answers that list: incidents, timeline, help, runbooks found, steps, stages. For one reader; sends nothing."""

from collections.abc import Sequence

from incidentbot.core.facts import Recorded
from incidentbot.core.incident import Incident
from incidentbot.core.runbooks.run import Run
from incidentbot.core.text.words import person, safe
from incidentbot.flows.ports import RunbookMatch
from incidentbot.slack import names
from incidentbot.slack.cards.blocks import Block, Shown, button, context, fit, paragraphs, section
from incidentbot.slack.cards.wording import (
    STEP_SIGNS,
    STEP_WORDS,
    headline,
    lamp,
    short,
    status_words,
    title,
    when,
)
from incidentbot.slack.names import Target

TITLE_IN_LIST = 120
MATCHES = 6
ASKED = 3
LINES = 12_000
"""Characters of a timeline in one answer; older lines give way."""

NOTHING = {
    "open": "Nothing is burning: no incident is open.",
    "all": "No incident was ever declared here. Long may it last.",
    "mine": "You are in no incident.",
}


def incidents(found: Sequence[Incident], which: str, *, board: str = "") -> Shown:
    """Incidents, newest first, a line each with the way into its room. board: the address of the board for this reader."""
    lines = [line(one) for one in found] or [NOTHING.get(which, NOTHING["open"])]
    way = [
        context(
            f"<{board}|All of them on the board>: earlier ones and a search. The link is yours alone, once."
        )
    ]
    text = lines[0] if not found else "1 incident" if len(found) == 1 else f"{len(found)} incidents"
    return Shown(text, fit(paragraphs(lines), way if board else ()))


def line(incident: Incident) -> str:
    """One incident in one line."""
    room = f" <#{incident.room.channel}>" if incident.room.channel else ""
    lead = incident.roles.get("lead")
    led = f", led by {person(lead)}" if lead else ""
    return (
        f"{lamp(incident)} *{headline(incident)}* {title(incident, TITLE_IN_LIST)}: "
        f"{status_words(incident).lower()}{led}, {when(incident.declared_at)}{room}"
    )


def short_title(incident: Incident) -> str:
    """The title in a few words, escaped."""
    return short(incident.title, 60)


def timeline(incident: Incident, facts: Sequence[Recorded]) -> Shown:
    """The facts in the order in which they happened, the newest at the end; when they are too many, the newest."""
    ordered = sorted(facts, key=lambda one: (one.fact.at, one.seq))
    lines = [f"{when(one.fact.at)}  {one.fact.text}" for one in ordered]
    kept = _newest(lines)
    hidden = len(lines) - len(kept)
    older = (
        [context(f"{hidden} earlier lines: `incidentbot incidents show {incident.name}`")] if hidden else []
    )
    heading = section(f"*{headline(incident)}* {title(incident, TITLE_IN_LIST)}")
    return Shown(f"Timeline of {incident.name}", fit([heading, *older, *paragraphs(kept)]))


def _newest(lines: Sequence[str]) -> list[str]:
    kept: list[str] = []
    left = LINES
    for text in reversed(lines):
        left -= len(text) + 1
        if left < 0:
            break
        kept.append(text)
    return kept[::-1]


def matches(incident: Incident | None, found: Sequence[RunbookMatch], words: str) -> Shown:
    """Runbooks that fit, best first, each with why and a Start button where there is an incident to walk it in."""
    if not found:
        asked = f"No runbook fits “{short(words, 100)}”."
        return _sentence(f"{asked} Try other words; `/incident runbook` alone offers others.")
    blocks = [_match(incident, match) for match in found[:MATCHES]]
    if len(found) > MATCHES:
        blocks.append(context(f"and {len(found) - MATCHES} more: add a word to narrow it down"))
    if incident is None:
        blocks.append(context("To walk one, start it from an incident's room or name the incident first."))
    return Shown("Runbooks", fit(blocks))


def which(incident: Incident, found: Sequence[RunbookMatch], words: str) -> Shown:
    """The best few of what fits words that name none clearly: nothing was begun, and a press begins the one meant."""
    said = f"No runbook fits “{short(words, 100)}” clearly, so none was begun. Start the one you mean, or type its name."
    near = [match for match in found if not match.faint][:ASKED]
    hidden = len(found) - len(near)
    more = [context(f"and {hidden} more: `/incident runbook` and your words show them")] if hidden else []
    return Shown(said, fit([section(said), *(_match(incident, match) for match in near), *more]))


def _match(incident: Incident | None, match: RunbookMatch) -> Block:
    reason = f"\n{short(match.reason, 200)}" if match.reason else ""
    about = Target(incident.id, extra=match.path).value if incident else ""
    start = button("Start", names.RUN_START, about) if incident else None
    return section(f"*{short(match.title, 150)}*  `{short(match.path, 120)}`{reason}", start)


def steps(run: Run) -> Shown:
    """All steps of a run and what became of them."""
    lines = []
    for number, step in enumerate(run.steps, start=1):
        here = "  :point_left:" if number - 1 == run.current else ""
        who = f" by {person(step.by)}" if step.by else ""
        why = f": {short(step.reason, 150)}" if step.reason else ""
        lines.append(
            f"{STEP_SIGNS[step.status]} {STEP_WORDS[step.status]}{who}  {number}. {short(step.title, 150)}{why}{here}"
        )
    heading = section(f"*{short(run.title, 150)}*")
    return Shown(f"Steps of {short(run.title, 150)}", fit([heading, *paragraphs(lines)]))


def stages(incident: Incident) -> Shown:
    """The stages of the incident's workflow and where it stands."""
    lines = [
        f"{':point_right:' if stage.id == incident.stage else ':white_small_square:'} "
        f"{safe(stage.label)}  `{safe(stage.id)}`{' (all along)' if stage.duty else ''}"
        for stage in incident.plan.stages
    ]
    lines.append("`/incident stage next` goes on; the name of a stage instead of `next` goes there.")
    return Shown(f"Stages of {incident.name}", fit(paragraphs(lines)))


def _sentence(text: str) -> Shown:
    return Shown(text, [section(text)])
