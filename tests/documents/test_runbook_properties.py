"""What holds for every text whatsoever: the reader never raises, loses nothing, repeats itself and stays linear."""

import re
import time
from collections.abc import Iterator

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from incidentbot.core.runbooks.runbook import Runbook
from incidentbot.documents.runbook_reader import read_runbook
from incidentbot.documents.runbooks.source.runbook_text import normalised, prepare
from tests.documents.runbook_shapes import Shape, shapes

PIECES = (
    "# Title", "## Diagnosis", "## Meaning", "## References", "### Step 1: Look", "### Step 2: Act", "## Option A", "## 1. Go",
    "1. Check the logs", "2. Restart it", "4. Continue here", "1. Again", "- Verify the node", "- [ ] Tick me", "- [x] Done",
    "* `kubectl get pods`", "  - nested item", "    - deeper", "```sh", "```", "~~~", "    indented code", "$ kubectl get pods",
    "# id", "Run this command:", "You should see output like:", "If it fails, see [other](other.md).", "Otherwise wait 5 minutes.",
    "> **Warning:** careful", "!!! danger", "    body of it", ":::note", ":::", "TODO", "<!-- not-a-step -->", "<!-- steps: off -->",
    "<!-- steps: on -->", '<!-- step: title="A" estimate=5m danger -->', "<!-- open", "close -->", "<details>", "</details>",
    "<summary>More</summary>", "<%= x %>", "{{< hint >}}", "[[_TOC_]]", "---", "title: x", "| a | b |", "|---|---|", "[a]: http://x",
    "See [a].", "**Step 3: Bold**", "**Fix**", "**Impact:** bad", "Step 1: do", "  1. in", " - out", "<h2>Fix</h2>", "<b>x</b><br>", "| # | Do |",
    "|---|---|", "| 1 | Check |", "+++", "## Behebung", "(1) one", "II. two", "![shot](a.png)", "", "", "\t", "word",
)  # fmt: skip

texts = st.one_of(
    st.text(max_size=400),
    st.lists(st.sampled_from(PIECES), max_size=40).map("\n".join),
    st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=20)), max_size=30).map("\n".join),
)


def everything(runbook: Runbook) -> str:
    return "\n".join([runbook.context_md, runbook.reference_md, *(step.body_md for step in runbook.steps)])


@given(texts)
@settings(max_examples=250, deadline=None)
@example("---\n!!bool x\n---\n")
@example("---\ntitle: a: b\n---\n# H")
@example("---\ndate: 2026-13-45\n---\n")
@example("\ud800 lone surrogate")
def test_no_text_makes_the_reader_raise_and_reading_twice_gives_the_same(text: str) -> None:
    assert read_runbook(text, path="a.md") == read_runbook(text, path="a.md")


@given(texts)
@settings(max_examples=250, deadline=None)
def test_every_line_that_is_no_comment_is_in_a_step_the_context_or_the_references(text: str) -> None:
    runbook = read_runbook(text, path="a.md")
    held = set(everything(runbook).split("\n"))

    for line in prepare(text).lines:
        assert not line.strip() or line in held or line.strip("\n") in held


@given(texts)
@settings(max_examples=250, deadline=None)
def test_source_lines_stay_inside_the_file_and_ids_are_unique(text: str) -> None:
    runbook = read_runbook(text, path="a.md")
    count = len(normalised(text).split("\n"))

    assert len({step.id for step in runbook.steps}) == len(runbook.steps)
    for step in runbook.steps:
        first, last = step.source_lines
        assert 1 <= first <= last <= count
        assert step.title
        assert len(step.title) <= 140
    for remark in runbook.lint:
        assert 1 <= remark.line <= count


@given(st.lists(st.integers(min_value=0, max_value=999), unique=True, min_size=1, max_size=8), st.data())
@settings(max_examples=100, deadline=None)
def test_every_command_is_in_exactly_one_step_or_in_the_references(
    numbers: list[int], data: st.DataObject
) -> None:
    shapes = {
        "list": "1. Do it:\n\n   ```sh\n   {0}\n   ```\n",
        "bullet": "- Check it:\n\n      {0}\n",
        "pair": "Look at it:\n\n```sh\n{0}\n```\n",
        "prompt": "```console\n$ {0}\nprinted\n```\n",
        "inline": "Type it.\n\n`{0}`\n",
        "section": "## Restart\n\nDo:\n\n```\n{0}\n```\n",
    }
    parts = ["# T", "## Diagnosis"]
    for number in numbers:
        shape = data.draw(st.sampled_from(sorted(shapes)))
        parts.append(shapes[shape].format(f"kubectl get pod-{number}-x"))
    runbook = read_runbook("\n\n".join(parts), path="a.md")

    typed = [command.text for step in runbook.steps for command in step.commands]
    for number in numbers:
        assert sum(f"pod-{number}-x" in text for text in typed) == 1


@given(
    st.lists(
        st.sampled_from(["1. Check the logs", "1. Restart it", "text", "- Verify it"]), min_size=2, max_size=8
    )
)
@settings(max_examples=60, deadline=None)
def test_ids_do_not_change_when_another_section_does(lines: list[str]) -> None:
    section = "## Mitigation\n\n1. Drain the node\n2. Call the owner\n"
    before = read_runbook(f"# T\n\n{section}", path="a.md")
    after = read_runbook("# T\n\n## Diagnosis\n\n" + "\n".join(lines) + f"\n\n{section}", path="a.md")

    assert {step.id for step in before.steps} <= {step.id for step in after.steps}


@given(st.binary(max_size=600))
@settings(max_examples=100, deadline=None)
def test_any_bytes_are_read_as_far_as_they_are_text(content: bytes) -> None:
    text = content.decode("utf-8", "replace")
    runbook = read_runbook(text, path="a.md")
    held = set(everything(runbook).split("\n"))

    assert all(not line.strip() or line in held for line in prepare(text).lines)


WITH_SECTIONS = [shape for shape in shapes() if "\n## " in shape.text and shape.text.count("```") % 2 == 0]


@pytest.mark.parametrize("shape", WITH_SECTIONS, ids=lambda shape: f"{shape.family}: {shape.name}")
def test_ids_stay_when_a_section_is_written_below(shape: Shape) -> None:
    before = read_runbook(shape.text, path="a.md")
    after = read_runbook(f"{shape.text}\n\n## Feed the zebra\n\n1. Buy hay\n2. Carry it\n", path="a.md")

    assert [step.id for step in before.steps] == [step.id for step in after.steps[: len(before.steps)]]


def long_texts() -> Iterator[tuple[str, str]]:
    yield "steps", "# T\n\n## Diagnosis\n\n" + "1. Check it\n\n   ```sh\n   $ ls\n   ```\n" * 4000
    yield "sections", "## Check it\n\nIf so, do.\n\n" * 6000
    yield "comments", "<!-- a -->x<!-- " * 12000
    yield "tags", "<% " * 40000 + "%>"
    yield "brackets", "[" * 60000
    yield "quotes", "> a\n" * 20000
    yield "prompts", "```\n" + "$ cat <<EOF 'x\n" * 10000 + "```\n"
    yield "spaces", "## a" + " " * 100000 + "b\n" + "- [ ] x" + " " * 100000
    yield "one line", "if you wait 5 minutes then. " * 8000
    yield "fences", "```\na\n" * 20000
    yield "front matter", "---\n" + "a: b\n" * 20000
    yield "definitions", "[a]: http://x\n" * 10000 + "[a] " * 10000
    yield "callouts", "!!! note\n    a\n:::x\n" * 10000
    yield "roots", "```\n" + "# ls\n" * 30000 + "```\n"
    yield "colons", "## a" + ":_" * 50000 + "b\n\n" + "*_" * 50000 + "c"
    yield "secrets", "token=" * 20000
    yield "links", "If a [b](c%d) d. " * 3000 % tuple(range(3000))
    yield "off", "## A\n<!-- steps: off -->\n- Check\n<!-- steps: on -->\n" * 5000
    yield "levels", "## Fix\n" + "\n".join("  " * level + "- Check" for level in range(400))
    yield "ten thousand levels", "## Fix\n" + "- " * 10_000 + "Check"
    yield "under-indented", "## Fix\n" + "1. Check\n  1. In\n  - Out\n" * 3000
    yield "bold", "**Fix**\n\na\n\n**1. Fix**\n\nb\n\nStep 2: do\n\n" * 1500
    yield "html", "<b>x</b><br><h1><a href=" * 4000
    yield "table of steps", "## Fix\n\n| # | Action |\n|---|---|\n" + "| 1 | Check |\n" * 5000
    yield "explained", "".join(f"Set `<name{number}>`.\n" for number in range(60_000))
    yield "toml", "+++\na = " + "[" * 60000 + "\n+++\n"
    yield "yaml", "---\na: " + "[" * 60000 + "\n---\n"
    yield "all open", "---\n<!-- \n```\n<details>\n**a [b](c `d <% {{< \n!!! note\n:::x\n1. a\n" * 1500


@pytest.mark.parametrize(("name", "text"), list(long_texts()), ids=[name for name, _ in long_texts()])
def test_a_very_long_text_is_read_in_a_few_seconds(name: str, text: str) -> None:
    started = time.monotonic()
    read_runbook(text, path=f"{name}.md")

    assert time.monotonic() - started < 20, re.sub(r"\s+", " ", text[:60])


@given(st.lists(st.sampled_from([piece for piece in PIECES if not set("<{[") & set(piece)]), max_size=30))
@settings(max_examples=100, deadline=None)
def test_nothing_but_comments_tags_and_front_matter_is_taken_out_before_reading(lines: list[str]) -> None:
    text = "\n".join(["# Title", *lines])

    assert list(prepare(text).lines) == text.split("\n")
