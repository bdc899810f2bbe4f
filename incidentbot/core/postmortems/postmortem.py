"""The post-mortem's first draft, from facts and messages. Computes times, selects lines, asks; names no cause."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from heapq import nsmallest
from itertools import islice

from incidentbot.core.facts import FactKind, Recorded
from incidentbot.core.messages import Message
from incidentbot.core.postmortems.anchors import Anchor, Confidence, Times
from incidentbot.core.postmortems.metrics import anchors, measure
from incidentbot.core.postmortems.postmortem_findings import followups, hints
from incidentbot.core.postmortems.postmortem_prompts import Material, prompts
from incidentbot.core.postmortems.postmortem_responders import role_spells, run_summary
from incidentbot.core.postmortems.postmortem_rows import fact_rows, gaps, message_rows, single_rows
from incidentbot.core.postmortems.postmortem_types import (
    Coverage,
    Draft,
    DraftSource,
    Row,
)
from incidentbot.core.postmortems.postmortem_wording import Prepared, prepare
from incidentbot.core.salience import (
    NEARLY,
    WEIGHTS,
    Scored,
    budget_for,
    is_alarm,
    is_marked,
    is_noise,
    is_report,
    is_taken_out,
    read_all,
    select,
    weigh,
)

MOST_SUGGESTIONS = 20
REPEATED = timedelta(minutes=2)
"""Posts of the bot itself follow the fact they tell within this time."""

SHORTEST_GAP = timedelta(minutes=15)
GAP_SHARE = 0.2
"""A stretch without any record is asked about when it is longer than both: 15 min and a fifth of the incident."""


__all__ = ["Draft", "DraftSource", "build_draft"]


def build_draft(source: DraftSource, *, weights: Mapping[str, float] = WEIGHTS) -> Draft:
    """Make the draft. The same source gives the same draft; every line carries the id of what it was made from.
    weights: another table than ours, to measure with.

    Raises nothing: what is not on record is None, or a prompt.
    Source: docs/postmortem.md.
    """
    prepared = prepare(source)
    clean = prepared.source
    scored = weigh(read_all(clean.messages), weights)
    facts = tuple(sorted(clean.facts, key=lambda each: (each.fact.at, each.seq)))
    times = anchors(facts, _signals(scored, prepared))
    metrics = measure(times, facts, first_reply=_first_reply(scored, times))
    timeline, suggestions = _lines(scored, prepared, times)
    silent = _gaps(prepared, times)
    material = Material(clean, facts, times, metrics, timeline, suggestions, silent)
    wanted = followups(scored, prepared, times)
    return Draft(
        id=clean.id,
        title=clean.title,
        severities=clean.severities,
        status=clean.status or _status(times),
        services=clean.services,
        impact=clean.impact,
        review_owner=prepared.who(clean.review_owner) if clean.review_owner else None,
        review_due=clean.review_due,
        review_state=clean.review_state,
        times=times,
        metrics=metrics,
        timeline=timeline,
        suggestions=suggestions,
        prompts=prompts(material, wanted),
        gaps=silent,
        roles=role_spells(prepared),
        runs=tuple(run_summary(run, facts) for run in clean.runs),
        hints=hints(scored, prepared, times),
        followups=wanted,
        coverage=_coverage(prepared),
        roster=prepared.roster,
    )


def _status(times: Times) -> str | None:
    """What the records say of it, where nobody said it."""
    told = (
        ("closed", times.close),
        ("resolved", times.resolve),
        ("mitigated", times.mitigate),
        ("open", times.declare),
    )
    return next((word for word, anchor in told if anchor is not None), None)


def _lines(
    scored: Sequence[Scored], prepared: Prepared, times: Times
) -> tuple[tuple[Row, ...], tuple[Row, ...]]:
    """The timeline and the suggestions: facts and marked messages always, others by score within the budget."""
    source = prepared.source
    of_facts = fact_rows(_told(source), source.messages)
    told = frozenset(each for row in of_facts for each in row.message_ids)
    candidates = [each for each in scored if _may_be_shown(each, prepared)]
    marked = frozenset(each.item.id for each in candidates if is_marked(each.item.message)) - told
    budget = (
        budget_for(len(scored), _active(prepared, times), recorded=len(source.facts))
        - len(told)
        - len(marked)
    )
    live = [each for each in candidates if not each.item.message.deleted]
    known = [anchor.at for anchor in times.known().values()]
    chosen = select(live, budget=budget, anchors=known, kept=told | marked) | marked
    spoken = message_rows([each for each in candidates if each.item.id in chosen], prepared)
    settled = chosen | told
    rest = [each for each in live if each.score >= NEARLY and each.item.id not in settled]
    offered = single_rows(nsmallest(MOST_SUGGESTIONS, rest, key=lambda each: -each.score), prepared)
    return tuple(sorted((*of_facts, *spoken), key=_place)), tuple(sorted(offered, key=_place))


def _told(source: DraftSource) -> list[Recorded]:
    """The facts, without notes of messages that people took out again."""
    out = {item.id for item in source.messages if is_taken_out(item.message)}
    return [
        each
        for each in source.facts
        if each.fact.kind is not FactKind.NOTED or each.fact.data.get("message_id") not in out
    ]


def _place(row: Row) -> tuple[datetime, bool, int, datetime]:
    """By time, to the second as other tools tell it; of equals the facts first, in the order they came."""
    fact = row.source.startswith("fact:")
    place = int(row.source.removeprefix("fact:").split(",")[0]) if fact else 0
    return row.at.replace(microsecond=0), not fact, place, row.at


def _may_be_shown(each: Scored, prepared: Prepared) -> bool:
    """Not our own posts, and no app's that repeat a fact; of removed messages only those that people had marked."""
    message = each.item.message
    if (
        is_noise(message)
        or is_taken_out(message)
        or (message.user or "") in prepared.source.own_users
        or _repeats_fact(message, prepared)
    ):
        return False
    return bool(message.text.strip()) or (message.deleted and is_marked(message))


def _repeats_fact(message: Message, prepared: Prepared) -> bool:
    if not message.bot:
        return False
    return any(
        recorded.fact.text in message.text and abs(recorded.recorded_at - message.at) <= REPEATED
        for recorded in prepared.source.facts
        if "message_id" not in recorded.fact.data
    )


def _signals(scored: Sequence[Scored], prepared: Prepared) -> tuple[Anchor, ...]:
    """The first alert that an app posted or trouble that somebody reported, as a candidate for when the team knew."""
    found = (
        Anchor(
            at=each.at.replace(microsecond=0),
            source="alert" if each.item.message.bot else "report",
            confidence=Confidence.IMPORTED if each.item.message.bot else Confidence.STATED,
            ids=(each.item.id,),
        )
        for each in sorted(scored, key=lambda each: each.at)
        if (is_alarm(each.item.message) or is_report(each.item.message)) and _may_be_shown(each, prepared)
    )
    return tuple(islice(found, 1))


def _first_reply(scored: Sequence[Scored], times: Times) -> datetime | None:
    if times.detect is None:
        return None
    later = (
        each.at
        for each in scored
        if each.at > times.detect.at
        and not each.item.message.bot
        and not is_noise(each.item.message)
        and each.item.id not in times.detect.ids
    )
    return min(later, default=None)


def _instants(prepared: Prepared) -> list[datetime]:
    said = [item.message.at for item in prepared.source.messages if not is_noise(item.message)]
    return sorted((*said, *(recorded.fact.at for recorded in prepared.source.facts)))


def _phase(prepared: Prepared, times: Times) -> tuple[datetime, datetime] | None:
    """From when the team knew until it was over, as far as that is on record."""
    instants = _instants(prepared)
    if not instants:
        return None
    over = times.mitigate or times.resolve
    start = times.detect.at if times.detect else instants[0]
    end = over.at if over else instants[-1]
    return (start, end) if end > start else None


def _active(prepared: Prepared, times: Times) -> timedelta:
    phase = _phase(prepared, times)
    return timedelta(0) if phase is None else phase[1] - phase[0]


def _gaps(prepared: Prepared, times: Times) -> tuple[tuple[datetime, datetime], ...]:
    phase = _phase(prepared, times)
    if phase is None:
        return ()
    start, end = phase
    longest = max(SHORTEST_GAP, (end - start) * GAP_SHARE)
    return gaps(_instants(prepared), start=start, end=end, longest=longest)


def _coverage(prepared: Prepared) -> Coverage:
    source, instants = prepared.source, _instants(prepared)
    return Coverage(
        facts=len(source.facts),
        messages=len(source.messages),
        people=len({item.message.user for item in source.messages if not item.message.bot}),
        channels=tuple(
            source.rooms.get(each, each)
            for each in dict.fromkeys(
                item.message.channel for item in source.messages if item.message.channel
            )
        ),
        first=instants[0] if instants else None,
        last=instants[-1] if instants else None,
        redacted=prepared.redacted,
    )
