"""The lines of a draft: facts always, messages by worth, repetitions folded, every line with its id."""

import pytest

from incidentbot.core.facts import FactKind
from incidentbot.core.postmortems.anchors import Confidence
from incidentbot.core.postmortems.postmortem import MOST_SUGGESTIONS, build_draft
from incidentbot.core.postmortems.postmortem_actions import ELSEWHERE
from incidentbot.core.postmortems.postmortem_rows import QUOTE, quote
from incidentbot.core.postmortems.postmortem_types import Draft, DraftSource, Row
from tests.postmortem.samples import fact, incident, minute, said, small_talk

DECLARED = fact(FactKind.DECLARED, 0, "<@U1> declared P1: checkout is down", by="U1")


def texts(draft: Draft) -> list[str]:
    return [row.text for row in draft.timeline]


def row_of(draft: Draft, message: str) -> Row:
    return next(row for row in draft.timeline if message in row.message_ids)


@pytest.mark.parametrize("kind", sorted(set(FactKind) - ELSEWHERE - {FactKind.DECLARED}))
def test_every_fact_is_a_line_with_its_id(kind: FactKind) -> None:
    draft = build_draft(incident(DECLARED, fact(kind, 5, f"a line about {kind}")))

    assert [(row.kind, row.source) for row in draft.timeline] == [
        ("declared", "fact:1"),
        (kind.value, "fact:2"),
    ]


def test_finished_steps_of_a_run_share_a_line_and_failed_ones_stand_alone() -> None:
    draft = build_draft(
        incident(
            fact(FactKind.STEP_DONE, 1, "Check pods done.", run="r1"),
            fact(FactKind.STEP_DONE, 3, "Check disk done.", run="r1"),
            fact(FactKind.STEP_FAILED, 4, "Restart failed.", run="r1"),
            fact(FactKind.STEP_DONE, 5, "Check queue done.", run="r1"),
            fact(FactKind.STEP_DONE, 20, "Check mail done.", run="r1"),
        )
    )

    assert [(row.kind, row.source) for row in draft.timeline] == [
        ("step_done", "fact:1,fact:2,fact:4"),
        ("step_failed", "fact:3"),
        ("step_done", "fact:5"),
    ]
    assert (
        texts(draft)[0]
        == "3 steps done, the last at 12:05 UTC: Check pods done; Check disk done; Check queue done"
    )


def test_a_folded_line_lists_only_what_it_shows() -> None:
    joined = [fact(FactKind.JOINED, number / 10, f"somebody {number} joined.") for number in range(15)]
    row = build_draft(incident(*joined)).timeline[0]

    assert len(row.source.split(",")) == 12
    assert row.text.endswith("; and 3 more")


def test_a_note_set_back_in_time_is_by_hand_and_keeps_when_it_was_written() -> None:
    row = build_draft(incident(fact(FactKind.NOTED, -10, "the deploy began", by="U1", recorded=5))).timeline[
        0
    ]

    assert (row.at, row.said_at, row.confidence) == (minute(-10), minute(5), Confidence.HUMAN)


def test_a_fact_that_points_to_a_message_shows_its_id_and_the_message_is_not_repeated() -> None:
    spoken = said(5, "rolled back the deploy", link="https://acme.slack.com/archives/C1/p5")
    draft = build_draft(
        incident(
            *small_talk(),
            DECLARED,
            spoken,
            fact(FactKind.NOTED, 5, "rolled back", message_ts=spoken.message.ts),
        )
    )
    rows = [row for row in draft.timeline if "m5" in row.message_ids]

    assert [row.kind for row in rows] == ["noted"]
    assert rows[0].links == (spoken.link,)


def test_what_the_bot_posts_of_a_fact_is_not_a_second_line() -> None:
    resolved = fact(FactKind.RESOLVED, 30, "<@U1> resolved it: rolled back the deploy.", by="U1")
    post = said(30.1, ":white_check_mark: <@U1> resolved it: rolled back the deploy.", by="B1", bot=True)
    draft = build_draft(incident(*small_talk(), DECLARED, resolved, post))

    assert "m30.1" not in {each for row in (*draft.timeline, *draft.suggestions) for each in row.message_ids}


def test_pinned_and_marked_messages_are_always_in() -> None:
    draft = build_draft(
        incident(
            *small_talk(), DECLARED, said(1, "hm", pinned=True), said(2, "ok", by="U2", reaction="stopwatch")
        )
    )

    assert (row_of(draft, "m1").source, row_of(draft, "m2").source) == ("pin", "reaction")


def test_a_removed_message_leaves_no_text_and_only_a_marked_one_leaves_a_line() -> None:
    draft = build_draft(
        incident(
            *small_talk(),
            DECLARED,
            said(1, "restarted the wrong database", deleted=True),
            said(2, "rolled it back at 12:02", by="U2", deleted=True, pinned=True),
        )
    )

    assert texts(draft)[1:] == ["responder 3: message removed"]
    assert "m1" not in {each for row in draft.suggestions for each in row.message_ids}


def test_an_edited_message_says_so() -> None:
    draft = build_draft(incident(*small_talk(), said(1, "rolled back the deploy", edited=True)))

    assert row_of(draft, "m1").text.endswith('"rolled back the deploy" (edited)')


def test_a_burst_of_one_author_on_one_topic_is_one_line() -> None:
    draft = build_draft(
        incident(
            *small_talk(),
            said(1, "restarting the checkout workers"),
            said(2, "restarting the payment workers"),
            said(2.5, "restarting the mail workers", by="U2"),
            said(9, "restarting the search workers"),
        )
    )

    assert row_of(draft, "m1").message_ids == ("m1", "m2")
    assert row_of(draft, "m1").text.endswith(
        '"restarting the checkout workers" "restarting the payment workers"'
    )
    assert row_of(draft, "m9").message_ids == ("m9",)


def test_an_alert_that_flaps_is_one_line_with_each_change() -> None:
    flaps = [
        said(n * 10, f"{'ALARM' if n % 2 == 0 else 'OK'}: disk full on db-1", by="watch", bot=True)
        for n in range(5)
    ]
    draft = build_draft(
        incident(*small_talk(), *flaps, said(100, "ALARM: disk full on db-1", by="watch", bot=True))
    )
    row = row_of(draft, "m0")

    assert row.text.endswith(
        "fired 3 times, 12:00–12:40 UTC: fired 12:00, recovered 12:10, fired 12:20, recovered 12:30, fired 12:40"
    )
    assert row.message_ids == ("m0", "m10", "m20", "m30", "m40")
    assert row_of(draft, "m100").message_ids == ("m100",)


def test_a_stated_time_moves_the_line_and_says_so() -> None:
    draft = build_draft(
        incident(
            *small_talk(), said(30, "checkout is down since 13:45", by="U1"), zones={"U1": "Europe/London"}
        )
    )
    row = row_of(draft, "m30")

    assert row.said_at is None, "14:45 in London is 12:45 UTC, which is still to come"
    draft = build_draft(
        incident(
            *small_talk(), said(30, "checkout is down since 13:15", by="U1"), zones={"U1": "Europe/London"}
        )
    )
    row = row_of(draft, "m30")
    assert (row.at, row.said_at, row.confidence) == (minute(15), minute(30), Confidence.STATED)


def test_suggestions_repeat_nothing_and_are_few() -> None:
    many = [said(n, f"the queue of shop {n} looks full again", by=f"U{n % 7}") for n in range(1, 120)]
    draft = build_draft(incident(*small_talk(), DECLARED, *many))
    shown = [each for row in (*draft.timeline, *draft.suggestions) for each in row.message_ids]

    assert len(shown) == len(set(shown))
    assert 0 < len(draft.suggestions) <= MOST_SUGGESTIONS


@pytest.mark.parametrize(
    ("text", "line", "shown"),
    [
        ("short", "", "short"),
        ("two\nlines", "", "two / lines"),
        ("x" * 200, "", "x" * 139 + "…"),
        ("first words " + "a " * 70 + "\nrolled back", "rolled back", "…rolled back"),
    ],
)
def test_a_quote_is_short_and_holds_the_telling_line(text: str, line: str, shown: str) -> None:
    assert quote(text, line) == shown
    assert len(quote(text, line)) <= QUOTE


def test_an_incident_without_any_record_is_a_draft_of_questions() -> None:
    draft = build_draft(DraftSource(id="INC-1", title="x"))

    assert draft.timeline == draft.suggestions == ()
    assert draft.status is None
    assert len(draft.prompts) > 8


def test_the_status_is_read_from_the_records_where_nobody_said_it() -> None:
    assert build_draft(incident(DECLARED)).status == "open"
    assert build_draft(incident(DECLARED, fact(FactKind.RESOLVED, 9))).status == "resolved"
    assert build_draft(incident(DECLARED, status="closed")).status == "closed"
