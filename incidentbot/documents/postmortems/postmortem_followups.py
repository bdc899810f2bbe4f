"""The table of follow-ups: action items as they stand, and what somebody said must be done. Invents no owner and no date."""

from collections import Counter
from collections.abc import Iterator, Sequence

from incidentbot.core.postmortems.postmortem_types import Draft, FollowUp
from incidentbot.documents.postmortems.postmortem_pieces import source_links, told
from incidentbot.documents.postmortems.postmortem_text import UNKNOWN, escape, table

SETTLED = frozenset({"done", "dropped"})


def followup_ids(followup: FollowUp) -> list[str]:
    """The facts and messages that a follow-up was found in."""
    facts = [told(followup.source)] if followup.source.startswith("fact:") else []
    return [*facts, *source_links(followup.message_ids, followup.links)]


def counted(found: Sequence[FollowUp]) -> str:
    """How many there are of each sort, and how many of those that are still to be done are nobody's."""
    if not found:
        return "not on record"
    states = Counter(each.state for each in found)
    unowned = sum(each.owner is None for each in found if each.state not in SETTLED)
    each = ", ".join(f"{count} {state}" for state, count in sorted(states.items()))
    return f"{each}; {unowned} without an owner"


def followups(draft: Draft) -> Iterator[str]:
    """What somebody said must be done; owner and date are for people."""
    if draft.followups:
        yield table(
            ("Action", "Type", "Owner", "Due", "State", "Source"),
            [_followup_cells(each) for each in draft.followups],
        )


def _followup_cells(followup: FollowUp) -> tuple[str, ...]:
    todo = UNKNOWN if followup.state in SETTLED else "TODO"
    owner = escape(followup.owner) if followup.owner else todo.replace("TODO", "**TODO**")
    due = escape(followup.due) if followup.due else todo
    ids = ", ".join(followup_ids(followup))
    return escape(followup.action), followup.type or todo, owner, due, followup.state, ids
