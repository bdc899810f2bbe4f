"""Times come from the records and durations from the times; what is not on record stays unknown."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidentbot.core.facts import Fact, FactKind, Recorded
from incidentbot.core.postmortems.anchors import Anchor, Confidence, Times
from incidentbot.core.postmortems.metrics import ORDER, anchors, measure

T0 = datetime(2026, 8, 3, 12, 0, tzinfo=UTC)


def minute(number: float) -> datetime:
    return T0 + timedelta(minutes=number)


def facts(*told: tuple[FactKind, float] | tuple[FactKind, float, dict[str, str]]) -> tuple[Recorded, ...]:
    return tuple(
        Recorded(
            seq, minute(each[1]), Fact(each[0], minute(each[1]), "", data=each[2] if len(each) > 2 else {})
        )
        for seq, each in enumerate(told, start=1)
    )


def alert(number: float) -> Anchor:
    return Anchor(minute(number), "alert", Confidence.IMPORTED, ("m1",))


WHOLE = facts(
    (FactKind.DECLARED, 10),
    (FactKind.PAGED, 10),
    (FactKind.ACKNOWLEDGED, 13),
    (FactKind.MITIGATED, 40),
    (FactKind.RESOLVED, 60),
    (FactKind.CLOSED, 600),
)


def test_each_duration_is_the_difference_of_two_stated_times() -> None:
    impact = (FactKind.IMPACT, 20, {"started_at": minute(-5).isoformat()})
    times = anchors(WHOLE + facts(impact), (alert(2),))

    metrics = measure(times, WHOLE)

    assert times.detect == alert(2)
    assert times.impact is not None
    assert times.impact.confidence is Confidence.HUMAN
    assert (metrics.detect, metrics.acknowledge, metrics.declare) == (7 * 60, 3 * 60, 8 * 60)
    assert (metrics.mitigate, metrics.resolve, metrics.impact) == (38 * 60, 58 * 60, 45 * 60)
    assert metrics.conflicts == ()


def test_nothing_is_known_of_nothing() -> None:
    times = anchors(())

    assert times == Times()
    assert measure(times, ()).resolve is None


def test_impact_is_never_taken_from_detection() -> None:
    times = anchors(WHOLE, (alert(2),))

    assert times.impact is None
    assert measure(times, WHOLE).detect is None
    assert measure(times, WHOLE).impact is None


def test_the_declaration_is_when_the_team_knew_where_nothing_came_before() -> None:
    times = anchors(facts((FactKind.DECLARED, 10)))

    assert times.detect == times.declare
    assert measure(times, ()).declare == 0


def test_a_page_before_the_declaration_is_when_the_team_knew() -> None:
    times = anchors(facts((FactKind.PAGED, 4), (FactKind.DECLARED, 10)))

    assert times.detect == times.page


def test_without_a_page_there_is_a_first_reply_and_no_time_to_acknowledge() -> None:
    told = facts((FactKind.DECLARED, 10), (FactKind.ACKNOWLEDGED, 12))
    metrics = measure(anchors(told), told, first_reply=minute(11))

    assert metrics.acknowledge is None
    assert metrics.first_reply == 60


def test_with_a_page_there_is_no_first_reply() -> None:
    assert measure(anchors(WHOLE), WHOLE, first_reply=minute(11)).first_reply is None


def test_a_stage_counts_as_the_milestone_it_is() -> None:
    times = anchors(
        facts((FactKind.DECLARED, 0), (FactKind.STAGE_ENTERED, 9, {"state": "mitigated", "stage": "x"}))
    )

    assert times.mitigate is not None
    assert times.mitigate.at == minute(9)


def test_after_a_reopening_durations_are_sums_and_the_last_end_counts() -> None:
    told = facts(
        (FactKind.DECLARED, 0),
        (FactKind.MITIGATED, 10),
        (FactKind.RESOLVED, 15),
        (FactKind.REOPENED, 100),
        (FactKind.MITIGATED, 120),
        (FactKind.RESOLVED, 130),
    )
    times = anchors(told)
    metrics = measure(times, told)

    assert times.resolve is not None
    assert times.resolve.at == minute(130)
    assert metrics.mitigate == (10 + 20) * 60
    assert metrics.resolve == (15 + 30) * 60
    assert [spell.began for spell in metrics.spells] == [minute(0), minute(100)]


def test_while_it_is_reopened_it_is_not_over() -> None:
    told = facts((FactKind.DECLARED, 0), (FactKind.RESOLVED, 15), (FactKind.REOPENED, 100))

    assert anchors(told).resolve is None
    assert measure(anchors(told), told).resolve is None


def test_an_interval_that_runs_backwards_is_a_conflict_and_no_duration() -> None:
    told = facts((FactKind.PAGED, 10), (FactKind.ACKNOWLEDGED, 4), (FactKind.DECLARED, 0))
    metrics = measure(anchors(told), told)

    assert metrics.acknowledge is None
    assert metrics.conflicts == ("ack (2026-08-03 12:04:00 UTC) lies before page (2026-08-03 12:10:00 UTC)",)


@pytest.mark.parametrize(
    ("via", "confidence"), [("slack", Confidence.RECORDED), ("pagerduty", Confidence.IMPORTED)]
)
def test_an_acknowledgement_made_elsewhere_is_imported(via: str, confidence: Confidence) -> None:
    times = anchors(facts((FactKind.ACKNOWLEDGED, 4, {"via": via})))

    assert times.ack is not None
    assert times.ack.confidence is confidence


def test_anchors_are_in_whole_seconds_so_that_shown_times_and_durations_agree() -> None:
    told = facts((FactKind.DECLARED, 0.99), (FactKind.RESOLVED, 10.016))
    times = anchors(told)

    assert times.declare is not None
    assert times.resolve is not None
    assert measure(times, told).resolve == (times.resolve.at - times.declare.at).total_seconds()


ENDS = (
    FactKind.DECLARED,
    FactKind.PAGED,
    FactKind.ACKNOWLEDGED,
    FactKind.MITIGATED,
    FactKind.RESOLVED,
    FactKind.CLOSED,
)


@given(st.lists(st.tuples(st.sampled_from((*ENDS, FactKind.REOPENED)), st.floats(0, 5000)), max_size=12))
def test_no_duration_is_negative_and_each_backward_pair_is_told(told: list[tuple[FactKind, float]]) -> None:
    recorded = facts(*told)
    times = anchors(recorded, (alert(30),))
    metrics = measure(times, recorded)
    known = times.known()
    backward = [pair for pair in ORDER if set(pair) <= set(known) and known[pair[1]].at < known[pair[0]].at]

    values = (
        metrics.detect,
        metrics.acknowledge,
        metrics.declare,
        metrics.mitigate,
        metrics.resolve,
        metrics.impact,
    )
    assert all(value is None or value >= 0 for value in values)
    assert len(metrics.conflicts) == len(backward)
