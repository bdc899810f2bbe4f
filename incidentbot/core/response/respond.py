"""Responding: stages, mitigate, resolve, close, severity. Each reaches milestones and stops what they end."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from incidentbot.core.afterwards.review import refuse_close
from incidentbot.core.afterwards.review import timers as review_timer
from incidentbot.core.commands import AddNote, Close, EnterStage, Mitigate, Resolve
from incidentbot.core.decision import Decision
from incidentbot.core.facts import Fact, FactKind
from incidentbot.core.incident import Incident, Moment, Status
from incidentbot.core.ladders import clocks
from incidentbot.core.ladders.chain_calls import spared
from incidentbot.core.ladders.holding import without_point
from incidentbot.core.ladders.paging import call_off
from incidentbot.core.lifecycle import over
from incidentbot.core.policy import PostmortemNeed, Stage, State
from incidentbot.core.refusals import Refused
from incidentbot.core.response import showing
from incidentbot.core.response.talk import add_note
from incidentbot.core.runbooks.leaving import leave
from incidentbot.core.text.words import at_time, because, person, safe, stopped


def reach(
    incident: Incident, milestone: State, by: str, *, at: datetime, now: datetime, receipt: str = ""
) -> Decision:
    """Reach a milestone: set its instant once, move the stage with it, stop the timers and pages it ends.

    at: when it happened; now: when we were told; receipt: the pager's id of what was silenced by it, if any. What people asked for since, and called chains that nobody has
    answered, ring on until the end.
    """
    milestones = _reached(incident, milestone, Moment(at, by))
    back = incident.reached(State.RESOLVED) and milestone.rank < State.RESOLVED.rank
    state = incident.state if back else milestone
    changed = replace(incident, milestones=milestones, state=state, stage=_stage_for(incident, milestone))
    changed = without_point(changed, now)
    timers = clocks.dropped(incident, changed)
    if milestone.rank < State.ACKNOWLEDGED.rank:
        return Decision(changed, timers=timers)
    over = changed.reached(State.RESOLVED)
    goes_on = () if over else spared(changed, at, receipt)
    called_off = call_off(changed, by, over=over, now=now, spared=goes_on)
    if over and not incident.reached(State.RESOLVED):
        timers = {**timers, **review_timer(changed)}
    return Decision(changed, timers=timers).then(called_off)


def _reached(incident: Incident, milestone: State, moment: Moment) -> Mapping[State, Moment]:
    """The milestones with this one; a workflow that ends in a later one resolves the incident by it."""
    new = {milestone: moment}
    if milestone.rank > State.RESOLVED.rank:
        new[State.RESOLVED] = moment
    return {**new, **incident.milestones}


def _stage_for(incident: Incident, milestone: State) -> str | None:
    """The stage that this milestone moves to: the first one of that state lying ahead; none moves back."""
    stages = [stage for stage in incident.plan.stages if stage.duty is None]
    ids = [stage.id for stage in stages]
    here = ids.index(incident.stage) if incident.stage in ids else -1
    ahead = [stage for stage in stages[here + 1 :] if stage.state is milestone]
    return ahead[0].id if ahead else incident.stage


def mitigate(incident: Incident, command: Mitigate, *, now: datetime) -> Decision:
    """Customers no longer feel it. The first keeps its time; a later one's words are kept as a note."""
    moment = incident.milestones.get(State.MITIGATED)
    if incident.status is not Status.OPEN:
        return _too_late(incident, command.by, command.how, over(incident), now)
    if moment is not None:
        sentence = f"{incident.name} was marked mitigated by {person(moment.by)} {at_time(moment.at)}."
        return _too_late(incident, command.by, command.how, sentence, now)
    reached = reach(incident, State.MITIGATED, command.by, at=now, now=now)
    text = f"{person(command.by)} marked it mitigated{because(command.how)}"
    return told(reached, Fact(FactKind.MITIGATED, now, text, command.by, {"how": command.how}))


def resolve(incident: Incident, command: Resolve, *, now: datetime) -> Decision:
    """It is over: every timer and page ends here. Where it was over before, the words are kept as a note."""
    if incident.status is not Status.OPEN:
        checked = f"Verified by {command.verified_by}." if command.verified_by else ""
        what = stopped(command.what) if command.what and checked else command.what
        return _too_late(incident, command.by, f"{what} {checked}", over(incident), now)
    reached = reach(incident, State.RESOLVED, command.by, at=now, now=now)
    verified = f" Verified by {safe(command.verified_by)}." if command.verified_by else ""
    where = " in PagerDuty" if command.via == "pagerduty" else ""
    who = safe(command.name) if command.name and not command.by else person(command.by)
    text = f"{stopped(f'{who} resolved it{where}{because(command.what)}')}{verified}"
    data = {"what": command.what, "verified_by": command.verified_by, "via": command.via}
    done = leave(incident, told(reached, Fact(FactKind.RESOLVED, now, text, command.by, data)), now=now)
    left = [fact.text for fact in done.facts if fact.kind is FactKind.RUN_STOPPED]
    parts = (f"{incident.name} is resolved.", *left, _review_words(incident))
    return replace(done, reply=" ".join(parts))


def _too_late(incident: Incident, by: str, words: str, sentence: str, now: datetime) -> Decision:
    """Somebody else was faster. What was typed is kept as a note; with nothing typed it is refused."""
    if not words.strip():
        raise Refused(sentence)
    noted = add_note(incident, AddNote(by, words), now=now)
    return replace(noted, reply=f"{sentence} Your words are on the timeline, as a note.", must_read=True)


def _review_words(incident: Incident) -> str:
    return {
        PostmortemNeed.REQUIRED: "A post-mortem is due: `/incident postmortem` drafts it.",
        PostmortemNeed.OFFERED: "`/incident postmortem` drafts a post-mortem if you want one.",
        PostmortemNeed.NONE: "No post-mortem is asked for.",
    }[incident.plan.postmortem]


def close(incident: Incident, command: Close, *, now: datetime) -> Decision:
    """The review is over; the incident's book is closed."""
    refuse_close(incident)
    changed = replace(incident, closed_at=now)
    timers = {**clocks.dropped(incident, changed), clocks.POSTMORTEM: None, clocks.REVIEW_LATE: None}
    text = f"{person(command.by)} closed {incident.name}."
    return told(Decision(changed, timers=timers), Fact(FactKind.CLOSED, now, text, command.by))


def enter_stage(incident: Incident, command: EnterStage, *, now: datetime) -> Decision:
    """Go to a named stage, or to the next that is no running duty."""
    stage = _find_stage(incident, command.stage)
    moved = Decision(replace(incident, stage=stage.id))
    if stage.state is not None:
        moved = reach(moved.incident, stage.state, command.by, at=now, now=now)
        moved = replace(moved, incident=replace(moved.incident, stage=stage.id))
    text = f"{person(command.by)} moved to {safe(stage.label)}."
    state = stage.state.value if stage.state else ""
    data = {"stage": stage.id, "state": state}
    return leave(incident, told(moved, Fact(FactKind.STAGE_ENTERED, now, text, command.by, data)), now=now)


def _find_stage(incident: Incident, wanted: str | None) -> Stage:
    stages = incident.plan.stages
    if wanted is None:
        walked = [stage for stage in stages if stage.duty is None]
        ids = [stage.id for stage in walked]
        here = ids.index(incident.stage) if incident.stage in ids else -1
        if here + 1 >= len(walked):
            raise Refused(
                f"{incident.name} is at its last stage. Use `/incident close` when the review is over."
            )
        return walked[here + 1]
    folded = wanted.casefold()
    for stage in stages:
        if folded in {stage.id.casefold(), stage.label.casefold()}:
            return stage
    names = ", ".join(f"`{stage.id}`" for stage in stages)
    raise Refused(f"There is no stage {safe(wanted)} here. The stages are {names}.")


def joined(incident: Incident, by: str) -> Incident:
    """The incident with this person among those who have joined; nobody is added for ""."""
    if not by or by in incident.joined:
        return incident
    return replace(incident, joined=(*incident.joined, by))


def told(decision: Decision, fact: Fact) -> Decision:
    """The decision with its fact, its line in the room, and the cards brought up to date."""
    incident = joined(decision.incident, fact.by or "")
    effects = (*showing.everywhere(incident), *showing.line(incident, fact.kind.value, fact.text))
    return decision.then(Decision(incident, (fact,), effects, reply=f"Done. {fact.text}"))
