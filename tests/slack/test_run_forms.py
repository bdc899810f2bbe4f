"""The windows of a run: what they show, and what a sent one asks for."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from incidentbot.core import commands
from incidentbot.core.refusals import Refused
from incidentbot.core.runbooks import run_commands
from incidentbot.core.runbooks.runbook import Step
from incidentbot.slack import names
from incidentbot.slack.windows import run_forms, submissions
from tests.slack.block_checks import assert_slack_opens
from tests.slack.examples import ANA, BO, IM_CHAT, T0, a_runbook, a_step, after, an_incident, walking
from tests.slack.test_forms import ABOUT, WINDOWS, chosen, sent, ticked, typed


@pytest.mark.parametrize(
    ("callback_id", "values", "asked"),
    [
        (
            names.SKIP_FORM,
            {"reason": typed("no")},
            [run_commands.FinishStep(ANA, "run", "step", "skipped", "no")],
        ),
        (
            names.FAILED_FORM,
            {"reason": typed("no pod"), "who": chosen("-"), "wrong": ticked("wrong")},
            [
                run_commands.FinishStep(ANA, "run", "step", "failed", "no pod"),
                run_commands.NoteStep(ANA, "run", "step", "no pod", wrong=True),
                commands.Escalate(ANA, None, "a runbook step did not work: no pod", "on_call_secondary"),
            ],
        ),
        (
            names.FAILED_FORM,
            {"reason": typed("no pod"), "who": chosen("nobody")},
            [run_commands.FinishStep(ANA, "run", "step", "failed", "no pod")],
        ),
        (
            names.VALUES_FORM,
            {"fill:<ns>": typed("payments"), "fill:$POD": typed("")},
            [run_commands.SetValues(ANA, "r", {"<ns>": "payments", "$POD": ""})],
        ),
        (names.STEPS_FORM, {"step": chosen("s1")}, [run_commands.GoToStep(ANA, "r", "s1")]),
        (
            names.ASSIGN_FORM,
            {"who": {"type": "users_select", "selected_user": BO}},
            [run_commands.AssignStep(ANA, "run", "step", BO)],
        ),
        (names.ASSIGN_FORM, {}, [run_commands.AssignStep(ANA, "run", "step", ANA)]),
        (
            names.NOTE_FORM,
            {"text": typed("wrong flag"), "wrong": ticked("wrong")},
            [run_commands.NoteStep(ANA, "run", "step", "wrong flag", wrong=True)],
        ),
    ],
)
def test_each_sent_window_asks_for_its_command(
    callback_id: str, values: dict[str, Any], asked: list[commands.Person]
) -> None:
    assert list(submissions.asked(sent(WINDOWS[callback_id], **values), ANA)) == asked


def test_no_step_to_go_to_is_refused_in_words() -> None:
    with pytest.raises(Refused, match="Choose a step"):
        submissions.asked(sent(WINDOWS[names.STEPS_FORM], step=chosen(None)), ANA)


@pytest.mark.parametrize(
    ("meta", "first"),
    [
        ({"escalate_to": ["team_lead", "on_call_secondary"]}, "Of the runbook: the team lead"),
        ({"owner": "On-call secondary"}, "Of the runbook: the on-call secondary"),
        ({"owner": "a team nobody knows"}, "Whoever is next: the on-call secondary"),
    ],
)
def test_the_owner_of_the_runbook_is_offered_first_where_a_role_bears_its_name(
    meta: dict[str, object], first: str
) -> None:
    book = replace(a_runbook(), meta=meta)
    view = run_forms.failed_form(ABOUT, an_incident(), book, IM_CHAT)
    who = next(block for block in view["blocks"] if block["block_id"] == "who")

    assert [one["text"]["text"] for one in who["element"]["options"]][:2] == [
        "Nobody yet: only note it",
        first,
    ]
    assert who["element"]["initial_option"]["value"] == run_forms.NOBODY


def test_nobody_can_be_paged_once_it_is_over() -> None:
    over = after(an_incident(), commands.Resolve(BO, "fixed"))
    view = run_forms.failed_form(ABOUT, over, a_runbook(), IM_CHAT)

    assert "who" not in [block["block_id"] for block in view["blocks"]]


def test_values_are_asked_for_this_step_and_for_what_later_ones_still_need() -> None:
    book = a_runbook(
        a_step(placeholders=("<ns>",)),
        Step("s2", "Two", placeholders=("<ns>", "<pod>")),
        Step("s3", "Three", placeholders=("$HOST",)),
    )
    values = run_commands.SetValues(BO, "r", {"<ns>": "payments", "$HOST": "db-0"})
    incident = walking(book, values)
    view = run_forms.values_form(incident, incident.runs["r"], book)

    fields = {
        block["label"]["text"]: block["element"] for block in view["blocks"] if block["type"] == "input"
    }
    assert list(fields) == ["<ns>", "<pod>"]
    assert fields["<ns>"]["initial_value"] == "payments"
    assert view["private_metadata"].endswith((T0 + timedelta(minutes=3)).isoformat())


def test_a_book_of_a_hundred_and_fifty_steps_is_listed_whole_and_each_can_be_gone_to() -> None:
    steps = [Step(f"s{n}", f"Do thing {n} " + "x" * 130, section=(f"Part {n // 60}",)) for n in range(151)]
    incident = walking(a_runbook(*steps))
    view = run_forms.steps_form(incident, incident.runs["r"])

    assert_slack_opens(view)
    groups = view["blocks"][-1]["element"]["option_groups"]
    assert sum(len(group["options"]) for group in groups) == 151
    assert "150. Do thing 149" in str(view)
