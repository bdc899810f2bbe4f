"""Every step of every real file, as a card and in each window: legal, within limits, and mentioning nobody."""

from dataclasses import replace
from datetime import date

import pytest

from incidentbot.core import commands
from incidentbot.core.incident import Incident
from incidentbot.core.policy import Severity
from incidentbot.core.runbooks.run import NONE_OF_THEM, RunStatus, Taken, Tick, Value
from incidentbot.core.runbooks.run_commands import StartRun
from incidentbot.core.runbooks.runbook import Runbook
from incidentbot.documents.runbook_reader import read_runbook
from incidentbot.documents.runbooks.runbook_menu import for_others, menu_of
from incidentbot.slack.cards.runbook import Around, run_card, whole_step
from incidentbot.slack.names import Target
from incidentbot.slack.windows import run_forms
from tests.documents.runbook_scores import every_file
from tests.needs import need
from tests.slack.block_checks import assert_slack_opens, assert_slack_takes, texts
from tests.slack.examples import BO, IM_CHAT, T0, an_incident

BESIDE = Around(today=date(2026, 11, 20), newer=True)
ABOUT = Target("11111111-2222-4333-8444-555555555555", "r", "s")


@pytest.fixture(scope="module")
def books() -> list[Runbook]:
    """The files that can be walked."""
    need("shared")
    read = [read_runbook(path.read_text(errors="replace"), path=path.name) for path in every_file()]
    return [book for book in read if book.steps]


def walked(book: Runbook, *done: commands.Person) -> Incident:
    """INC-7 with this file being walked from top to bottom."""
    return an_incident("x", Severity.P0, StartRun(BO, "r", book, aside=for_others(book)), *done)


def test_each_step_of_each_real_file_makes_a_card_slack_takes(books: list[Runbook]) -> None:
    for book in books:
        incident = walked(book)
        for position in range(len(book.steps)):
            run = replace(incident.runs["r"], current=position)
            assert_slack_takes(run_card(incident, run, book, BESIDE))


def test_so_does_each_step_once_all_is_ticked_chosen_and_filled_in(books: list[Runbook]) -> None:
    for book in books:
        incident = walked(book)
        run = incident.runs["r"]
        forms = {form: Value("<!channel> & `x`", BO, T0) for step in book.steps for form in step.placeholders}
        steps = tuple(
            replace(
                state,
                owner=BO,
                group="",
                taken=Taken(0 if step.branches else NONE_OF_THEM, "", BO, T0),
                ticks=tuple(Tick(box, BO, T0) for box, _ in enumerate(step.checklist)),
            )
            for state, step in zip(run.steps, book.steps, strict=True)
        )
        for position in range(len(steps)):
            full = replace(run, steps=steps, values=forms, current=position)
            assert_slack_takes(run_card(incident, full, book, BESIDE))


def test_each_menu_is_a_card_slack_takes(books: list[Runbook]) -> None:
    menus = [book for book in books if menu_of(book)]
    assert menus
    for book in menus:
        incident = an_incident("x", Severity.P0, StartRun(BO, "r", book, menu_of(book)))
        assert incident.runs["r"].status is RunStatus.PICKING
        assert_slack_takes(run_card(incident, incident.runs["r"], book))


def test_each_window_of_each_real_file_is_one_slack_opens(books: list[Runbook]) -> None:
    for book in books:
        incident = walked(book)
        run = incident.runs["r"]
        views = [run_forms.steps_form(incident, run), run_forms.failed_form(ABOUT, incident, book, IM_CHAT)]
        for position, state in enumerate(run.steps):
            here = replace(run, current=position)
            views += [run_forms.values_form(incident, here, book), run_forms.note_form(ABOUT, state)]
        for view in views:
            assert_slack_opens(view)
            assert not [text for text in texts(view) if "<!" in text.replace("<!date", "")]


def test_the_window_of_the_whole_step_shows_each_real_step(books: list[Runbook]) -> None:
    for book in books:
        for step in book.steps:
            assert_slack_opens({"blocks": whole_step(step), "title": {"text": "The whole step"}})
