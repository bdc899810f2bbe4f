"""Placeholders of a run: asked once, kept, changed by anybody, never a secret."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidentbot.core.facts import FactKind
from incidentbot.core.refusals import Refused
from incidentbot.core.runbooks.filling import each_once, is_secret, one_line, values_of
from incidentbot.core.runbooks.run_commands import SetValues, StartRun
from incidentbot.core.runbooks.runbook import Runbook, Step
from tests.core.play import ANA, BO, Play


def book(name: str) -> Runbook:
    return Runbook(name, f"{name}.md", f"5h-{name}", "#", steps=(Step("s1", "One"), Step("s2", "Two")))


def walking() -> Play:
    play = Play("im-chat")
    play.do(StartRun(ANA, "r", book("one")))
    return play


def known(play: Play, run: str = "r") -> dict[str, str]:
    return {form: value.text for form, value in values_of(play.incident, play.incident.runs[run]).items()}


def test_values_are_kept_with_who_gave_them_and_told():
    play = walking()
    play.do(SetValues(BO, "r", {"<pod>": " api-7f9 ", "<ns>": ""}))

    assert known(play) == {"<pod>": "api-7f9"}
    assert play.incident.runs["r"].values["<pod>"].by == BO
    assert play.said(FactKind.VALUE_SET)[0][1] == "<@U0BO> filled in &lt;pod&gt; with “api-7f9”."


@pytest.mark.parametrize("form", ["<Name-Space>", "{{ name_space }}", "$NAME_SPACE", "${name_space}"])
def test_a_placeholder_is_one_however_it_is_written(form: str):
    play = walking()
    play.do(SetValues(BO, "r", {"<name space>": "payments"}))

    values = values_of(play.incident, play.incident.runs["r"])
    assert values[form].text == "payments"
    assert each_once(("<name space>", form)) == ("<name space>",)

    play.do(SetValues(BO, "r", {form: "checkout"}, seen=play.now.isoformat()))
    assert known(play) == {form: "checkout"}


def test_another_run_of_the_incident_knows_them_and_its_own_win():
    play = walking()
    play.do(SetValues(BO, "r", {"<pod>": "api-7f9", "<ns>": "payments"}))
    play.after(minutes=1)
    play.do(StartRun(ANA, "r2", book("two")))
    play.do(SetValues(ANA, "r2", {"<pod>": "db-0", "<ns>": ""}, seen=play.now.isoformat()))

    assert known(play, "r2") == {"<pod>": "db-0"}
    assert known(play) == {"<pod>": "api-7f9", "<ns>": "payments"}


@pytest.mark.parametrize(
    ("form", "secret"),
    [
        ("<x>", "ghp_abcdefghijklmnopqrstuvwxyz012345"),
        ("$TOKEN", "abc12345"),
        ("<db password>", "hunter2hunter2"),
        ("YOUR_API_KEY", "k3y-of-7-seas"),
        ("<x>", "aK8xQz93LmW7pR2vT5yBnD4sHfJ6cGu1"),
        ("<url>", "https://user:pass@db.internal/x"),
    ],
)
def test_a_secret_is_refused_and_not_repeated(form: str, secret: str):
    with pytest.raises(Refused, match="looks like a secret") as refused:
        walking().do(SetValues(BO, "r", {form: secret}))
    assert secret not in refused.value.sentence


@pytest.mark.parametrize(
    "text",
    [
        "payments-7f9c5d8b6-x2x4q",
        "10.0.12.7",
        "3c5f8b1e9a7d2f4c6b8e0a1d3f5b7c9e1a2b3c4d",
        "ana@example.org",
        "arn:aws:iam::123456789012:role/deployer",
        "prod-eu-west-1",
    ],
)
def test_names_addresses_and_commits_are_no_secrets(text: str):
    assert not is_secret("<name>", text)


def test_of_two_people_with_the_window_open_the_second_reads_of_the_first():
    play = walking()
    play.do(SetValues(BO, "r", {"<pod>": "api-1"}))

    with pytest.raises(Refused, match="<@U0BO> filled in <pod> meanwhile"):
        play.do(SetValues(ANA, "r", {"<pod>": "api-2"}))
    play.do(SetValues(ANA, "r", {"<ns>": "payments"}))
    play.do(SetValues(ANA, "r", {"<pod>": "api-2"}, seen=play.now.isoformat()))
    assert known(play) == {"<pod>": "api-2", "<ns>": "payments"}


def test_the_same_values_again_are_no_change():
    play = walking()
    play.do(SetValues(BO, "r", {"<pod>": "api-1"}))

    with pytest.raises(Refused, match="Nothing was changed"):
        play.do(SetValues(BO, "r", {"<pod>": "api-1 "}))


@given(st.text(max_size=40), st.text(max_size=600))
def test_no_text_spans_lines_in_a_command_and_none_breaks_the_judgement(form: str, text: str):
    said = one_line(text)

    assert said.splitlines() in ([], [said])
    assert is_secret(form, said) in {True, False}
