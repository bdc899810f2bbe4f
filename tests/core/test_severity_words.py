"""Which level the first words name, and which words are a title."""

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from incidentbot.core.policy import Policy, Severity
from incidentbot.core.refusals import Refused
from incidentbot.core.text.severity_words import AmbiguousSeverity, UnknownSeverity, read_severity
from incidentbot.policies.loader import load, shipped

P0, P1, P2, P3 = Severity
PROFILES = {name: load(name) for name in shipped()}


@pytest.fixture(params=shipped())
def policy(request: pytest.FixtureRequest) -> Policy:
    return PROFILES[request.param]


@pytest.mark.parametrize("level", list(range(4)))
def test_sev1_to_sev4_and_p0_to_p3_mean_the_same_in_every_shipped_profile(policy: Policy, level: int) -> None:
    spoken = [
        f"sev{level + 1}",
        f"SEV-{level + 1}",
        f"Sev{level + 1}:",
        f"severity {level + 1}",
        f"sev {level + 1}",
    ]
    for text in (*spoken, f"p{level}", f"P{level},"):
        word = read_severity([*text.split(), "checkout", "is", "down"], policy)
        assert word is not None, text
        assert (word.severity, word.consumed) == (list(Severity)[level], len(text.split())), text


@pytest.mark.parametrize(
    ("profile", "text", "severity", "consumed"),
    [
        ("im-chat", "critical", P0, 1),
        ("im-chat", "high checkout", P1, 1),
        ("im-chat", "medium", P2, 1),
        ("mapme", "low", P3, 1),
        ("mapme", "cosmetic button", P3, 1),
        ("boat-listing", "critical incident in search", P0, 2),
        ("boat-listing", "critical search", P0, 1),
        ("boat-listing", "service degradation", P1, 2),
        ("boat-listing", "degradation of search", P1, 1),
    ],
)
def test_the_longest_alias_of_the_profile_wins(
    profile: str, text: str, severity: Severity, consumed: int
) -> None:
    word = read_severity(text.split(), PROFILES[profile])
    assert word is not None
    assert (word.severity, word.consumed) == (severity, consumed)


@pytest.mark.parametrize(
    "title",
    ["3 pods down", "5xx on checkout", "p95 latency is up", "checkout is down", "1 user locked out", "500"],
)
def test_a_title_is_no_severity(policy: Policy, title: str) -> None:
    assert read_severity(title.split(), policy) is None


def test_no_words_name_nothing(policy: Policy) -> None:
    assert read_severity([], policy) is None


@pytest.mark.parametrize("word", ["sev9", "sev0", "sev5", "p7", "p4", "severity 9", "SEV-12"])
def test_a_level_that_does_not_exist_is_refused_with_those_that_do(policy: Policy, word: str) -> None:
    with pytest.raises(UnknownSeverity, match=r"P0 \(.*sev1.*P3 \("):
        read_severity([*word.split(), "checkout"], policy)


@pytest.mark.parametrize(
    ("digit", "sentence"),
    [
        ("1", r'"1" could be `sev1` \(P0\) or `p1` \(P1\)\. Type `sev1` or `p1`\.'),
        ("3", r'"3" could be `sev3` \(P2\) or `p3` \(P3\)'),
        ("0", r"did you mean `p0` \(P0\)"),
        ("4", r"did you mean `sev4` \(P3\)"),
        ("8", r'"8" is no severity\. There are: P0'),
    ],
)
def test_a_digit_that_stands_alone_is_refused_with_its_readings(
    policy: Policy, digit: str, sentence: str
) -> None:
    with pytest.raises(AmbiguousSeverity, match=sentence):
        read_severity([digit], policy)


@given(words=st.lists(st.text(max_size=12), max_size=6))
@settings(max_examples=80, deadline=None)
def test_no_words_at_all_break_the_reader(words: list[str]) -> None:
    word = None
    with suppress(Refused):
        word = read_severity(words, PROFILES["boat-listing"])
    assert word is None or 1 <= word.consumed <= len(words)
