"""The questions that a draft leaves to people: what no record shows, and what the records make one ask. Answers none."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain

from incidentbot.core.facts import FactKind, Recorded
from incidentbot.core.postmortems.anchors import Metrics, Times, in_words
from incidentbot.core.postmortems.postmortem_types import DraftSource, FollowUp, Prompt, Row
from incidentbot.core.runbooks.run import Run, StepStatus
from incidentbot.core.salience_verbs import Family
from incidentbot.core.text.words import span

CANDIDATES = 3
CITED = 5
"""Facts that a question names at most."""

_SETTLED = frozenset({"done", "dropped"})
SUPPORT = "communications lead"
PRODUCT = "product owner"
_LATE = timedelta(minutes=10)
_LONG_AFTER = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Material:
    """What the questions are drawn from: clean source, facts in order, times, rows, stretches without a record."""

    source: DraftSource
    facts: tuple[Recorded, ...]
    times: Times
    metrics: Metrics
    timeline: tuple[Row, ...]
    suggestions: tuple[Row, ...]
    gaps: tuple[tuple[datetime, datetime], ...]


def prompts(material: Material, followups: Sequence[FollowUp]) -> tuple[Prompt, ...]:
    """All questions, section by section."""
    return tuple(
        chain(*(ask(material) for ask in ASKED), _about_followups(followups), _about_communications(material))
    )


def _about_header(material: Material) -> Iterator[Prompt]:
    if not material.source.severities:
        yield Prompt("header", "Which severity was it, at its highest and at its end?")
    if material.source.review_owner is None:
        yield Prompt("header", "Who owns the review, and by when?")


def _about_impact(material: Material) -> Iterator[Prompt]:
    if not material.source.impact:
        yield Prompt("impact", "Who felt it, how many were they, and what did they see?")
    yield Prompt("impact", "Was data lost or exposed?")
    yield Prompt(
        "impact", "Which objectives or revenue did it touch, and how many support tickets came?", PRODUCT
    )


def _about_times(material: Material) -> Iterator[Prompt]:
    times = material.times
    if times.impact is None:
        said = _said(material, _spoken(material, lambda row: row.said_at is not None)[:CANDIDATES])
        yield Prompt("times", f"Impact start unknown: when did customers first feel it?{said}")
    if times.trigger is None:
        yield Prompt("times", "Which change or fault began it, and when?")
    if times.detect is None:
        yield Prompt(
            "times", "No alert, report or declaration is on record: when and how did the team learn of it?"
        )
    yield from _about_an_alert_long_after(material)
    if times.mitigate is None:
        said = _said(material, _last(material))
        yield Prompt("times", f"Mitigation is not on record: when did customers stop feeling it?{said}")
    if times.resolve is None:
        yield Prompt("times", "Resolution is not on record: when was it over?")
    for conflict in material.metrics.conflicts:
        yield Prompt("times", f"The records disagree: {in_words(conflict)}. Which is right?")


def _about_an_alert_long_after(material: Material) -> Iterator[Prompt]:
    """What was reported first may be another trouble than the one that set off the alerts: people know."""
    detect = material.times.detect
    alert = next((row.at for row in material.timeline if row.source == "alert"), None)
    if detect is None or alert is None or detect.source != "report" or alert - detect.at < _LONG_AFTER:
        return
    first, later = f"{detect.at:%H:%M} UTC", span(alert - detect.at)
    yield Prompt(
        "times",
        f"The first report came at {first}, the first alert {later} after it: do both tell of the same trouble?",
    )


def _about_gaps(material: Material) -> Iterator[Prompt]:
    for start, end in material.gaps:
        since, until = _hour(material, start), _hour(material, end)
        yield Prompt("timeline", f"No record {since}–{until} UTC: what happened?")


def _about_resolution(material: Material) -> Iterator[Prompt]:
    yield Prompt("resolution", "What ended it, and how was that verified?")


def _about_conditions(material: Material) -> Iterator[Prompt]:
    yield Prompt(
        "conditions",
        "Which conditions had to come together for this to happen? List what was ruled out, too.",
    )


def _about_lessons(material: Material) -> Iterator[Prompt]:
    """Questions that the facts suggest; without any, the three every review asks."""
    detect = material.metrics.detect
    if detect is not None and detect >= _LATE.total_seconds():
        ago = span(timedelta(seconds=detect))
        began = [each for each in (material.times.impact, material.times.detect) if each is not None]
        ids = ", ".join(dict.fromkeys(found for each in began for found in each.ids))
        yield Prompt("lessons", f"Impact began {ago} before it was noticed. What signal existed? ({ids})")
    yield from chain(*(_about_run(material, run) for run in material.source.runs))
    yield from _about_facts(material)
    yield Prompt("lessons", "What went well? What was hard? Where were we lucky?")


def _about_run(material: Material, run: Run) -> Iterator[Prompt]:
    """What people said of the file while they walked it."""
    own = [each for each in material.facts if each.fact.data.get("run") == run.id]
    for number, step in enumerate(run.steps, start=1):
        if step.status is StepStatus.FAILED:
            told = [each for each in own if each.fact.data.get("step") == step.id]
            failed = [each for each in told if each.fact.kind is FactKind.STEP_FAILED]
            asked = f"Step {number} of {run.title} was marked as not working. What should it say?"
            yield Prompt("lessons", f"{asked}{_shown(failed)}")
    if run.worked is False:
        judged = [each for each in own if each.fact.kind is FactKind.RUN_JUDGED]
        yield Prompt("lessons", f"{run.title} did not end it. What is missing in it?{_shown(judged)}")


_COUNTED: tuple[tuple[FactKind, int, str], ...] = (
    (FactKind.BREACHED, 1, "Deadlines passed: {count}. What stood in the way?"),
    (FactKind.PAGE_FAILED, 1, "Pages failed: {count}. Who was missing because of it?"),
    (FactKind.LADDER_ENDED, 1, "The ladder ended without an answer. Who should have been next?"),
    (FactKind.SEVERITY_CHANGED, 1, "The severity changed {count} times. What was not known at first?"),
    (FactKind.REOPENED, 1, "It was reopened {count} times. What made it look over?"),
    (FactKind.UPDATE_OVERDUE, 2, "{count} updates were late. Who could have written them?"),
    (FactKind.ROLE_TAKEN, 4, "Roles were taken {count} times. How did the hand-overs go?"),
)
"""From how many facts of a kind a question arises."""


def _about_facts(material: Material) -> Iterator[Prompt]:
    for kind, least, question in _COUNTED:
        found = [recorded for recorded in material.facts if recorded.fact.kind is kind]
        if len(found) >= least:
            asked = question.format(count=len(found)).replace("1 times", "once")
            yield Prompt("lessons", f"{asked}{_shown(found)}")


def _about_followups(followups: Sequence[FollowUp]) -> Iterator[Prompt]:
    unowned = sum(followup.owner is None for followup in followups if followup.state not in _SETTLED)
    if not followups:
        yield Prompt(
            "followups", "What will be done so that this is less likely, or sooner noticed, or sooner over?"
        )
    if unowned:
        yield Prompt("followups", f"Follow-ups without an owner: {unowned}. Who takes each, and by when?")


def _about_communications(material: Material) -> Iterator[Prompt]:
    told = any(recorded.fact.kind is FactKind.UPDATED for recorded in material.facts)
    if not told and not any(row.kind == Family.COMMS or "told them" in row.cues for row in material.timeline):
        yield Prompt(
            "communications", "Nothing sent is on record: what were customers told, and when?", SUPPORT
        )


ASKED: tuple[Callable[[Material], Iterator[Prompt]], ...] = (
    _about_header,
    _about_impact,
    _about_times,
    _about_gaps,
    _about_resolution,
    _about_conditions,
    _about_lessons,
)
_SPOKEN = frozenset({"message", "pin", "reaction"})


def _spoken(material: Material, fits: Callable[[Row], bool]) -> list[Row]:
    """Messages that may hold an answer, by time."""
    rows = [row for row in (*material.timeline, *material.suggestions) if row.source in _SPOKEN and fits(row)]
    return sorted(rows, key=lambda row: row.at)


def _last(material: Material) -> list[Row]:
    """The latest lines that tell of something working again, while it was going on."""
    knew, over = material.times.detect, material.times.resolve
    told = [row for row in material.timeline if row.source in _SPOKEN and row.kind == Family.RESTORED]
    since = [row for row in told if knew is None or row.at >= knew.at]
    return [row for row in since if over is None or row.at <= over.at][-CANDIDATES:]


def _said(material: Material, rows: Sequence[Row]) -> str:
    if not rows:
        return ""
    told = (f"{_hour(material, row.at)} UTC {row.text} ({', '.join(row.message_ids)})" for row in rows)
    return f" The room says: {'; '.join(told)}"


def _hour(material: Material, at: datetime) -> str:
    """The time of day, and the date where it is another than that of the incident."""
    began = material.times.detect or material.times.declare
    return f"{at:%H:%M}" if began is None or at.date() == began.at.date() else f"{at:%Y-%m-%d %H:%M}"


def _shown(facts: Iterable[Recorded]) -> str:
    """The facts that a question comes from, in brackets behind it."""
    ids = [f"fact:{each.seq}" for each in facts]
    return f" ({', '.join(ids[:CITED])})" if ids else ""
