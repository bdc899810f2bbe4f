"""A draft holds the action items as they stand and the times as people put them right, from the facts alone."""

from datetime import UTC, datetime, timedelta

from incidentbot.core.afterwards.actions import data_of
from incidentbot.core.afterwards.leftovers import ActionItem, ActionState, ActionType
from incidentbot.core.facts import Fact, FactKind, Recorded
from incidentbot.core.postmortems.anchors import Confidence
from incidentbot.core.postmortems.postmortem import build_draft
from incidentbot.core.postmortems.postmortem_types import Draft, DraftSource
from incidentbot.documents.postmortem_writer import to_markdown

T0 = datetime(2026, 11, 23, 14, 0, tzinfo=UTC)
ITEM = ActionItem(1, "alert on a full disk", "U1", T0, "U2", T0 + timedelta(days=4), ActionType.DETECT)


def drafted(*facts: Fact) -> Draft:
    began = Fact(FactKind.DECLARED, T0, "<@U1> declared P1: checkout is down", "U1")
    recorded = [Recorded(seq, fact.at, fact) for seq, fact in enumerate((began, *facts), start=1)]
    return build_draft(
        DraftSource("INC-7", "checkout is down", tuple(recorded), roles={"U2": "incident lead"})
    )


def action(kind: FactKind, item: ActionItem, text: str) -> Fact:
    return Fact(kind, T0, text, "U1", data_of(item))


def corrected(anchor: str, to: str) -> Fact:
    data = {"anchor": anchor, "to": to, "why": "the graph"}
    return Fact(FactKind.TIME_CORRECTED, T0 + timedelta(hours=2), f"<@U1> set {anchor}", "U1", data)


def test_an_action_item_stands_as_its_last_fact_says_and_in_no_line_of_the_timeline() -> None:
    done = ActionItem(**{each: getattr(ITEM, each) for each in ITEM.__slots__} | {"state": ActionState.DONE})
    draft = drafted(
        action(FactKind.ACTION_ADDED, ITEM, "<@U1> noted action 1: alert on a full disk"),
        action(FactKind.ACTION_CHANGED, done, "<@U1>: action 1 (alert on a full disk) is done."),
    )
    (item,) = draft.followups

    assert (item.action, item.owner, item.due) == ("alert on a full disk", "incident lead", "2026-11-27")
    assert (item.type, item.state, item.source) == ("detect", "done", "fact:2,fact:3")
    assert [row.kind for row in draft.timeline] == ["declared"]
    assert (
        "| alert on a full disk | detect | incident lead | 2026-11-27 | done | fact:2, fact:3 |"
        in to_markdown(draft)
    )


def test_a_time_that_a_person_put_right_counts_and_says_so() -> None:
    draft = drafted(corrected("impact", (T0 - timedelta(minutes=12)).isoformat()))
    impact = draft.times.impact

    assert impact is not None
    assert (impact.confidence, impact.source) == (Confidence.HUMAN, "fact:2")
    assert draft.metrics.detect == 12 * 60


def test_the_last_word_counts_and_unknown_is_one() -> None:
    at = (T0 + timedelta(minutes=30)).isoformat()

    assert drafted(corrected("mitigate", at)).metrics.mitigate == 30 * 60
    draft = drafted(corrected("mitigate", at), corrected("mitigate", "unknown"))
    assert draft.times.mitigate is None
    assert draft.metrics.mitigate is None


def test_a_time_that_contradicts_the_others_is_shown_as_a_conflict_and_measures_nothing() -> None:
    draft = drafted(corrected("mitigate", (T0 - timedelta(hours=1)).isoformat()))

    assert draft.metrics.mitigate is None
    assert draft.metrics.conflicts[0].startswith("mitigate (2026-11-23 13:00:00 UTC) lies before detect")
