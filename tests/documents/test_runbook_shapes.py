"""How many teams write runbooks: each labelled text of ours gives the steps a person would walk."""

import pytest

from incidentbot.documents.runbook_reader import read_runbook
from tests.documents.runbook_shapes import Shape, score_shape, shapes

SHAPES = shapes()
IDS = [f"{shape.family}: {shape.name}" for shape in SHAPES]


@pytest.mark.parametrize("shape", SHAPES, ids=IDS)
def test_the_steps_of_a_shape_are_those_a_person_would_walk(shape: Shape) -> None:
    score = score_shape(shape)
    titles = [step.title for step in score.runbook.steps]

    assert score.in_range, f"{score.found} of {score.expected}: {titles}"
    assert score.title_right is not False, f"{titles[:1]} is none of {shape.titles}"


@pytest.mark.parametrize("shape", SHAPES, ids=IDS)
def test_line_ends_and_a_byte_order_mark_change_nothing(shape: Shape) -> None:
    plain = read_runbook(shape.text, path="a.md")
    windows = read_runbook("\ufeff" + shape.text.replace("\n", "\r\n"), path="a.md")

    assert windows.steps == plain.steps
    assert windows.lint == plain.lint
