"""Unreached: the ladder goes on past a role whose page does not go out. Rings each role once, and never a chain at once.

docs/decisions/0020-a-page-that-fails.md
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from incidentbot.core.decision import Decision
from incidentbot.core.effects import Notice
from incidentbot.core.facts import Fact, FactKind
from incidentbot.core.incident import Incident, Page, PageState
from incidentbot.core.ladders.clocks import UNPAGED
from incidentbot.core.ladders.escalation import next_role
from incidentbot.core.ladders.paging import AGAIN, PAGER, page_role
from incidentbot.core.ladders.summons import TYPED
from incidentbot.core.policy import Policy
from incidentbot.core.response import showing
from incidentbot.core.text.words import role_words, span

PAGE_DEADLINE = timedelta(minutes=3)
"""So long a page is tried before the next role is rung beside it: under the shortest ack deadline of any team, 5 min."""

PAST = "rung-past-"
"""The rung of a page that is rung in place of one that did not go out; what follows is the role of that one."""


def deadline(page: Page, *, now: datetime) -> Mapping[str, datetime | None]:
    """The timer of a page that is late."""
    return {f"{UNPAGED}{page.key}": max(now, page.asked_at + PAGE_DEADLINE)}


def no_deadline(page: Page) -> Mapping[str, datetime | None]:
    """No timer any more: the page went out, or failed for good."""
    return {f"{UNPAGED}{page.key}": None}


def deadline_passed(incident: Incident, key: str, *, policy: Policy, now: datetime) -> Decision:
    """A page was tried for all its time: ring the next role, unless other pages do not go out either.

    Then it is the pager that is away: ringing the chain one after another would reach nobody sooner.
    """
    page = incident.pages.get(key)
    if page is None or not _is_late(incident, page):
        return Decision(incident)
    if any(_is_late(incident, other) for other in incident.pages.values() if other.key != key):
        return Decision(incident)
    climbed = climb(incident, page, policy=policy, now=now)
    role = climbed_to(climbed.incident, page)
    if not climbed.facts or role is None:
        return Decision(incident)
    tried = span(now - page.asked_at)
    text = f"The {role_words(page.role)} is not paged after {tried} of trying: now the {role_words(role)}."
    line = showing.line(incident, f"past:{page.key}", text, Notice.LOUD, call=page.role)
    return Decision(incident, effects=(*showing.card(incident), *line)).then(climbed)


def climb(incident: Incident, page: Page, *, policy: Policy, now: datetime) -> Decision:
    """Ring the next role in place of a page that does not go out; nothing where that helps nobody, or was done before."""
    role = next_role(incident)
    if role is None or not _is_worth_it(incident, page):
        return Decision(incident)
    rung = f"{PAST}{page.role}"
    rung_now = page_role(incident, role, rung=rung, until=page.until, now=now, policy=policy)
    if not rung_now.effects:
        return Decision(incident)
    text = f"The {role_words(page.role)} could not be paged: now the {role_words(role)}."
    fact = Fact(FactKind.ESCALATED, now, text, data={"rung": rung, "role": role})
    return Decision(incident, (fact,)).then(rung_now)


def climbed_to(incident: Incident, page: Page) -> str | None:
    """The role that is rung in place of this page, if one is."""
    key = f"{page.epoch}:{PAST}{page.role}"
    found = [one for one in incident.pages.values() if one.key.replace(AGAIN, "") == key]
    return found[-1].role if found else None


def _is_worth_it(incident: Incident, page: Page) -> bool:
    """Whether the next role may be rung: the ladder asked for the page, and its trouble is not everybody's."""
    if not incident.paging or PAGER not in incident.plan.notify or TYPED in page.key:
        return False
    if page.epoch != incident.epoch or incident.reached(page.until):
        return False
    others = (one for one in incident.pages.values() if one.key != page.key and one.epoch == page.epoch)
    return not any(one.state is PageState.FAILED and one.reason == page.reason for one in others)


def _is_late(incident: Incident, page: Page) -> bool:
    waits = page.state is PageState.WAITING and page.epoch == incident.epoch
    return waits and f"page:{page.key}" in incident.failures
