"""What reads markdown quickly is held against the library, which reads it slowly: they never differ."""

from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from incidentbot.documents.runbooks.source.runbook_block import Kind, walk
from incidentbot.documents.runbooks.source.runbook_blocks import parse
from incidentbot.documents.runbooks.source.runbook_inline import flat, read_inline
from incidentbot.documents.runbooks.source.runbook_markdown import block_tokens, word_tokens
from incidentbot.documents.runbooks.source.runbook_pieces import Words, piece_of
from incidentbot.documents.runbooks.source.runbook_text import normalised
from tests.documents.runbook_shapes import shapes

LIBRARY = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"]).disable("html_block")
BEGINNINGS = (
    "", "  ", "    ", "\t", "- ", "* ", "+ ", "1. ", "2) ", "10. ", "> ", ">", ">\t", "> - ", "- > ", "   - ", "# ", "### ", "| ", "- [ ] ",
)  # fmt: skip
LINES = (
    "", "words", "a | b", "---", "===", "- - -", "***", "___", "```", "```sh", "~~~", "|---|---|", ":-|-:", "--|--", "-|", ":", "-", "1.", "#",
    "[a]: http://x", "[a]:", "'title'", "[a]", "`code`", "|a|b|", "|", "Restart it: 5 of 10", "- x", "3. y", "\u00a0", "\x0b", "2 of 3",
)  # fmt: skip
MARKS = (
    "`", "``", "*", "**", "***", "_", "__", "~", "~~", "[", "]", "(", ")", "![", "](", "](x.md)", "](http://a.b/c?d=e%20f)", "](//h)", "](a:b)",
    "<", ">", "<pod>", "<http://a.b>", "<a@b.co>", "&", "&amp;", "& ", "!", "\\", "\\_", "\\*", "\n", "  \n", " ", "a", "b_c", "x", ".", ":", ",",
    "é", "9", "\u00a0", "\u2028", "\x1c", '"', "[a]", "[A][]", "[b]", "[", "http://x.y",
)  # fmt: skip
documents = st.lists(
    st.one_of(
        st.sampled_from(LINES),
        st.tuples(st.sampled_from(BEGINNINGS), st.sampled_from(LINES)).map("".join),
        st.tuples(st.sampled_from(BEGINNINGS), st.sampled_from(BEGINNINGS), st.sampled_from(LINES)).map(
            "".join
        ),
    ),
    max_size=25,
).map("\n".join)
ADDRESSES = (
    "http://", "https://", "mailto:", "javascript:", "//", "/", "a.b", "host", "..", ":", ":80", ":\u0661", "?", "#", "&", "=", "%41", "%", "@", "é",
    "_", "-", "~", "!", "*", "'", "(", ")", ";", "+", "$", ",", " ", "|", "[", "^", "x" * 40, "0",
)  # fmt: skip
paragraphs = st.lists(st.sampled_from(MARKS), min_size=1, max_size=25).map(
    lambda marks: "".join(marks).strip()
)


def facts(tokens: list[Token]) -> list[object]:
    """All that a reader of runbooks asks of tokens; it does not ask for what stands around a paragraph."""
    return [
        (token.type, token.tag, token.map, token.content, token.info, token.markup)
        for token in tokens
        if token.type not in {"paragraph_open", "paragraph_close"}
    ]


def library_tokens(text: str, env: dict[str, object]) -> list[Token]:
    tokens: list[Token] = []
    LIBRARY.block.parse(text, LIBRARY, env, tokens)
    return tokens


@given(documents)
@settings(max_examples=400, deadline=None)
@example("> a\n===")
@example("- a\n  ===\n> - b\n---\nc")
@example("a | b\n-|-\n1 | 2\n> 3")
@example("1. a\n   ```\n\tb\n   ```\n2. c")
def test_blocks_are_those_that_the_library_finds(text: str) -> None:
    ours: dict[str, object] = {}
    theirs: dict[str, object] = {}

    assert facts(block_tokens(text, ours)) == facts(library_tokens(text, theirs))
    assert ours == theirs


def test_blocks_of_every_shape_are_those_that_the_library_finds() -> None:
    for shape in shapes():
        text = normalised(shape.text)
        assert facts(block_tokens(text, {})) == facts(library_tokens(text, {}))


def words_of(env: dict[str, object]) -> Words:
    """How the library takes words apart, and where the links lead that a file with this env defines."""
    references = env.get("references", {})
    assert isinstance(references, dict)
    targets = {label: entry["href"] for label, entry in references.items()}
    return Words(lambda content: word_tokens(content, env), targets)


@given(paragraphs)
@settings(max_examples=500, deadline=None)
@example("**Bold** and `code`, see [it](x.md)")
@example("a *b* _c_ snake_case **d**.")
@example("\\`a`")
@example("[a] and [b][a] and [ ](x.md)")
@example("[a](http://b.example:\u0661/c)")
def test_words_are_those_that_the_library_finds(content: str) -> None:
    words = words_of({})

    assert read_inline(content, words) == flat([piece_of(token) for token in words.library(content)])


@given(paragraphs)
@settings(max_examples=400, deadline=None)
@example("see [a], [words][a], [a][] and [A][b]")
def test_words_in_brackets_are_links_where_the_file_defines_them(content: str) -> None:
    env: dict[str, object] = {}
    block_tokens("[a]: http://a.example", env)
    words = words_of(env)

    assert read_inline(content, words) == flat([piece_of(token) for token in words.library(content)])


@given(st.lists(st.sampled_from(ADDRESSES), min_size=1, max_size=8).map("".join))
@settings(max_examples=500, deadline=None)
def test_addresses_are_escaped_as_the_library_escapes_them(address: str) -> None:
    blocks, _ = parse(f"[a](<{address}>)")

    theirs = flat([piece_of(token) for token in LIBRARY.parseInline(f"[a](<{address}>)")[0].children or []])
    assert blocks[0].inline == theirs


def test_a_task_is_told_by_its_box_wherever_its_words_start() -> None:
    blocks, _ = parse("- [x] `a` *b*\n- [ ] [c](d.md)\n- [X]\n  e\n- [y] f\n- [x]g")

    items = [block for block in walk(blocks) if block.kind is Kind.ITEM]
    assert [item.ticked for item in items] == [True, False, False, None, None]
    assert [item.text for item in items] == ["a b", "c", "e", "[y] f", "[x]g"]


def test_the_words_of_a_bold_label_stay_apart() -> None:
    for text, label in (
        ("**Before you\nroll back** now", "Before you roll back"),
        ("**Before you\nroll back** ~~now~~", "Before you roll back"),
        ("**`kubectl` `helm`:** both", "kubectl helm:"),
    ):
        blocks, _ = parse(text)
        assert blocks[0].inline is not None
        assert blocks[0].inline.label == label
