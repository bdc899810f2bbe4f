"""YAML without its traps."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from incidentbot.policies.yaml_strict import BadYaml, read


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("17:00", "17:00"),
        ("08:30", "08:30"),
        ("1_0", "1_0"),
        ("007", "007"),
        ("0x10", "0x10"),
        ("99.95", "99.95"),
        ("2026-12-24", "2026-12-24"),
        ("yes", "yes"),
        ("on", "on"),
        ("null", "null"),
        ("True", "True"),
        ("true", True),
        ("false", False),
        ('"true"', "true"),
        ("12", 12),
        ("-3", -3),
        ('"12"', "12"),
        ("!!float 3", 3),
    ],
)
def test_only_whole_numbers_and_true_and_false_are_no_text(written: str, value: object) -> None:
    found = read(f"key: {written}").value["key"]
    assert (found, type(found)) == (value, type(value))


def test_keys_that_yaml_takes_for_truth_stay_text() -> None:
    assert read("on: a\nno: b").value == {"on": "a", "no": "b"}


@pytest.mark.parametrize(
    ("text", "line", "sentence"),
    [
        ("a: 1\nb: 2\na: 3", 3, 'The key "a" stands here twice'),
        ("a:\n  1: x", 2, "A key must be text"),
        ("true: x", 1, "A key must be text"),
        ("[1]: x", 1, "A key must be text"),
        ("a: &x [1]\nb: *x", 1, "An alias"),
        ("a: [1\nb: 2", 2, "This is no YAML"),
        ("a: \x00", None, "This is no YAML"),
        ("a: 1\n---\nb: 2", 2, "This is no YAML"),
        ("[" * 30 + "]" * 30, 1, "nested too deeply"),
        ("[" * 5000, None, "nested too deeply"),
    ],
)
def test_what_is_not_read_is_refused_with_its_line(text: str, line: int | None, sentence: str) -> None:
    with pytest.raises(BadYaml, match=sentence) as refused:
        read(text)
    assert refused.value.line == line


def test_each_field_knows_its_line() -> None:
    lines = read("a:\n  b: 1\n  c:\n    - x\n    - y\n").lines
    assert (lines["a", "b"], lines["a", "c"], lines["a", "c", 1]) == (2, 3, 5)


def test_an_empty_file_is_an_empty_mapping() -> None:
    assert read("# nothing\n").value == {}


def test_a_tag_builds_no_object() -> None:
    assert read("a: !!python/object/apply:os.system [ls]").value == {"a": ["ls"]}


@given(st.text(max_size=80))
@settings(max_examples=150, deadline=None)
def test_no_text_does_worse_than_be_refused(text: str) -> None:
    try:
        found = read(text).value
    except BadYaml as refused:
        found = refused.sentence
    assert found is not None
