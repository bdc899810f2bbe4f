"""The rules of the house that a linter does not know: sizes, first sentences, and tables that must stay complete."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest

from incidentbot.core import answers, commands
from incidentbot.core.decide import BY_POLICY, BY_TIME
from incidentbot.core.effects import Effect
from incidentbot.core.lifecycle import ALLOWED
from incidentbot.flows.effect_words import WORDS

ROOT = Path(__file__).parents[2]
SOURCES = sorted((ROOT / "incidentbot").rglob("*.py"))
TESTS = sorted((ROOT / "tests").rglob("*.py"))
LONGEST_FILE = 250
LONGEST_FUNCTION = 40


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


@pytest.mark.parametrize("path", [*SOURCES, *TESTS], ids=lambda path: str(path.relative_to(ROOT)))
def test_no_file_holds_more_than_one_idea(path: Path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST_FILE


def test_no_function_is_longer_than_a_screen():
    long = [
        f"{path.relative_to(ROOT)}:{one.lineno} {one.name}"
        for path in SOURCES
        if "migrations" not in path.parts  # a schema is written down whole
        for one in functions(path)
        if (one.end_lineno or one.lineno) - one.lineno + 1 > LONGEST_FUNCTION
    ]
    assert long == []


def test_every_module_opens_with_a_sentence_about_itself():
    silent = [
        str(path.relative_to(ROOT))
        for path in SOURCES
        if path.read_text(encoding="utf-8").strip()
        and ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) is None
        and "migrations" not in path.parts
    ]
    assert silent == []


def test_vendors_libraries_stay_behind_their_doors():
    homes = {
        "slack_sdk": {"slack", "playground"},
        "slack_bolt": {"slack", "playground"},
        "pdpyras": {"pagerduty"},
        "aiosmtplib": {"outward"},
        "apscheduler": {"scheduler.py"},
        "sqlmodel": {"store"},
        "sqlalchemy": {"store"},
    }
    strays = [
        f"{path.relative_to(ROOT)} imports {library}"
        for path in SOURCES
        for library in re.findall(
            r"^\s*(?:from|import) (\w+)", path.read_text(encoding="utf-8"), re.MULTILINE
        )
        if library in homes and path.relative_to(ROOT / "incidentbot").parts[0] not in homes[library]
    ]
    assert strays == []


def test_the_core_asks_no_clock_and_rolls_no_dice():
    forbidden = {
        "random",
        "secrets",
        "uuid",
        "time",
        "os",
        "asyncio",
        "pathlib",
        "logging",
        "socket",
        "threading",
    }
    found = [
        f"{path.name} imports {module}"
        for path in (ROOT / "incidentbot" / "core").rglob("*.py")
        for module in re.findall(r"^(?:from|import) (\w+)", path.read_text(encoding="utf-8"), re.MULTILINE)
        if module in forbidden
    ]
    assert found == []


def test_every_command_has_its_rule():
    known = {*get_args(commands.Command)} - {commands.Declare}
    assert known == {*BY_TIME, *BY_POLICY}


def test_every_persons_command_has_its_place_in_the_lifecycle():
    assert set(get_args(commands.Person)) - {commands.Declare} == set(ALLOWED)


def test_every_answer_is_a_command():
    assert set(get_args(answers.Answer)) <= set(get_args(commands.Command))


def test_every_effect_has_words_for_its_failure_and_a_row_in_the_table_of_calls():
    table = (ROOT / "docs" / "effects.md").read_text(encoding="utf-8")
    rows = set(re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE))
    names = {effect.__name__ for effect in get_args(Effect)}
    assert rows == names
    assert {effect.__name__ for effect in WORDS} == names
