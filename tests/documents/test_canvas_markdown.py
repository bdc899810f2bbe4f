"""Any document as a canvas takes it: what a canvas refuses is said in other words, and nothing is lost."""

from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidentbot.documents.canvas_markdown import LONGEST, TOO_LONG, canvas_markdown
from incidentbot.documents.html import markdown_to_html
from incidentbot.playground.slack.strictness.canvas_rules import checked_content

PIECES = (
    "# One",
    "##### Five",
    "words **bold *and* slanted** `co|de` ~~gone~~ [a link](https://example.com/a(b))",
    "- one\n- two\n  1. inner\n  2. inner again\n\n     - deep\n- [ ] to do\n- [x] done",
    "1. first\n2. second\n   - of another kind\n\n   ```sh\n   ls | wc\n   ```",
    "> - quoted\n> # loud\n>\n> > twice\n>\n> ```\n> rm `x`\n> ```\n>\n> | a | b |\n> |---|---|\n> | 1 | 2 |",
    "| a | b |\n|---|---|\n| 1 \\| one | `x\\|y` |",
    "```sql\nselect 1;\n```",
    "    indented code",
    "***",
    ">#",
    "0) -",
    "![a graph](https://example.com/graph.png) and ![](javascript:alert)",
    "<b>raw</b> & <@U0ANA> \\# \\- 1\\. 2) + - =",
    "> TODO(incident lead): Who felt it\\?",
)


@pytest.mark.parametrize("piece", PIECES)
def test_every_piece_of_markdown_becomes_what_a_canvas_takes(piece: str):
    written = canvas_markdown(piece)

    checked_content({"type": "markdown", "markdown": written}, "canvas_editing_failed")
    assert canvas_markdown(written) == written


@given(st.lists(st.sampled_from(PIECES), max_size=6), st.sampled_from(["\n", "\n\n", "\n> ", "\n- ", "\n  "]))
def test_however_pieces_are_joined_a_canvas_takes_them(pieces: list[str], between: str):
    checked_content({"type": "markdown", "markdown": canvas_markdown(between.join(pieces))}, "c")


@given(st.text(alphabet="ab -+*_#>|`~[]()!<&\\\n1.0x\t", max_size=60))
def test_whatever_is_typed_a_canvas_takes_it(text: str):
    checked_content({"type": "markdown", "markdown": canvas_markdown(text)}, "c")


def test_words_keep_their_meaning():
    written = canvas_markdown("a \\<b\\> 2 \\* 3, **bold**, [x](https://x.example) and `1|2`")

    assert written == "a \\<b\\> 2 \\* 3, **bold**, [x](https://x.example) and `1|2`\n"
    assert markdown_to_html(written) == markdown_to_html(
        "a &lt;b&gt; 2 \\* 3, **bold**, [x](https://x.example) and `1|2`"
    )


def test_a_quotation_keeps_its_words_and_loses_its_lists():
    assert canvas_markdown("> Seen:\n>\n> - a disk\n> - a fan\n>   1. slow") == (
        "> Seen:\n>\n> • a disk\n>\n> • a fan\n>\n> – • 1\\. slow\n"
    )


def test_a_long_table_goes_on_under_the_same_head():
    rows = "\n".join(f"| {n} | x | y | z |" for n in range(200))
    written = canvas_markdown(f"| a | b | c | d |\n|---|---|---|---|\n{rows}")

    assert written.count("| a | b | c | d |") == 3
    assert written.count(" x | y | z |") == 200
    checked_content({"type": "markdown", "markdown": written}, "c")


def test_what_is_too_long_is_cut_between_two_blocks_and_says_so():
    written = canvas_markdown("\n\n".join(["x" * 999] * 120))

    assert len(written) <= LONGEST
    assert written.endswith(f"{'x' * 999}\n\n{TOO_LONG}\n")


def test_a_long_list_is_looked_through_once():
    rounds = [(_spent_on(500), _spent_on(2000)) for _ in range(7)]
    short, long = (min(spent) for spent in zip(*rounds, strict=True))

    assert long < 10 * short, "four times as long a list, and not sixteen times the work"


def _spent_on(items: int) -> float:
    """Processor time, in seconds."""
    began = process_time()
    checked_content({"type": "markdown", "markdown": "- a\n" * items}, "c")
    return process_time() - began
