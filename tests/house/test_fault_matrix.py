"""The fault matrix is whole: each row has its parts, each part a test that counts it, and a gap does not go unnoticed."""

import ast
from pathlib import Path

import pytest

from tests.faults.matrix import ROWS, Count, Effort, Part, lines, wrongs

TESTS = Path(__file__).parents[1]
WHOLE = [Count(part, part.value.runs, 0, 0, 0) for part in Part]


def counted() -> set[str]:
    """The parts that tests name where they count."""
    return {
        node.attr
        for path in TESTS.rglob("test_*.py")
        if path != Path(__file__)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "Part"
    }


def test_every_row_of_the_matrix_has_its_parts():
    assert [*ROWS] == [*map(str, range(1, 18)), "refused", "stale", "wedged"]
    assert {part.value.row for part in Part} == set(ROWS)


def test_every_part_has_a_test_that_counts_it():
    assert counted() == {part.name for part in Part}


def test_a_whole_matrix_is_one_line_a_row_and_nothing_is_wrong_with_it():
    assert wrongs(WHOLE, Effort.FULL) == []
    assert [line[0] for line in lines(WHOLE)] == [*ROWS]


@pytest.mark.parametrize("part", Part)
def test_a_part_that_no_test_counted_is_named(part: Part):
    rest = [one for one in WHOLE if one.part is not part]

    assert wrongs(rest, Effort.USUAL) == [f"{part.value.row}, {part.value.fault}: no test counted."]
    if all(one.part.value.row != part.value.row for one in rest):
        assert "missing" in next(line for line in lines(rest) if line[0] == part.value.row)


def test_too_few_runs_and_anything_lost_or_doubled_are_named():
    storm = Part.STORM.value
    rest = [one for one in WHOLE if one.part is not Part.STORM]

    assert wrongs([*rest, Count(Part.STORM, 1, 0, 0, 0)], Effort.USUAL) == []
    assert wrongs([*rest, Count(Part.STORM, 1, 0, 0, 0)], Effort.FULL) == [f"4, {storm.fault}: 1 runs of 3."]
    assert wrongs([*rest, Count(Part.STORM, 3, 1, 2, 0)], Effort.FULL) == [
        f"4, {storm.fault}: 1 lost, 2 doubled."
    ]
