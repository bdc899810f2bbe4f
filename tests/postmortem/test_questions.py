"""What no record shows is asked; what was guessed, changed or promised is shown, and judged by nobody."""

from datetime import timedelta

import pytest

from incidentbot.core.facts import FactKind
from incidentbot.core.postmortems.postmortem import build_draft
from incidentbot.core.postmortems.postmortem_rows import gaps
from incidentbot.core.postmortems.postmortem_types import Draft
from incidentbot.core.runbooks.run import Run, StepState, StepStatus, Taken, Value
from tests.postmortem.samples import fact, incident, minute, said, small_talk

DECLARED = fact(FactKind.DECLARED, 0, "<@U1> declared P1: checkout is down", by="U1")


def prompts(draft: Draft, section: str) -> list[str]:
    return [prompt.text for prompt in draft.prompts if prompt.section == section]


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
        worked=False,
    )
    draft = build_draft(
        incident(
            DECLARED,
            fact(FactKind.IMPACT, 5, "cards fail", started_at=minute(-41).isoformat()),
            fact(FactKind.PAGE_FAILED, 1),
            fact(FactKind.REOPENED, 50),
            fact(FactKind.STEP_FAILED, 51, run="r1", step="a"),
            fact(FactKind.RUN_JUDGED, 52, run="r1"),
            runs=(run,),
        )
    )
    asked = prompts(draft, "lessons")

    assert "Impact began 41 min before it was noticed. What signal existed? (fact:2, fact:1)" in asked
    assert "Step 1 of Restart checkout was marked as not working. What should it say? (fact:5)" in asked
    assert "It was reopened once. What made it look over? (fact:4)" in asked
    assert "Pages failed: 1. Who was missing because of it? (fact:3)" in asked
    assert "Restart checkout did not end it. What is missing in it? (fact:6)" in asked
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


@pytest.mark.parametrize(
    ("text", "type_", "owned"),
    [
        ("action: alert on disk usage", "detect", False),
        ("I'll write the runbook for this", "docs", True),
        ("action: a policy to cap replicas, and mention it in the user guide", "prevent", False),
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


def test_a_follow_up_is_told_without_the_word_that_announces_it() -> None:
    found = build_draft(incident(*small_talk(), said(5, "Action item: alert on disk usage"))).followups

    assert [each.action for each in found] == ["alert on disk usage"]


@pytest.mark.parametrize(
    "text", ["that's a red herring I think", "I think we are going to restart all of them"]
)
def test_a_denial_and_a_plan_are_no_guesses(text: str) -> None:
    assert build_draft(incident(*small_talk(), DECLARED, said(5, text))).hints == ()


def test_the_report_itself_is_no_change_before_it() -> None:
    report = said(5, "users say the deploy broke checkout, nothing is loading", by="U2")
    draft = build_draft(incident(*small_talk(), report))

    assert draft.times.detect is not None
    assert draft.times.detect.ids == ("m5",)
    assert draft.hints == ()


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


def test_a_noted_follow_up_keeps_its_owner_and_date() -> None:
    noted = fact(
        FactKind.NOTED, 5, "alert on disk usage", type="action", owner="U2", due="2026-08-07", message_id="m5"
    )
    found = build_draft(incident(said(5, "x", by="U2", link="https://acme.slack.com/p5"), noted)).followups[0]

    assert (found.action, found.owner, found.due) == ("alert on disk usage", "responder 1", "2026-08-07")
    assert found.links == ("https://acme.slack.com/p5",)


def test_a_known_trigger_is_not_asked_for() -> None:
    draft = build_draft(incident(DECLARED, fact(FactKind.NOTED, -30, "the deploy began", type="trigger")))

    assert draft.times.trigger is not None
    assert "Which change or fault began it, and when?" not in prompts(draft, "times")


def test_the_bots_own_posts_are_no_candidates() -> None:
    post = said(5, "restarted the workers, as the runbook says", by="B1", bot=True, pinned=True)
    draft = build_draft(incident(*small_talk(), DECLARED, post, own_users=frozenset({"B1"})))

    assert "m5" not in {each for row in (*draft.timeline, *draft.suggestions) for each in row.message_ids}


def test_an_empty_message_is_no_line() -> None:
    draft = build_draft(incident(*small_talk(), said(5, " \n", by="U2", pinned=True)))

    assert "m5" not in {each for row in draft.timeline for each in row.message_ids}


def test_a_run_is_told_with_what_was_chosen_left_out_and_not_working_and_without_its_values() -> None:
    token = "ghp_" + "a1b2" * 9
    steps = (
        StepState("a", "Look", StepStatus.DONE, taken=Taken(0, "If the disk is full", "U1", minute(1))),
        StepState("b", "Grow the disk", StepStatus.DONE, by="U1", group="choice 1"),
        StepState("c", "Delete files", StepStatus.NOT_TAKEN, group="choice 1"),
        StepState("d", "Tell <@U1>", StepStatus.SKIPPED, reason=f"<@U1> has {token}"),
    )
    values = {"<pod>": Value("aK8xQz93LmW7pR2vT5yBnD4sHfJ6cGu1", "U1", minute(1))}
    run = Run("r1", "Disk full", "d.md", "0", "U1", minute(0), steps, values=values, worked=False)
    draft = build_draft(incident(DECLARED, runs=(run,)))
    (told,) = draft.runs

    assert (told.done, told.not_taken, told.worked) == (2, 1, False)
    assert told.choices == ("Look: If the disk is full", "Grow the disk, of 2 ways")
    assert told.skips == ("Tell <@U1>: responder 1 has [redacted:github-token]",)
    assert "aK8xQz93" not in str(draft)


@pytest.mark.parametrize(("alert_at", "asked"), [(75, 1), (10, 0)])
def test_an_alert_long_after_the_first_report_is_asked_about(alert_at: int, asked: int) -> None:
    """What was reported first may have been another trouble: which of the two it began with is for people to say."""
    draft = build_draft(
        incident(
            *small_talk(),
            said(0, "users say checkout is not loading", by="U2"),
            said(alert_at, "[FIRING:42] KubeletDown, TargetDown", by="alertmanager", bot=True),
        )
    )

    found = [text for text in prompts(draft, "times") if "the first alert" in text]
    assert len(found) == asked
    assert all(
        "The first report came at 12:00 UTC, the first alert 1 h 15 min after it" in text for text in found
    )
