"""Whatever people, clocks and vendors do in whatever order: the promises of the rules hold."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from incidentbot.core import answers, commands
from incidentbot.core.commands import Command
from incidentbot.core.decide import decide
from incidentbot.core.effects import SendPage
from incidentbot.core.incident import PageState, Status
from incidentbot.core.policy import Severity, State
from incidentbot.core.refusals import Refused
from incidentbot.core.runbooks import run_commands
from incidentbot.core.runbooks.runbook import Runbook, Step
from incidentbot.policies.loader import shipped
from tests.core.play import ANA, BO, Play

BOOK = Runbook("Book", "book.md", "5ha", "#", steps=(Step("s1", "One"), Step("s2", "Two")))

ASKED: list[Command] = [
    commands.Acknowledge(BO),
    commands.Acknowledge("", "pagerduty", name="Bo"),
    commands.Escalate(ANA, why="no answer"),
    commands.EnterStage(ANA),
    commands.Mitigate(BO, "rolled back"),
    commands.Resolve(BO, "rolled back", "chi"),
    commands.Reopen(ANA, "it is back"),
    commands.Close(ANA),
    commands.TakeRole(ANA, "lead", BO),
    commands.Join(BO),
    commands.PostUpdate(ANA, "we look"),
    commands.SetImpact(ANA, "all", users="many"),
    commands.AddNote(ANA, "noted"),
    run_commands.StartRun(ANA, "r1", BOOK),
    run_commands.FinishStep(BO, "r1", "s1", "done"),
    run_commands.FinishStep(BO, "r1", "s2", "skipped", "why"),
    run_commands.StepBack(BO, "r1"),
    run_commands.StopRun(BO, "r1"),
    run_commands.ResumeRun(BO, "r1"),
    commands.RetryEffect(BO, "page:1:opening"),
    commands.RecordDraft(ANA),
    commands.NameTwin(8, BO),
    answers.CardShown("1.1"),
    answers.Announced("C0", "2.2"),
    answers.EffectFailed("say:x", "Posting a line", "no."),
    answers.EffectFailed("invite:first", "Inviting people", "no."),
    answers.EffectFailed("invite:first", "Inviting people", "later.", final=False),
    answers.EffectRecovered("invite:first"),
    *(commands.ChangeSeverity(ANA, severity) for severity in Severity),
]

moves = st.lists(st.one_of(st.sampled_from(ASKED), st.integers(1, 300)), max_size=25)


def played(profile: str, severity: Severity, todo: list[Command | int]) -> Play:
    play = Play(profile, severity)
    for move in todo:
        if isinstance(move, int):
            play.after(minutes=move)
            continue
        try:
            play.do(move)
        except Refused:
            continue
    return play.after(seconds=0)


@pytest.mark.parametrize("profile", shipped())
@given(severity=st.sampled_from(Severity), todo=moves)
@settings(max_examples=60, deadline=None)
def test_no_order_of_things_breaks_a_promise(profile: str, severity: Severity, todo: list[Command | int]):
    play = played(profile, severity, todo)
    incident = play.incident

    keys = [one.page for _, one in play.effects if isinstance(one, SendPage)]
    assert len(keys) == len(set(keys)), "a page was decided twice"
    assert set(keys) == set(incident.pages)
    if incident.status is not Status.OPEN:
        assert set(play.timers) <= {"postmortem"}
        assert not [page for page in incident.pages.values() if page.state is PageState.WAITING]
    if incident.reached(State.ACKNOWLEDGED):
        assert "ack" not in play.timers
    assert all(at > play.now for at in play.timers.values()), "something is due and was not fired"
    assert [fact.text for fact in play.facts if not fact.text.strip()] == []


@given(severity=st.sampled_from(Severity), todo=moves)
@settings(max_examples=40, deadline=None)
def test_the_same_things_in_the_same_order_end_the_same(severity: Severity, todo: list[Command | int]):
    first, second = played("im-chat", severity, todo), played("im-chat", severity, todo)

    assert (first.incident, first.facts, first.timers) == (second.incident, second.facts, second.timers)


@given(severity=st.sampled_from(Severity), todo=moves, late=st.sampled_from(ASKED))
@settings(max_examples=40, deadline=None)
def test_nothing_is_paged_by_what_comes_after_the_end(
    severity: Severity, todo: list[Command | int], late: Command
):
    play = played("im-chat", severity, todo)
    if play.incident.status is Status.OPEN or isinstance(late, commands.Reopen):
        return
    try:
        decision = decide(replace(play.incident), late, now=play.now, policy=play.policy)
    except Refused:
        return
    assert not [one for one in decision.effects if isinstance(one, SendPage)]
    assert "page:1:opening" not in decision.again
