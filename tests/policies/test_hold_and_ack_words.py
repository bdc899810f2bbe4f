"""The words of a profile about holding a ladder and about what an ack needs."""

from datetime import timedelta
from pathlib import Path

import pytest

from incidentbot.core.policy import AckTerms, Severity
from incidentbot.policies.findings import PolicyError
from incidentbot.policies.loader import load, shipped
from tests.stories.profile_of import profile_of


def test_every_shipped_profile_lets_a_p0_be_held_for_a_quarter_of_an_hour_and_the_others_for_an_hour() -> (
    None
):
    for name in shipped():
        held = load(name).snooze
        assert held == {level: timedelta(minutes=15 if level is Severity.P0 else 60) for level in Severity}


def test_no_shipped_profile_has_acks_that_expire_or_that_need_several_people() -> None:
    terms = {rule.terms for name in shipped() for rule in load(name).severities.values()}
    assert terms == {AckTerms()}


def test_a_level_of_its_own_goes_before_the_rest(tmp_path: Path) -> None:
    held = load(profile_of(tmp_path, "snooze: {at_most: 30m, P1: 2h}")).snooze

    assert [held[level] // timedelta(minutes=1) for level in Severity] == [15, 120, 30, 30]


def test_an_ack_says_how_many_and_for_how_long(tmp_path: Path) -> None:
    words = "severities: {P0: {ack: {people: 2, expires: 45m, answer_within: 3m}}, P1: {ack: {expires: 1h}}}"
    policy = load(profile_of(tmp_path, words))

    assert policy.severities[Severity.P0].terms == AckTerms(2, timedelta(minutes=45), timedelta(minutes=3))
    assert policy.severities[Severity.P1].terms == AckTerms(1, timedelta(hours=1), timedelta(minutes=5))


@pytest.mark.parametrize(
    ("words", "where", "sentence"),
    [
        ("severities: {P0: {ack: {people: 0}}}", "severities.P0.ack.people", "greater than or equal to 1"),
        (
            "severities: {P0: {ack: {answer_within: 5m}}}",
            "severities.P0.ack.answer_within",
            "Nobody is asked whether they are still on it: say `expires`, too.",
        ),
        ("snooze: {P4: 15m}", "snooze.P4", '"P4" is not known here'),
        ("snooze: {at_most: 0s}", "snooze.at_most", "is no time at all"),
        (
            "severities: {P0: {ack: {clock: business}}}",
            "severities.P0.ack.clock",
            "A P0 is held back by no working hours: leave out `clock: business`.",
        ),
        (
            "severities: {P0: {restore: {within: 4h, clock: business}}}",
            "severities.P0.restore.clock",
            "A P0 is held back by no working hours",
        ),
        (
            "severities: {P0: {escalate: [{after: 5m}, {after: 1h, clock: business, to: next}]}}",
            "severities.P0.escalate[1].clock",
            "A P0 is held back by no working hours",
        ),
        (
            "alerts: {critical: {opens: P0, respond: {within: 1h, clock: business}}}",
            "alerts.critical.respond.clock",
            "A P0 is held back by no working hours",
        ),
    ],
)
def test_what_does_not_fit_is_refused_with_its_line(
    tmp_path: Path, words: str, where: str, sentence: str
) -> None:
    with pytest.raises(PolicyError) as refused:
        load(profile_of(tmp_path, words))

    assert refused.value.sentence.startswith(f"of-its-own.yaml line 5, {where}: ")
    assert sentence in refused.value.sentence
