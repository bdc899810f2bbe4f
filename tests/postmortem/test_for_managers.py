"""What a manager reads first is exact: the last action, who was told, how many felt it, and what is not known."""

from dataclasses import replace
from datetime import timedelta

import pytest

from incidentbot.core.facts import FactKind
from incidentbot.core.postmortems.postmortem import build_draft
from incidentbot.core.postmortems.postmortem_types import DraftSource
from incidentbot.core.runbooks.run import Run, StepState, StepStatus
from incidentbot.documents.postmortem_writer import TITLES, to_markdown
from tests.postmortem.samples import fact, incident, minute, said, small_talk

DECLARED = fact(FactKind.DECLARED, 0, "<@U1> declared P1: checkout is down", by="U1")


def section(source: DraftSource, name: str) -> str:
    document = to_markdown(build_draft(source))
    return (
        document.split(f"## {TITLES[name]}\n")[1].split("\n## ")[0]
        if name in TITLES
        else document.split("## ")[0]
    )


def test_what_was_done_in_the_second_of_the_mitigation_is_the_last_action():
    number, mitigated, _ = fact(FactKind.MITIGATED, 40, "<@U2> marked it mitigated: rolled back", by="U2")
    in_its_second = minute(40) + timedelta(milliseconds=700)
    late = (number, replace(mitigated, at=in_its_second), in_its_second)
    source = incident(*small_talk(), DECLARED, said(20, "restarted the workers"), late)

    assert "last action on record: responder 3 marked it mitigated: rolled back (fact:2)." in section(
        source, "summary"
    )
    assert "marked it mitigated: rolled back (fact:2)" in section(source, "resolution")


def test_a_line_that_tells_of_an_action_and_of_its_success_is_among_the_actions():
    done = said(20, "rolled back the deploy, errors are falling", by="U2")
    source = incident(*small_talk(), DECLARED, done, fact(FactKind.RESOLVED, 40))

    actions, signs = section(source, "resolution").split("Signs that it was over:")
    assert "rolled back the deploy" in actions
    assert "rolled back the deploy" in signs


def test_what_others_were_told_counts_whatever_else_the_line_says():
    source = incident(
        *small_talk(), DECLARED, said(30, "posted the all clear", by="U2"), fact(FactKind.RESOLVED, 40)
    )

    assert "posted the all clear" in section(source, "communications")
    assert "Nothing sent is on record" not in section(source, "communications")


@pytest.mark.parametrize(
    "text",
    [
        "confirmed: 1,200 customers can't pay",
        "found it: error rate at 40 % in the EU",
        "forwarding from #ask: nothing in kibana since noon",
    ],
)
def test_figures_and_reports_that_somebody_told_stand_with_the_impact(text: str):
    assert text in section(incident(*small_talk(), DECLARED, said(5, text)), "impact").replace("\\", "")


@pytest.mark.parametrize(
    ("called", "shown"),
    [
        (("P1",), "P1"),
        (("P1", "P1", "P0", "P1"), "P1 → P0 → P1 (highest P0)"),
        (("P2", "P1"), "P2 → P1"),
        (("SEV2", "SEV1", "SEV2"), "SEV2 → SEV1 → SEV2"),
        ((), "–"),
    ],
)
def test_the_head_tells_how_it_was_called_at_the_end_and_at_its_highest(called: tuple[str, ...], shown: str):
    head = section(incident(DECLARED, severities=called), "header").replace("\\", "")

    assert f"| Severity | {shown} |" in head


def test_a_role_that_the_holder_is_called_by_is_named_once():
    taken = fact(FactKind.ROLE_TAKEN, 1, "<@U2> is the lead.", by="U2", role="lead", who="U2")
    other = fact(FactKind.ROLE_TAKEN, 2, "<@U2> is comms.", by="U2", role="comms", who="U2")
    head = section(incident(DECLARED, taken, other), "header").replace("\\", "")

    assert (
        "incident lead from 12:01 UTC (fact:2), communications lead: incident lead from 12:02 UTC (fact:3)"
        in head
    )


@pytest.mark.parametrize(
    ("facts", "how"),
    [
        ((DECLARED, fact(FactKind.PAGED, 0)), "Detected when it was declared"),
        ((fact(FactKind.ALERT_FIRED, -5), DECLARED), "Detected by an alert"),
        ((fact(FactKind.PAGED, -5), DECLARED), "Detected with the first page"),
        (
            (DECLARED, fact(FactKind.TIME_CORRECTED, 9, anchor="detect", to=minute(-9).isoformat())),
            "Detected at a time that a person set",
        ),
    ],
)
def test_how_it_was_detected_is_told_by_the_record_of_it(facts: tuple[object, ...], how: str):
    source = incident(*facts)  # type: ignore[arg-type] # facts alone

    assert f"- {how};" in section(source, "summary")


def test_a_duration_that_is_not_known_says_why():
    times = section(incident(DECLARED, fact(FactKind.RESOLVED, 40)), "times")

    assert "| Time to detect | impact start unknown | from first impact until the team knew | – |" in times
    assert "| Time to mitigate | mitigation not on record |" in times
    assert "| Time to declare | at once | from when the team knew | fact:1 |" in times
    assert "| Time to resolve | 40 min | from when the team knew | fact:1, fact:2 |" in times


def test_a_run_and_what_is_said_of_its_steps_name_their_facts():
    steps = (
        StepState("a", "Drain", StepStatus.DONE),
        StepState("b", "Fill", StepStatus.SKIPPED, reason="full"),
    )
    source = incident(
        DECLARED,
        fact(FactKind.RUN_STARTED, 1, run="r1"),
        fact(FactKind.STEP_DONE, 2, run="r1", step="a"),
        fact(FactKind.STEP_SKIPPED, 3, run="r1", step="b"),
        fact(FactKind.RUN_FINISHED, 4, run="r1"),
        runs=(Run("r1", "Restart", "r.md", "0", "U1", minute(1), steps),),
    )
    response = section(source, "response")

    assert "| Restart | walking | 2 | 1 | 1 | 0 | 0 | not said | fact:2, fact:5 |" in response
    assert "- Restart: skipped Fill: full (fact:4)" in response


def test_asking_for_the_draft_is_no_line_of_the_incident():
    draft = build_draft(incident(DECLARED, fact(FactKind.POSTMORTEM, 60, "<@U1> asked for the draft.")))

    assert [row.kind for row in draft.timeline] == ["declared"]


def test_facts_of_one_second_stand_in_the_order_they_came():
    first, second = fact(FactKind.ESCALATED, 5.01), fact(FactKind.ACKNOWLEDGED, 5)
    draft = build_draft(incident(DECLARED, first, second))

    assert [row.source for row in draft.timeline] == ["fact:1", "fact:2", "fact:3"]


def test_a_time_of_another_day_is_asked_about_with_its_date():
    source = incident(*small_talk(), DECLARED, said(5, "checkout is down since 23:30 yesterday", by="U2"))

    assert "2026-08-02 23:30 UTC responder 2" in section(source, "times").replace("\\", "")


def test_a_change_from_before_it_was_noticed_did_not_end_it():
    deployed = said(-30, "deployed the caching change to prod", by="U3")
    source = incident(*small_talk(), deployed, DECLARED, fact(FactKind.RESOLVED, 40))

    assert "deployed the caching" not in section(source, "resolution")
    assert "deployed the caching" in section(source, "conditions")


def test_taking_a_role_is_told_once():
    first = fact(FactKind.ROLE_TAKEN, 1, "<@U2> is the lead now.", by="U2", role="lead", who="U2")
    words = "<@U3> is the lead now, taking over from <@U2>."
    second = fact(FactKind.ROLE_TAKEN, 2, words, by="U3", role="lead", who="U3")
    other = fact(FactKind.ROLE_TAKEN, 3, "<@U3> is the scribe now.", by="U3", role="scribe", who="U3")
    timeline = section(incident(DECLARED, first, second, other), "timeline")

    assert "| incident lead took the role. |" in timeline
    assert "| incident lead 2 took the role, taking over from incident lead. |" in timeline
    assert "| incident lead 2 is the scribe now. |" in timeline


def test_a_conflict_is_told_in_words():
    source = incident(DECLARED, fact(FactKind.PAGED, 4), fact(FactKind.ACKNOWLEDGED, 2))
    times = section(source, "times").replace("\\", "")

    told = "the first acknowledgement (2026-08-03 12:02:00 UTC) lies before the first page (2026-08-03 12:04:00 UTC)"
    assert f"- {told} (fact:3, fact:2)" in times
    assert f"The records disagree: {told}. Which is right?" in times


def test_what_is_settled_is_asked_for_nothing():
    source = incident(
        DECLARED,
        fact(FactKind.ACTION_ADDED, 50, "<@U2> noted action 1: replace the cache", action="1", state="open"),
        fact(FactKind.ACTION_CHANGED, 51, "action 1 is done", action="1", state="done"),
    )

    assert "| replace the cache | – | – | – | done | fact:2, fact:3 |" in section(source, "followups")
    assert "without an owner" not in section(source, "followups")
    assert "1 done; 0 without an owner (fact:2, fact:3)." in section(source, "summary")
