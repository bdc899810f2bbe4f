"""The twelve sections of a post-mortem as Markdown, each from the draft alone. Adds no fact and no judgement."""

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType

from incidentbot.core.facts import FactKind
from incidentbot.core.postmortems.postmortem_types import Draft
from incidentbot.core.salience_verbs import Family
from incidentbot.documents.postmortems.postmortem_followups import followup_ids, followups
from incidentbot.documents.postmortems.postmortem_pieces import (
    anchor_ids,
    cited,
    day_of,
    detected_by,
    said,
)
from incidentbot.documents.postmortems.postmortem_tables import timeline, times
from incidentbot.documents.postmortems.postmortem_text import (
    UNKNOWN,
    bullets,
    clock,
    duration,
    escape,
    instant,
    table,
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
ENDING = frozenset({Family.ACTION, Family.DECISION, Family.CHANGE, FactKind.MITIGATED})
VERIFIED = frozenset({Family.RESTORED, FactKind.RESOLVED})
TOLD = frozenset({FactKind.UPDATED, Family.COMMS})
LAST_ACTIONS = 3


def header(draft: Draft) -> Iterator[str]:
    """Severity, status, services, roles over time, review owner and due date."""
    severity = " → ".join(dict.fromkeys(draft.severities)) or UNKNOWN
    review = f"{draft.review_owner or UNKNOWN}, due {instant(draft.review_due)}"
    day = day_of(draft)
    roles = ", ".join(
        f"{spell.role}: {spell.holder} from {clock(spell.at, day=day)} UTC ({spell.source})"
        for spell in draft.roles
    )
    values = (
        ("Incident", draft.id),
        ("Severity", severity),
        ("Status", draft.status or UNKNOWN),
        ("Services", ", ".join(draft.services) or UNKNOWN),
        ("Roles", roles or UNKNOWN),
        ("Review", review),
    )
    yield table(("", ""), [(name, escape(value)) for name, value in values])


def summary(draft: Draft) -> Iterator[str]:
    """At most six lines that a manager reads first, each from what is on record."""
    began = draft.times.impact or draft.times.detect or draft.times.declare
    over = draft.times.mitigate or draft.times.resolve
    what = escape(", ".join(draft.services) or draft.title)
    unowned = sum(followup.owner is None for followup in draft.followups)
    until = f"until {instant(over.at)}" if over else "end not on record"
    since = "From" if draft.times.impact else "Known from"
    felt = (
        f"customers felt it for {duration(draft.metrics.impact)}"
        if draft.metrics.impact is not None
        else "how long customers felt it is not on record"
    )
    yield bullets(
        (
            f"On {began.at:%Y-%m-%d}: {what}{cited(began)}."
            if began
            else f"{what}: when it began is not on record.",
            f"Impact: {_impact(draft)}.",
            f"{since} {instant(began.at if began else None)} {until}; {felt}{cited(began, over)}.",
            _detected(draft),
            _ended_by(draft),
            f"Follow-ups: {len(draft.followups)} found, {unowned} without an owner{_listed(draft)}.",
        )
    )


def _impact(draft: Draft) -> str:
    """What was said of it, with the facts that say so."""
    if not draft.impact:
        return "not on record"
    told = [row.source for row in draft.timeline if row.kind == FactKind.IMPACT]
    return f"{escape(draft.impact)} ({escape(', '.join(told)) or 'of the incident itself'})"


def _listed(draft: Draft) -> str:
    """Where the follow-ups were found."""
    found = dict.fromkeys(each for one in draft.followups for each in followup_ids(one))
    return f" ({', '.join(found)})" if found else ""


def _detected(draft: Draft) -> str:
    detect = draft.times.detect
    if detect is None:
        return "Detection: not on record."
    if draft.metrics.detect is None:
        return f"Detected by {detected_by(detect.source)}; how long after impact began is not known{cited(detect)}."
    return f"Detected by {detected_by(detect.source)} after {duration(draft.metrics.detect)}{cited(detect)}."


def _ended_by(draft: Draft) -> str:
    mitigate = draft.times.mitigate
    if mitigate is None:
        return "Mitigation: not on record."
    actions = [row for row in draft.timeline if row.kind in ENDING and row.at <= mitigate.at]
    if not actions:
        return f"Mitigated at {instant(mitigate.at)}{cited(mitigate)}."
    return f"Mitigated at {instant(mitigate.at)}{cited(mitigate)}; last action before: {said(actions[-1])}."


def impact(draft: Draft) -> Iterator[str]:
    """What is known of who felt it."""
    if draft.impact:
        yield escape(draft.impact)
    felt = [row for row in draft.timeline if row.kind in {FactKind.IMPACT, Family.REPORT}]
    if felt:
        yield bullets(f"{clock(row.at, day=day_of(draft))} UTC: {said(row)}" for row in felt)


def response(draft: Draft) -> Iterator[str]:
    """How it was found, pages and answers, runbooks as they were walked."""
    detect = draft.times.detect
    if detect is not None:
        yield f"Detected by {detected_by(detect.source)} at {instant(detect.at)} ({anchor_ids(detect)})."
    rows = [row for row in draft.timeline if row.kind in RESPONSE]
    if rows:
        yield bullets(f"{clock(row.at, day=day_of(draft))} UTC: {said(row)}" for row in rows)
    yield from runs(draft)


def runs(draft: Draft) -> Iterator[str]:
    """The runbooks that were walked: counts, and what was chosen, left out and not working in words."""
    if not draft.runs:
        return
    yield table(
        ("Runbook", "Status", "Steps", "Done", "Skipped", "Not taken", "Not working", "Worked"),
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
            )
            for run in draft.runs
        ],
    )
    said = [
        f"{escape(run.title)}: {word} {escape(text)}"
        for run in draft.runs
        for word, texts in (("chosen", run.choices), ("skipped", run.skips))
        for text in texts
    ]
    if said:
        yield bullets(said)


WORKED = {True: "yes", False: "no, still broken", None: "not said"}


def resolution(draft: Draft) -> Iterator[str]:
    """The last actions before it ended, and what people saw afterwards."""
    over = draft.times.mitigate or draft.times.resolve
    before = [row for row in draft.timeline if row.kind in ENDING and (over is None or row.at <= over.at)]
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
    rows = [row for row in draft.timeline if row.kind in TOLD]
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
