"""The sections of a post-mortem as Markdown, each from the draft alone. Adds no fact and no judgement."""

import re
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType

from incidentbot.core.facts import FactKind
from incidentbot.core.postmortems.postmortem_types import Draft, Row, RunSummary
from incidentbot.core.salience_cues import TROUBLE
from incidentbot.core.salience_verbs import Family
from incidentbot.documents.postmortems.postmortem_followups import followups
from incidentbot.documents.postmortems.postmortem_head import header, summary
from incidentbot.documents.postmortems.postmortem_pieces import (
    actions,
    anchor_ids,
    day_of,
    detected,
    impact_said,
    said,
    told,
)
from incidentbot.documents.postmortems.postmortem_tables import timeline, times
from incidentbot.documents.postmortems.postmortem_text import (
    UNKNOWN,
    bullets,
    clock,
    escape,
    table,
    to_the_minute,
)

RESPONSE = frozenset(
    {
        FactKind.PAGED,
        FactKind.PAGE_ACCEPTED,
        FactKind.PAGE_FAILED,
        FactKind.PAGE_CALLED_OFF,
        FactKind.MAILED,
        FactKind.ACKNOWLEDGED,
        FactKind.ESCALATED,
        FactKind.LADDER_ENDED,
        FactKind.BREACHED,
    }
)
VERIFIED = frozenset({Family.RESTORED, FactKind.RESOLVED})
TOLD = frozenset({FactKind.UPDATED, Family.COMMS})
TOLD_THEM = "told them"
"""The cue of a line that says that others were told, whatever else it tells."""

LAST_ACTIONS = 3

HOW_MANY = re.compile(
    r"(?i)\d[\d.,]{0,12} ?(?:k |%|percent)?(?: ?of)? ?(?:the |all |our )?(?:\w{1,20} )?(?:users?|customers?|clients?|tenants?"
    r"|merchants?|orders?|payments?|tickets?|calls|complaints?)\b|\b(?:error|failure) rates?\b.{0,20}\d"
)
"""Figures that somebody named for how many felt it."""


def impact(draft: Draft) -> Iterator[str]:
    """What is known of who felt it."""
    if draft.impact:
        yield impact_said(draft)
    felt = [
        row for row in draft.timeline if row.kind in {FactKind.IMPACT, Family.REPORT} or _tells_of_impact(row)
    ]
    if felt:
        yield bullets(f"{clock(row.at, day=day_of(draft))} UTC: {said(row)}" for row in felt)


def _tells_of_impact(row: Row) -> bool:
    """A message that reports trouble or names figures, whatever else it tells."""
    spoken = not row.source.startswith("fact:") and row.source != "alert"
    return spoken and bool(HOW_MANY.search(row.text) or TROUBLE.search(row.text.lower()))


def response(draft: Draft) -> Iterator[str]:
    """How it was found, pages and answers, runbooks as they were walked."""
    detect = draft.times.detect
    if detect is not None:
        yield f"Detected {detected(draft, detect)}: {to_the_minute(detect.at)} ({anchor_ids(detect)})."
    rows = [row for row in draft.timeline if row.kind in RESPONSE]
    if rows:
        yield bullets(f"{clock(row.at, day=day_of(draft))} UTC: {said(row)}" for row in rows)
    yield from runs(draft)


def runs(draft: Draft) -> Iterator[str]:
    """The runbooks that were walked: counts, and what was chosen, left out and not working in words."""
    if not draft.runs:
        return
    yield table(
        ("Runbook", "Status", "Steps", "Done", "Skipped", "Not taken", "Not working", "Worked", "Source"),
        [
            (
                escape(run.title),
                run.status,
                str(run.steps),
                str(run.done),
                str(run.skipped),
                str(run.not_taken),
                escape("; ".join(run.failed)) or "0",
                WORKED[run.worked],
                told(run.source) or UNKNOWN,
            )
            for run in draft.runs
        ],
    )
    said = [
        f"{escape(run.title)}: {word} {escape(text)}{_of(run, text)}"
        for run in draft.runs
        for word, texts in (("chosen", run.choices), ("skipped", run.skips))
        for text in texts
    ]
    if said:
        yield bullets(said)


def _of(run: RunSummary, text: str) -> str:
    """The fact that says it, else those of the whole run."""
    found = next((ids for title, ids in run.told.items() if text.startswith(title)), run.source)
    return f" ({told(found)})" if found else ""


WORKED = {True: "yes", False: "no, still broken", None: "not said"}


def resolution(draft: Draft) -> Iterator[str]:
    """The last actions before it ended, and what people saw afterwards."""
    over = draft.times.mitigate or draft.times.resolve
    before = actions(draft, until=over)
    checks = [row for row in draft.timeline if row.kind in VERIFIED]
    for label, rows in (
        ("Last actions on record:", before[-LAST_ACTIONS:]),
        ("Signs that it was over:", checks[-LAST_ACTIONS:]),
    ):
        if rows:
            yield label
            yield bullets(f"{clock(row.at, day=day_of(draft))} UTC: {said(row)}" for row in rows)


def conditions(draft: Draft) -> Iterator[str]:
    """Never filled in: only changes and guesses to look at, with what was said against them."""
    if not draft.hints:
        return
    yield "Hints from the records, for people to judge:"
    yield bullets(
        f"{hint.why}, {clock(hint.row.at, day=day_of(draft))} UTC: {said(hint.row)}"
        + "".join(
            f"; against it, {clock(row.at, day=day_of(draft))} UTC: {said(row)}" for row in hint.against
        )
        for hint in draft.hints
    )


def lessons(draft: Draft) -> Iterator[str]:
    """Nothing but questions: what was learnt is for people to say."""
    yield from ()


def communications(draft: Draft) -> Iterator[str]:
    """What was told to others."""
    rows = [row for row in draft.timeline if row.kind in TOLD or TOLD_THEM in row.cues]
    if rows:
        yield bullets(f"{clock(row.at, day=day_of(draft))} UTC: {said(row)}" for row in rows)


BODIES: Mapping[str, Callable[[Draft], Iterator[str]]] = MappingProxyType(
    {
        "header": header,
        "summary": summary,
        "impact": impact,
        "times": times,
        "timeline": timeline,
        "response": response,
        "resolution": resolution,
        "conditions": conditions,
        "lessons": lessons,
        "followups": followups,
        "communications": communications,
    }
)
"""Section by section; the appendix is the writer's own."""
