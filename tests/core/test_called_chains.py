"""A chain that people call in: whom it rings and when, what answers it, and who can be called by which name."""

from dataclasses import replace
from datetime import timedelta

import pytest

from incidentbot.core.commands import (
    Acknowledge,
    ChangeSeverity,
    EnterStage,
    Escalate,
    Mitigate,
    Reopen,
    Resolve,
)
from incidentbot.core.facts import FactKind
from incidentbot.core.incident import PageState
from incidentbot.core.ladder_commands import HandOver
from incidentbot.core.policy import Policy, Severity, State
from incidentbot.core.refusals import Refused
from incidentbot.policies.loader import load
from tests.core.acks import with_terms
from tests.core.play import ANA, BO, CHI, Play

GUARDS = ("guard_one", "guard_two", "guard_three")


def guarded(profile: str = "im-chat") -> Policy:
    """A profile with a chain of three beside its own."""
    policy = load(profile)
    return replace(policy, chains={**policy.chains, "security": GUARDS})


def guards(play: Play) -> list[tuple[float, str]]:
    """Minutes since the start at which the guards were rung."""
    return [page for page in play.pages() if page[1] in GUARDS]


def test_a_called_chain_rings_its_first_role_and_climbs_at_the_pace_of_the_severity() -> None:
    play = Play(guarded()).after(minutes=2)
    told = play.do(Escalate(ANA, "security", "cards leak"))
    play.after(hours=2)

    assert told.reply == (
        "Calling in the security chain: the guard one now, then the next one every 15 min, until somebody acknowledges."
    )
    assert guards(play) == [(2, "guard_one"), (17, "guard_two"), (32, "guard_three")]
    ended = (
        "Nobody has answered for the security chain after 45 min, and it has ended: "
        "guard one, guard two, guard three were reached. Call somebody by voice."
    )
    assert (47, ended) in play.said(FactKind.LADDER_ENDED)


def test_an_ack_before_the_call_answers_it_not_and_one_after_it_does_whoever_gives_it() -> None:
    play = Play(guarded()).after(minutes=1)
    play.do(Acknowledge(BO))
    play.after(minutes=1).do(Escalate(BO, "security"))
    play.after(minutes=16)
    assert guards(play) == [(2, "guard_one"), (17, "guard_two")]

    play.do(Acknowledge(CHI))
    play.after(hours=2)

    assert guards(play) == [(2, "guard_one"), (17, "guard_two")]
    assert play.said(FactKind.ACKNOWLEDGED)[-1] == (18, "<@U0CHI> acknowledged for the security chain.")
    assert not [name for name in play.timers if name.startswith("typed")]


def test_an_ack_made_on_a_phone_before_the_call_and_heard_after_it_does_not_answer_it() -> None:
    play = Play(guarded()).after(minutes=1)
    play.do(Acknowledge(BO))
    made_at = play.now
    play.after(minutes=1).do(Escalate(BO, "security"))

    with pytest.raises(Refused, match="already acknowledged"):
        play.do(Acknowledge(CHI, "pagerduty", made_at, "Chi"))

    assert play.incident.open_calls


def test_the_first_ack_of_all_answers_the_ladder_and_the_called_chain() -> None:
    play = Play(guarded()).after(minutes=1)
    play.do(Escalate(ANA, "security"))
    play.after(minutes=1).do(Acknowledge(BO))
    play.after(hours=2)

    assert [minute for minute, _ in play.pages()] == [0, 1]


def test_a_stage_does_not_answer_a_called_chain_but_the_end_of_the_incident_does() -> None:
    play = Play(guarded()).after(minutes=1)
    play.do(Escalate(ANA, "security"))
    play.do(EnterStage(BO, "triage"))
    play.after(minutes=16)
    assert guards(play)[-1] == (16, "guard_two")

    play.do(Resolve(BO))
    play.after(hours=2)

    assert len(guards(play)) == 2


def test_the_phone_of_a_called_chain_rings_on_while_a_stage_is_entered_and_nobody_has_answered() -> None:
    play = Play(guarded()).after(minutes=1)
    play.do(Escalate(ANA, "security"))
    play.do(EnterStage(BO, "triage"))
    assert [one.role for one in play.called_off()] == ["on_call_primary"]

    play.after(minutes=1).do(Acknowledge(CHI))

    assert [one.role for one in play.called_off()] == ["on_call_primary", "guard_one"]


def test_a_first_ack_that_is_heard_late_silences_nothing_that_people_asked_for_since() -> None:
    play = Play(guarded()).after(minutes=1)
    made_at = play.now
    play.after(minutes=1).do(Escalate(ANA, "security"))
    play.do(Escalate(ANA, "team_lead"))
    play.after(minutes=1).do(Acknowledge(BO, "pagerduty", made_at, "Bo"))

    assert play.incident.reached(State.ACKNOWLEDGED)
    assert [one.role for one in play.called_off()] == ["on_call_primary"]


def test_a_lower_severity_does_not_take_a_called_chain_back() -> None:
    play = Play(guarded()).after(minutes=1)
    play.do(Escalate(ANA, "security"))
    play.do(ChangeSeverity(ANA, Severity.P2))
    play.after(minutes=16)

    assert guards(play) == [(1, "guard_one"), (16, "guard_two")]


def test_where_a_severity_climbs_by_no_clock_the_chain_is_climbed_at_the_time_an_ack_has() -> None:
    play = Play(guarded(), Severity.P2)
    play.do(Escalate(ANA, "security"))
    play.after(hours=1)

    assert guards(play) == [(0, "guard_one"), (60, "guard_two")]


def test_reopening_forgets_the_chains_that_were_called() -> None:
    play = Play(guarded())
    play.do(Escalate(ANA, "security"))
    play.do(Resolve(BO))
    play.do(Reopen(ANA, "it is back"))

    assert play.incident.calls == ()
    assert not [name for name in play.timers if name.startswith("typed")]


def test_two_chains_can_be_called_one_beside_the_other_and_one_ack_answers_both() -> None:
    play = Play(guarded()).after(minutes=1)
    play.do(Acknowledge(BO))
    play.do(Escalate(ANA, "security"))
    play.after(minutes=1).do(Escalate(ANA, "default"))
    play.after(minutes=15)
    assert [role for _, role in play.pages()][1:] == [
        "guard_one",
        "on_call_primary",
        "guard_two",
        "on_call_secondary",
    ]

    play.do(Acknowledge(CHI))

    assert play.incident.open_calls == ()


def test_a_bot_that_was_away_goes_on_climbing_and_says_how_late() -> None:
    play = Play(guarded()).after(minutes=1)
    play.do(Acknowledge(BO))
    play.do(Escalate(ANA, "security"))
    play.asleep(minutes=20)

    assert guards(play) == [(1, "guard_one"), (21, "guard_two")]
    assert "(5 min late)" in play.said(FactKind.ESCALATED)[-1][1]


def test_a_name_that_is_neither_a_role_nor_a_chain_is_answered_with_both() -> None:
    with pytest.raises(Refused) as refused:
        Play(guarded("mapme")).do(Escalate(ANA, "the boss"))

    assert refused.value.sentence == (
        "There is no role the boss here, and no chain. Nobody was paged. You can call in `on_call_devops`, "
        "`on_call_development`, or a whole chain: `default`, `security`."
    )


def test_a_word_that_names_a_role_and_a_chain_means_the_role() -> None:
    policy = load("im-chat")
    play = Play(replace(policy, chains={**policy.chains, "team_lead": ("cto",)}))
    play.do(Escalate(ANA, "team lead"))

    assert [role for _, role in play.pages()][-1] == "team_lead"
    assert play.incident.calls == ()


def test_a_call_in_a_later_epoch_is_not_taken_for_an_answered_one_of_an_earlier() -> None:
    """What rings of the answered one is silenced with the rest, though nobody has answered the later."""
    policy = with_terms(minutes=30)
    play = Play(replace(policy, chains={**policy.chains, "security": GUARDS}))
    play.do(Escalate(ANA, "security"))
    play.after(minutes=15, seconds=30)
    play.do(Acknowledge(BO, "pagerduty", play.now - timedelta(minutes=1), "Bo"))
    second = next(page for page in play.incident.pages.values() if page.role == "guard_two")
    assert second.state is PageState.DELIVERED
    play.after(minutes=40)
    assert play.incident.epoch == 2

    play.do(HandOver(ANA))
    play.do(Mitigate(ANA, "rolled back"))

    assert play.incident.pages[second.key].state is PageState.ACKNOWLEDGED


def test_without_a_pager_the_chain_is_called_into_the_room() -> None:
    play = Play(replace(guarded(), connected=frozenset({"slack"})))
    play.do(Escalate(ANA, "security"))
    play.after(minutes=15)

    assert play.pages() == []
    assert set(GUARDS[:2]) <= set(play.incident.called)


def test_a_gated_severity_says_when_it_opens_and_the_way_round_and_a_named_role_is_never_held() -> None:
    play = Play("im-chat", Severity.P3)
    with pytest.raises(Refused) as refused:
        play.do(Escalate(BO))

    assert "|Monday 23 November, 09:00 UTC>" in refused.value.sentence
    assert refused.value.sentence.endswith("name the role: `/incident page on_call_primary why`.")
    play.do(Escalate(BO, "on_call_primary"))
    assert play.pages() == [(0, "on_call_primary")]


def test_a_p0_counts_every_hour_whatever_its_profile_says() -> None:
    policy = load("gocarbontracker")
    held = policy.severities[Severity.P2]
    play = Play(replace(policy, severities={**policy.severities, Severity.P0: held}))

    assert play.incident.plan.ack is not None
    assert play.incident.plan.ack.due_at - play.incident.declared_at == timedelta(hours=4)
