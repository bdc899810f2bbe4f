"""What became of a page: taken, late, failed for good. Says so, and has the ladder go on; rings nobody itself."""

from datetime import datetime, timedelta

from incidentbot.core import answers
from incidentbot.core.anew import replace
from incidentbot.core.decision import Decision
from incidentbot.core.effects import Notice, ResolvePage, ShowDirect
from incidentbot.core.facts import Fact, FactKind
from incidentbot.core.incident import Failure, Incident, Page, PageState
from incidentbot.core.ladders import unreached
from incidentbot.core.ladders.paging import call_off, settle, ties, without
from incidentbot.core.ladders.summons import SLACK, write_to
from incidentbot.core.policy import Policy, State
from incidentbot.core.response import showing
from incidentbot.core.text.words import role_words, safe, span

PAGE = "page:"

ANSWERED = frozenset({PageState.ACKNOWLEDGED, PageState.RESOLVED})


def page_of(incident: Incident, effect: str) -> Page | None:
    """The page that this effect rings; None for any other effect."""
    return incident.pages.get(effect.removeprefix(PAGE)) if effect.startswith(PAGE) else None


def page_delivered(incident: Incident, answer: answers.PageDelivered, *, now: datetime) -> Decision:
    """The pager took the page. One that was answered while it was in flight stays so; one that was kept back rings.

    The card says whom was paged from the moment it is decided, so it is only shown anew if it told of a failure.
    """
    page = incident.pages[answer.page]
    state = page.state if page.state in ANSWERED else PageState.DELIVERED
    settled_at = now if state is PageState.DELIVERED else page.settled_at
    pages = settle(incident, page.key, state=state, receipt=answer.receipt, settled_at=settled_at)
    changed = replace(incident, pages=pages)
    again = showing.card(changed) if page.state in {PageState.FAILED, PageState.CANCELLED} else ()
    text = f"The page to the {role_words(page.role)} was accepted."
    fact = Fact(FactKind.PAGE_ACCEPTED, now, text, data={"page": page.key})
    taken = Decision(changed, (fact,), again, ties=ties(pages[page.key]))
    return (
        taken.then(_all_the_same(changed, page))
        .then(answered_since(changed, page, now))
        .then(_earlier_ended(changed, pages[page.key], now))
    )


def _earlier_ended(incident: Incident, page: Page, now: datetime) -> Decision:
    """What was silenced in earlier epochs ends at the pager: left acknowledged there, it would ring again beside this one.

    What still rings unanswered, or rings again, goes on: somebody asked for it.
    """
    if page.epoch != incident.epoch or page.state is not PageState.DELIVERED:
        return Decision(incident)
    pages = incident.pages.values()
    goes_on = {
        one.receipt
        for one in pages
        if one.epoch == incident.epoch or (one.receipt and one.state is PageState.DELIVERED)
    }
    earlier = [
        one
        for one in pages
        if one.epoch < incident.epoch and one.state is PageState.ACKNOWLEDGED and one.receipt not in goes_on
    ]
    ended = {one.key: replace(one, state=PageState.RESOLVED, settled_at=now) for one in earlier}
    effects = tuple(ResolvePage(one.key, one.role, "") for one in earlier)
    return Decision(replace(incident, pages={**incident.pages, **ended}), effects=effects)


def _all_the_same(incident: Incident, page: Page) -> Decision:
    """Whoever lowered the level believes that no phone rang."""
    if page.state is not PageState.CANCELLED:
        return Decision(incident)
    role = role_words(page.role)
    text = f"The {role} was paged all the same: the page had left before {incident.name} became {incident.severity}."
    return Decision(incident, effects=showing.line(incident, f"rang-all-the-same:{page.key}", text))


def answered_since(incident: Incident, page: Page, now: datetime) -> Decision:
    """A page that was kept back rang all the same: what ended meanwhile ends it at the pager, too."""
    over = incident.reached(State.RESOLVED)
    if page.state is not PageState.CANCELLED or not (over or incident.reached(page.until)):
        return Decision(incident)
    return call_off(incident, "", over=over, now=now)


def late(
    incident: Incident, page: Page, answer: answers.EffectFailed, *, policy: Policy, now: datetime
) -> Decision:
    """A page keeps failing: the room reads whom to call by voice, and from its deadline on the ladder goes on."""
    text = f"The {role_words(page.role)} is not paged yet: {safe(answer.reason)} I keep trying."
    line = showing.line(incident, f"late:{answer.effect}", text, Notice.FAILURE, call=page.role)
    written = _written_to(incident, page, policy)
    told = Decision(incident, (failed_fact(answer, text, now),), line, unreached.deadline(page, now=now))
    return told.then(written)


def failed(
    incident: Incident, page: Page, answer: answers.EffectFailed, *, policy: Policy, now: datetime
) -> Decision:
    """A page failed for good: the next of the ladder is rung at once, and the room reads whom to call by voice."""
    pages = settle(
        incident,
        page.key,
        state=PageState.FAILED,
        settled_at=now,
        reason=answer.reason,
        unknown=answer.unknown,
    )
    changed = replace(incident, pages=pages)
    climbed = unreached.climb(changed, changed.pages[page.key], policy=policy, now=now)
    next_role = unreached.climbed_to(climbed.incident, page)
    on = f" Now the {role_words(next_role)} is paged." if climbed.facts and next_role else ""
    text = f"{answer.what} did not work: {safe(answer.reason)}{on}"
    retry = f"retry:{answer.effect}"
    line = showing.line(changed, f"failed:{answer.effect}", text, Notice.FAILURE, retry, call=page.role)
    told = Decision(changed, (failed_fact(answer, text, now),), (*showing.card(changed), *line))
    ended = replace(told, timers=unreached.no_deadline(page))
    return ended.then(climbed).then(_written_to(climbed.incident, page, policy))


def rang_late(incident: Incident, page: Page, now: datetime) -> Decision:
    """A page that people were told to be late was taken by the pager."""
    text = f"The {role_words(page.role)} was paged, {_how_late(now - page.asked_at)} late."
    concluded = worked_after_all(incident, incident.failures[f"{PAGE}{page.key}"], text, now)
    direct = tuple(
        ShowDirect(one.key, one.role)
        for one in incident.summons.values()
        if one.key == page.key and SLACK in one.by
    )
    return replace(concluded, effects=(*concluded.effects, *direct), timers=unreached.no_deadline(page))


def worked_after_all(incident: Incident, failure: Failure, text: str, now: datetime) -> Decision:
    """Take back that something is failing, in these words."""
    changed = replace(incident, failures=without(incident, [failure.effect]))
    fact = Fact(FactKind.RETRIED, now, text, data={"effect": failure.effect})
    line = showing.line(changed, f"recovered:{failure.effect}", text)
    return Decision(changed, (fact,), (*showing.card(changed), *line))


def _written_to(incident: Incident, page: Page, policy: Policy) -> Decision:
    """Whoever the phone does not reach is written to directly, whatever the level lists."""
    return write_to(incident, page.role, key=page.key, until=page.until, policy=policy)


def failed_fact(answer: answers.EffectFailed, text: str, now: datetime) -> Fact:
    """The line of the timeline that says so."""
    return Fact(FactKind.PAGE_FAILED, now, text, data={"effect": answer.effect})


def _how_late(length: timedelta) -> str:
    """Whole minutes from the second one on: nobody counts the seconds of a page that is minutes late."""
    minutes = round(length.total_seconds() / 60)
    return span(timedelta(minutes=minutes)) if minutes > 1 else span(length)
