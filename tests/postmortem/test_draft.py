"""What stands in a draft: facts always, messages by worth, repetitions folded, silence asked about, no names."""

from datetime import timedelta

import pytest

from incidentbot.core.facts import FactKind
from incidentbot.core.incident import Run, StepState, StepStatus
from incidentbot.core.metrics import Confidence
from incidentbot.core.postmortem import MOST_SUGGESTIONS, build_draft
from incidentbot.core.postmortem_rows import QUOTE, gaps, quote
from incidentbot.core.postmortem_types import Draft, DraftSource, Row
from incidentbot.core.redaction import Ips
from tests.postmortem.samples import fact, incident, minute, said, small_talk

DECLARED = fact(FactKind.DECLARED, 0, "<@U1> declared P1: checkout is down", by="U1")


def texts(draft: Draft) -> list[str]:
    return [row.text for row in draft.timeline]


def row_of(draft: Draft, message: str) -> Row:
    return next(row for row in draft.timeline if message in row.message_ids)


def prompts(draft: Draft, section: str) -> list[str]:
    return [prompt.text for prompt in draft.prompts if prompt.section == section]


# ---- facts -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [kind for kind in FactKind if kind is not FactKind.DECLARED])
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
    assert texts(draft)[0] == "3 times until 12:05 UTC: Check pods done; Check disk done; Check queue done"


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


# ---- messages --------------------------------------------------------------------------------------


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


# ---- people and secrets ------------------------------------------------------------------------------


def test_people_appear_by_role() -> None:
    draft = build_draft(
        incident(
            *small_talk(),
            fact(FactKind.DECLARED, 0, "<@U1> declared P1", by="U1"),
            fact(FactKind.ROLE_TAKEN, 1, "<@U2> is the lead.", by="U2", role="lead", who="U2"),
            said(2, "rolled back as <@U2|ana> said, thanks <@U7>", by="U3", pinned=True),
            said(3, "Bo Jensen restarted it, @bo jensen knows", by="U2", pinned=True),
            names={"U3": "Bo Jensen"},
        )
    )
    body = "\n".join(texts(draft))

    assert "incident lead is the lead." in body
    assert 'responder 2: "rolled back as incident lead said, thanks someone"' in body
    assert 'incident lead: "responder 2 restarted it, responder 2 knows"' in body
    assert "U2" not in body
    assert draft.roster["U2"] == "incident lead"
    assert draft.roles[0].holder == "incident lead"


def test_two_people_who_held_one_role_are_told_apart() -> None:
    draft = build_draft(
        incident(
            fact(FactKind.ROLE_TAKEN, 1, "<@U1> leads.", role="lead", who="U1"),
            fact(FactKind.ROLE_TAKEN, 9, "<@U2> leads.", role="lead", who="U2"),
        )
    )

    assert texts(draft) == ["incident lead leads.", "incident lead 2 leads."]


def test_slacks_markup_becomes_plain_text() -> None:
    text = "rolled back <https://ci.acme.io/pull/7|the bump>, see <#C9|ops>, &lt;b&gt; &amp; <!here> <!subteam^S1|@db>"
    draft = build_draft(incident(*small_talk(), said(1, text, pinned=True)))

    assert texts(draft) == [
        'responder 2: "rolled back the bump (https://ci.acme.io/pull/7), see #ops, <b> & @here @db"'
    ]


def test_a_secret_is_taken_out_before_anything_is_cut() -> None:
    text = "restarted with " + "x" * 100 + " password=Tr0ub4dor-and-much-more-of-the-same-secret"
    draft = build_draft(
        incident(
            *small_talk(),
            fact(FactKind.NOTED, 1, "mail ana@example.org from 10.0.0.1"),
            said(2, text, pinned=True),
            title="token=abc123 leaked for Acme",
            customers=("Acme",),
            ips=Ips.REDACT,
        )
    )
    body = " ".join((draft.title, *texts(draft)))

    assert "Tr0ub4dor" not in body
    assert "abc123" not in body
    assert "[redacted:customer]" in draft.title
    assert "mail [redacted:email] from [redacted:ip]" in body
    assert draft.coverage.redacted == {"secret": 2, "email": 1, "ip": 1, "customer": 1}


# ---- questions ---------------------------------------------------------------------------------------


def test_a_long_silence_while_it_was_going_on_is_asked_about() -> None:
    draft = build_draft(
        incident(
            *small_talk(),
            DECLARED,
            said(5, "having a look"),
            said(40, "still looking"),
            fact(FactKind.MITIGATED, 60),
            fact(FactKind.RESOLVED, 300),
        )
    )

    assert draft.gaps == ((minute(5), minute(40)), (minute(40), minute(60)))
    assert "No record 12:05–12:40 UTC: what happened?" in prompts(draft, "timeline")


def test_a_silence_counts_only_if_it_is_long_for_the_incident() -> None:
    found = gaps([minute(10), minute(70)], start=minute(0), end=minute(100), longest=timedelta(minutes=30))

    assert found == ((minute(10), minute(70)),)


def test_what_is_missing_is_asked_with_what_the_room_says() -> None:
    draft = build_draft(
        incident(
            *small_talk(),
            DECLARED,
            said(5, "checkout is down since 11:30"),
            said(30, "checkout is back to normal", by="U2"),
        )
    )
    asked = " ".join(prompts(draft, "times"))

    assert "Impact start unknown" in asked
    assert "11:30 UTC responder 2" in asked
    assert "Mitigation is not on record" in asked
    assert "checkout is back to normal" in asked
    assert draft.times.impact is None
    assert draft.times.mitigate is None


def test_questions_for_the_review_come_from_the_facts() -> None:
    run = Run(
        "r1",
        "Restart checkout",
        "c.md",
        "0",
        "U1",
        minute(0),
        (StepState("a", "Drain", StepStatus.FAILED, reason="no access"),),
    )
    draft = build_draft(
        incident(
            DECLARED,
            fact(FactKind.IMPACT, 5, "cards fail", started_at=minute(-41).isoformat()),
            fact(FactKind.PAGE_FAILED, 1),
            fact(FactKind.REOPENED, 50),
            runs=(run,),
        )
    )
    asked = prompts(draft, "lessons")

    assert "Impact began 41 min before it was noticed. What signal existed?" in asked
    assert "Step 1 of Restart checkout was marked as not working. What should it say?" in asked
    assert "It was reopened once. What made it look over?" in asked
    assert "Pages failed: 1. Who was missing because of it?" in asked
    assert draft.runs[0].failed == ("Drain: no access",)


def test_questions_that_are_answered_are_not_asked() -> None:
    draft = build_draft(
        incident(
            DECLARED,
            fact(FactKind.UPDATED, 5, "we are on it"),
            severities=("P1",),
            impact="cards fail",
            review_owner="U1",
        )
    )

    assert not prompts(draft, "header")
    assert not prompts(draft, "communications")
    assert not any(text.startswith("Who felt it") for text in prompts(draft, "impact"))


# ---- follow-ups and hints --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "type_", "owned"),
    [
        ("action: alert on disk usage", "detect", False),
        ("I'll write the runbook for this", "docs", True),
        ("we should cap the replicas by policy", "prevent", False),
        ("TODO: agree on an on-call rota", "process", False),
        ("I'll file something about it", None, True),
    ],
)
def test_a_follow_up_has_an_owner_only_if_somebody_took_it(text: str, type_: str | None, owned: bool) -> None:  # noqa: FBT001 - a table
    found = build_draft(incident(*small_talk(), said(5, text))).followups

    assert [(each.type, each.owner is not None, each.message_ids) for each in found] == [
        (type_, owned, ("m5",))
    ]


@pytest.mark.parametrize(
    "text", ["we should not see that", "we should roll back now", "should we file a ticket?", "nice action"]
)
def test_what_is_no_follow_up_is_not_listed(text: str) -> None:
    assert build_draft(incident(*small_talk(), said(5, text))).followups == ()


def test_a_guess_is_shown_with_what_was_said_against_it() -> None:
    draft = build_draft(
        incident(
            *small_talk(),
            said(-20, "deployed the caching change to prod", by="U3"),
            DECLARED,
            said(5, "I think the certificate of the gateway expired"),
            said(9, "the certificate is not expired", by="U2"),
        )
    )

    assert [(hint.why, hint.row.message_ids) for hint in draft.hints] == [
        ("a change before it was noticed", ("m-20",)),
        ("a guess", ("m5",)),
    ]
    assert [row.message_ids for row in draft.hints[1].against] == [("m9",)]


# ---- nothing and everything ------------------------------------------------------------------------------


def test_an_incident_without_any_record_is_a_draft_of_questions() -> None:
    draft = build_draft(DraftSource(id="INC-1", title="x"))

    assert draft.timeline == draft.suggestions == ()
    assert draft.status is None
    assert len(draft.prompts) > 8


def test_the_status_is_read_from_the_records_where_nobody_said_it() -> None:
    assert build_draft(incident(DECLARED)).status == "open"
    assert build_draft(incident(DECLARED, fact(FactKind.RESOLVED, 9))).status == "resolved"
    assert build_draft(incident(DECLARED, status="closed")).status == "closed"
