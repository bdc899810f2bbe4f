"""The incident's card: what a person woken at night reads and can press."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidentbot.core import answers, commands
from incidentbot.core.afterwards.commands import ChangeReview
from incidentbot.core.afterwards.leftovers import ReviewState
from incidentbot.core.incident import Incident
from incidentbot.core.policy import Severity
from incidentbot.core.runbooks import run_commands
from incidentbot.flows.ports import Connections
from incidentbot.policies.loader import load
from incidentbot.slack import names
from incidentbot.slack.cards.blocks import Shown
from incidentbot.slack.cards.incident import card
from incidentbot.slack.cards.wording import topic
from incidentbot.slack.names import row_target, target
from tests.slack.block_checks import assert_slack_takes, elements, pressable, words
from tests.slack.examples import (
    ALONE,
    ANA,
    BO,
    BY_PAGER,
    IM_CHAT,
    NASTY,
    NOBODY,
    TYPED,
    a_runbook,
    after,
    an_incident,
)

FAILED = answers.EffectFailed("page:1:opening", "Paging the on-call primary", "PagerDuty refused the key.")


def shown(incident: Incident, connections: Connections = BY_PAGER) -> Shown:
    """The card; whatever the test, Slack must take it."""
    message = card(incident, connections=connections, oncall=NOBODY, hours=IM_CHAT.business)
    assert_slack_takes(message)
    return message


def test_an_open_incident_offers_to_acknowledge_first() -> None:
    fresh = shown(an_incident())

    assert pressable(fresh) == ["Take the lead", "Acknowledge", "Escalate", "Update", "Resolve"]
    assert "P0 INC-7" in words(fresh)
    assert "checkout is down" in words(fresh)
    assert "nobody yet, due <!date^1795183500^" in words(fresh)


def test_whoever_acknowledged_stands_on_the_card_and_the_button_is_gone() -> None:
    acked = shown(an_incident("x", Severity.P0, commands.Acknowledge(BO)))

    assert "Acknowledge" not in pressable(acked)
    assert "<@U0BO>, <!date^1795183320^" in words(acked)
    assert "Next:" not in words(acked)


def test_the_next_rung_is_named_with_its_time() -> None:
    assert (
        ":alarm_clock: *Next:* the on-call secondary is paged <!date^1795184100^{date_short_pretty} {time}|2026-11-20 14:15 UTC>, "
        "unless somebody acknowledges."
    ) in words(shown(an_incident()))


def test_a_manual_rung_says_that_it_only_asks() -> None:
    assert "I ask here whether to call in the on-call secondary" in words(
        shown(an_incident("x", Severity.P2))
    )


def test_a_failed_page_is_on_the_card_with_a_retry() -> None:
    failed = shown(an_incident("x", Severity.P0, FAILED))

    retry = next(one for one in elements(failed.blocks) if one["action_id"] == names.RETRY)
    assert "*Paging the on-call primary* did not work: PagerDuty refused the key." in words(failed)
    assert target(retry["value"]).extra == "page:1:opening"


def test_what_is_still_being_tried_has_no_retry() -> None:
    late = shown(an_incident("x", Severity.P0, replace(FAILED, final=False)))

    assert "Retry" not in pressable(late)


def test_twins_are_named_with_a_way_to_join_them() -> None:
    twin = shown(an_incident("x", Severity.P0, commands.NameTwin(8, BO)))

    assert "Join INC-8" in pressable(twin)


def test_paging_that_is_off_is_said_on_each_card() -> None:
    assert "Paging is off: no PagerDuty keys" in words(shown(an_incident(), ALONE))
    assert "it was declared so" in words(shown(an_incident("x", Severity.P0, paging=False)))
    assert "an ack made on the phone is not heard" in words(
        shown(an_incident(), replace(BY_PAGER, pager="events"))
    )
    assert "Not connected yet: email, phone" in words(shown(an_incident(), Connections("rest")))


def test_a_resolved_incident_offers_the_post_mortem_and_a_way_back() -> None:
    resolved = an_incident("x", Severity.P0, commands.Acknowledge(BO), commands.Resolve(BO, "rolled back"))

    assert pressable(shown(resolved)) == ["Post-mortem", "Reopen", "Close"]
    published = after(resolved, ChangeReview(ANA, ReviewState.PUBLISHED))
    assert pressable(shown(after(published, commands.Close(ANA)))) == ["Post-mortem", "Reopen"]


def test_roles_impact_update_and_runbook_are_on_the_card() -> None:
    busy = shown(
        an_incident(
            "x",
            Severity.P0,
            commands.TakeRole(ANA, "lead", ANA),
            commands.TakeRole(ANA, "comms", BO),
            commands.SetImpact(ANA, "card payments fail", "many", data_at_risk=True),
            commands.PostUpdate(BO, "we roll back"),
            run_commands.StartRun(BO, "run", a_runbook()),
            kind="security",
        )
    )

    for said in ("*Lead*\n<@U0ANA>", "comms <@U0BO>", "card payments fail", "data at risk", "we roll back"):
        assert said in words(busy)
    assert "Kafka outage is being walked" in words(busy)
    assert "*Kind*\nsecurity" in words(busy)
    assert "Take the lead" not in pressable(busy)


def test_a_drill_says_so_before_anything_else() -> None:
    assert "DRILL P0 INC-7" in shown(an_incident(drill=True)).text


def test_the_menu_carries_the_incident_in_the_id_of_its_row() -> None:
    incident = an_incident()
    row = shown(incident).blocks[-1]

    assert row_target(row["block_id"]).incident == incident.id


@pytest.mark.parametrize("title", NASTY)
def test_a_nasty_title_neither_pings_nor_breaks_the_card(title: str) -> None:
    shown(an_incident(title))


@given(TYPED, TYPED, st.sampled_from(["default", "mapme", "im-chat", "boat-listing", "missing-table"]))
def test_no_text_that_people_type_makes_a_card_slack_refuses(title: str, said: str, profile: str) -> None:
    policy = load(profile)
    failures = [answers.EffectFailed(f"say:{number}", said, said) for number in range(12)]
    incident = an_incident(
        title,
        Severity.P0,
        commands.SetImpact(ANA, said, "many"),
        commands.PostUpdate(BO, said),
        *[commands.NameTwin(number, BO) for number in range(8, 20)],
        *failures,
        policy=policy,
    )

    shown(incident, ALONE)


@given(TYPED)
def test_a_topic_fits_slacks_limit_whatever_the_title(title: str) -> None:
    text = topic(an_incident(title))

    assert 0 < len(text) <= 250
    assert "<!" not in text
