"""The head of a post-mortem and its summary for managers, from the draft alone. Adds no fact and no judgement."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import groupby

from incidentbot.core.policy import Severity
from incidentbot.core.postmortems.anchors import Anchor
from incidentbot.core.postmortems.postmortem_types import Draft, RoleSpell
from incidentbot.documents.postmortems.postmortem_followups import counted, followup_ids
from incidentbot.documents.postmortems.postmortem_pieces import (
    actions,
    cited,
    day_of,
    detected,
    impact_said,
    said,
)
from incidentbot.documents.postmortems.postmortem_text import (
    UNKNOWN,
    bullets,
    clock,
    duration,
    escape,
    table,
    to_the_minute,
)


def header(draft: Draft) -> Iterator[str]:
    """Severity, status, services, roles over time, review owner and due date."""
    values = (
        ("Incident", draft.id),
        ("Severity", _severities(draft.severities)),
        ("Status", draft.status or UNKNOWN),
        ("Services", ", ".join(draft.services) or UNKNOWN),
        ("Roles", ", ".join(_spell(spell, day_of(draft)) for spell in draft.roles) or UNKNOWN),
        ("Review", _review(draft)),
    )
    yield table(("", ""), [(name, escape(value)) for name, value in values])


def _severities(called: Sequence[str]) -> str:
    """As it was called from first to last, and the highest where it is neither plain nor last."""
    path = [name for name, _ in groupby(called)]
    known = [Severity(name) for name in path if name in set(Severity)]
    highest = min(known, key=list(Severity).index, default=None)
    more = f" (highest {highest})" if highest is not None and highest != path[-1] else ""
    return f"{' → '.join(path)}{more}" or UNKNOWN


def _spell(spell: RoleSpell, day: datetime | None) -> str:
    """Whoever is called by the role is not called by it twice."""
    who = spell.holder if spell.holder.startswith(spell.role) else f"{spell.role}: {spell.holder}"
    return f"{who} from {clock(spell.at, day=day)} UTC ({spell.source})"


def _review(draft: Draft) -> str:
    if draft.review_owner is None and draft.review_due is None:
        return UNKNOWN
    due = f"due {to_the_minute(draft.review_due)}" if draft.review_due else "no date"
    return f"{draft.review_owner or 'nobody yet'}, {due}"


def summary(draft: Draft) -> Iterator[str]:
    """At most six lines that a manager reads first, each from what is on record."""
    began = draft.times.impact or draft.times.detect or draft.times.declare
    over = draft.times.mitigate or draft.times.resolve
    where = f"; services: {', '.join(draft.services)}" if draft.services else ""
    what = escape(f"{draft.title}{where}")
    yield bullets(
        (
            f"On {began.at:%Y-%m-%d}: {what}{cited(began)}."
            if began
            else f"{what}: when it began is not on record.",
            f"Impact: {impact_said(draft)}.",
            f"{_from_to(draft, began, over)}; {_felt(draft)}{cited(began, over)}.",
            _detected(draft),
            _ended_by(draft),
            f"Follow-ups: {counted(draft.followups)}{_listed(draft)}.",
        )
    )


def _from_to(draft: Draft, began: Anchor | None, over: Anchor | None) -> str:
    """From when to when, and how long that is where the impact's own length is not known."""
    since = "From" if draft.times.impact else "Known from"
    if began is None:
        return f"{since} {UNKNOWN}"
    if over is None:
        return f"{since} {to_the_minute(began.at)}, and its end is not on record"
    length = draft.metrics.mitigate if draft.times.mitigate else draft.metrics.resolve
    known = "" if draft.times.impact or length is None else f" ({duration(length)})"
    return f"{since} {to_the_minute(began.at)} until {clock(over.at, day=began.at)} UTC{known}"


def _felt(draft: Draft) -> str:
    if draft.metrics.impact is None:
        return "how long customers felt it is not on record"
    spells = len(draft.metrics.spells)
    often = f" in {spells} spells" if spells > 1 else ""
    return f"customers felt it for {duration(draft.metrics.impact)}{often}"


def _listed(draft: Draft) -> str:
    """Where the follow-ups were found."""
    found = dict.fromkeys(each for one in draft.followups for each in followup_ids(one))
    return f" ({', '.join(found)})" if found else ""


def _detected(draft: Draft) -> str:
    detect = draft.times.detect
    if detect is None:
        return "Detection: not on record."
    how = f"Detected {detected(draft, detect)}"
    if draft.metrics.detect is None:
        return f"{how}; how long after impact began is not known{cited(detect)}."
    return f"{how}, {duration(draft.metrics.detect)} after impact began{cited(draft.times.impact, detect)}."


def _ended_by(draft: Draft) -> str:
    mitigate = draft.times.mitigate
    if mitigate is None:
        return "Mitigation: not on record."
    at = f"Mitigated at {to_the_minute(mitigate.at)}{cited(mitigate)}"
    done = actions(draft, until=mitigate)
    return f"{at}; last action on record: {said(done[-1])}." if done else f"{at}."
