"""The windows people fill in, and what a sent window asks for."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidentbot.core import commands
from incidentbot.core.policy import Policy, Severity
from incidentbot.core.refusals import Refused
from incidentbot.policies.loader import load
from incidentbot.slack import asks, names
from incidentbot.slack.names import Target
from incidentbot.slack.slash_grammar import parse
from incidentbot.slack.windows import forms, run_forms, submissions
from incidentbot.slack.windows.parts import Filled, View, filled, first_field
from tests.slack.block_checks import assert_slack_opens
from tests.slack.examples import ANA, BO, IM_CHAT, TYPED, a_runbook, a_step, an_incident, walking

INCIDENT = an_incident(kind="incident")
ABOUT = Target(INCIDENT.id, "run", "step")
BOOK = a_runbook(a_step(placeholders=("<ns>", "$POD")))
WALKED = walking(BOOK)
RUN = WALKED.runs["r"]
WINDOWS = {
    names.UPDATE_FORM: forms.update_form(INCIDENT),
    names.IMPACT_FORM: forms.impact_form(INCIDENT),
    names.RESOLVE_FORM: forms.resolve_form(INCIDENT),
    names.REOPEN_FORM: forms.reopen_form(INCIDENT),
    names.ESCALATE_FORM: forms.escalate_form(INCIDENT, {}),
    names.SEVERITY_FORM: forms.severity_form(INCIDENT, IM_CHAT),
    names.STAGE_FORM: forms.stage_form(INCIDENT),
    names.SKIP_FORM: run_forms.skip_form(ABOUT),
    names.FAILED_FORM: run_forms.failed_form(ABOUT, INCIDENT, BOOK, IM_CHAT),
    names.VALUES_FORM: run_forms.values_form(WALKED, RUN, BOOK),
    names.STEPS_FORM: run_forms.steps_form(WALKED, RUN),
    names.ASSIGN_FORM: run_forms.assign_form(ABOUT, RUN.step),
    names.NOTE_FORM: run_forms.note_form(ABOUT, RUN.step),
}


def sent(view: View, **values: dict[str, Any]) -> Filled:
    """The window as Slack sends it back with these elements' states."""
    state = {"values": {name: {name: value} for name, value in values.items()}}
    return filled({**view, "state": state})


def typed(text: str) -> dict[str, Any]:
    """A text field's state."""
    return {"type": "plain_text_input", "value": text}


def chosen(value: str | None) -> dict[str, Any]:
    """A menu's state."""
    return {"type": "static_select", "selected_option": None if value is None else {"value": value}}


def ticked(*values: str) -> dict[str, Any]:
    """The boxes' state."""
    return {"type": "checkboxes", "selected_options": [{"value": value} for value in values]}


def test_every_window_is_one_slack_opens_and_knows_what_it_is_about() -> None:
    for callback_id, view in WINDOWS.items():
        assert_slack_opens(view)
        assert view["callback_id"] == callback_id
        assert filled(view).about.incident == INCIDENT.id


def test_every_window_that_can_be_sent_is_understood() -> None:
    assert set(WINDOWS) == set(submissions.READERS)


@pytest.mark.parametrize(
    "profile", ["default", "im-chat", "mapme", "gocarbontracker", "boat-listing", "missing-table"]
)
def test_the_declare_window_shows_each_level_of_a_profile_with_its_examples(profile: str) -> None:
    view = forms.declare_form(load(profile), asks.Form())

    assert_slack_opens(view)
    levels = next(block for block in view["blocks"] if block["block_id"] == "severity")["element"]["options"]
    assert [level["value"] for level in levels] == ["P0", "P1", "P2", "P3"]


def test_the_declare_window_keeps_what_was_typed() -> None:
    view = forms.declare_form(
        IM_CHAT, asks.Form("checkout", Severity.P1, "security", paging=False, drill=True)
    )

    fields = {block["block_id"]: block["element"] for block in view["blocks"]}
    assert fields["title"]["initial_value"] == "checkout"
    assert fields["severity"]["initial_option"]["value"] == "P1"
    assert fields["kind"]["initial_option"]["value"] == "security"
    assert [box["value"] for box in fields["options"]["initial_options"]] == ["drill"]


@given(TYPED)
def test_no_title_makes_a_declare_window_slack_refuses(title: str) -> None:
    assert_slack_opens(forms.declare_form(IM_CHAT, asks.Form(title)))


def test_a_sent_declare_window_declares() -> None:
    view = forms.declare_form(IM_CHAT, asks.Form())
    fields = sent(
        view,
        title=typed(" checkout "),
        severity=chosen("P1"),
        kind=chosen("security"),
        options=ticked("no-page"),
    )

    assert submissions.declare(fields, by=ANA, fresh_id="id", suffix="x4k2") == commands.Declare(
        "id", ANA, "checkout", Severity.P1, "x4k2", kind="security", paging=False
    )


def test_a_declare_window_without_a_level_is_refused() -> None:
    view = forms.declare_form(IM_CHAT, asks.Form())

    with pytest.raises(Refused, match="how bad"):
        submissions.declare(sent(view, title=typed("x")), by=ANA, fresh_id="id", suffix="s")
    assert first_field(view) == "title"


@pytest.mark.parametrize(
    ("callback_id", "values", "asked"),
    [
        (names.UPDATE_FORM, {"text": typed("we roll back")}, [commands.PostUpdate(ANA, "we roll back")]),
        (
            names.IMPACT_FORM,
            {"text": typed("cards"), "users": chosen("many"), "risk": ticked("data-at-risk")},
            [commands.SetImpact(ANA, "cards", "many", data_at_risk=True)],
        ),
        (
            names.RESOLVE_FORM,
            {"what": typed("rolled back"), "verified_by": {"type": "users_select", "selected_user": BO}},
            [commands.Resolve(ANA, "rolled back", "<@U0BO>")],
        ),
        (names.RESOLVE_FORM, {}, [commands.Resolve(ANA)]),
        (names.REOPEN_FORM, {"why": typed("again")}, [commands.Reopen(ANA, "again")]),
        (
            names.ESCALATE_FORM,
            {"to": chosen("-")},
            [commands.Escalate(ANA, shown="on_call_secondary")],
        ),
        (
            names.ESCALATE_FORM,
            {"to": chosen("team_lead"), "why": typed("stuck")},
            [commands.Escalate(ANA, "team_lead", "stuck", "on_call_secondary")],
        ),
        (names.SEVERITY_FORM, {"severity": chosen("P2")}, [commands.ChangeSeverity(ANA, Severity.P2)]),
        (names.STAGE_FORM, {"stage": chosen("triage")}, [commands.EnterStage(ANA, "triage")]),
    ],
)
def test_each_sent_window_asks_for_its_command(
    callback_id: str, values: dict[str, Any], asked: list[commands.Person]
) -> None:
    assert list(submissions.asked(sent(WINDOWS[callback_id], **values), ANA)) == asked


def test_windows_of_another_version_and_empty_choices_are_refused_in_words() -> None:
    with pytest.raises(Refused, match="another version"):
        submissions.asked(filled({"callback_id": "form_of_old"}), ANA)
    with pytest.raises(Refused, match="Choose a stage"):
        submissions.asked(sent(WINDOWS[names.STAGE_FORM], stage=chosen(None)), ANA)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.dictionaries(st.sampled_from(["value", "selected_option", "x"]), inner, max_size=3),
    max_leaves=6,
)


@given(
    st.dictionaries(
        st.text(max_size=4), st.dictionaries(st.text(max_size=4), JSON.filter(lambda v: isinstance(v, dict)))
    )
)
def test_a_forged_state_reads_as_fields_and_raises_nothing(values: dict[str, Any]) -> None:
    fields = filled({"callback_id": "x", "state": {"values": values}})

    assert all(isinstance(value, str) for value in fields.values.values())


def test_without_pages_the_draft_is_had_at_a_shell() -> None:
    assert forms.draft_words(INCIDENT, "https://bot/7") == "<https://bot/7|The draft of INC-7> is ready."
    assert "incidentbot postmortem draft INC-7" in forms.draft_words(INCIDENT, "")
    assert_slack_opens(forms.declared("INC-7 is declared."))


@pytest.mark.parametrize("policy", [IM_CHAT, load("gocarbontracker"), load("default")])
def test_the_declare_window_offers_every_kind_that_can_be_typed(policy: Policy) -> None:
    (menu,) = [
        block["element"]
        for block in forms.declare_form(policy, asks.Form())["blocks"]
        if block["element"]["action_id"] == "kind"
    ]
    offered = [option["value"] for option in menu["options"]]

    assert {*policy.workflows, *policy.postmortem.also_after, "incident"} <= set(offered)
    for kind in offered:
        asked = parse(f"declare sev1 checkout --kind {kind}", policy=policy, in_room=False).ask
        assert isinstance(asked, asks.Declare)
        assert asked.kind == kind


def test_the_declare_window_of_the_chat_system_offers_emergencies_and_disasters() -> None:
    shown = str(forms.declare_form(IM_CHAT, asks.Form()))

    assert "'value': 'emergency_maintenance'" in shown
    assert "'value': 'disaster'" in shown
