"""Markdown as Slack shows it: what each piece becomes, and what can never come out."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from incidentbot.documents.mrkdwn import escape, split_sections, to_mrkdwn

LINK = re.compile(r"<(?:https?://|mailto:|tel:)[^<>|\s]+(?:\|[^<>\n]*)?>", re.IGNORECASE)

PIECES = (
    "<!channel>", "<@U123>", "<#C1|general>", "<!subteam^S1>", "@here", "[x](<!here>)", "[a](http://x/<b>)", "[a|b](http://x|y)",
    "<https://a.b/c?d=1&e=2>", "![i](http://p.png)", "[![i](http://p)](http://l)", "**b**", "_i_", "~~s~~", "`c<d>`", "`` a`b ``",
    "```sh", "```", "    code", "1. one", "- two", "  - three", "- [ ] task", "> quote", "| a | b |", "|---|---|", "# head", "***",
    "!!! note", "    in it", "&lt;!here&gt;", "&amp;", "\\<!here>", "<br>", "", "word " * 30, "[r]: http://z", "[r]", "javascript:x",
)  # fmt: skip

texts = st.one_of(st.text(max_size=300), st.lists(st.sampled_from(PIECES), max_size=30).map("\n".join))


@pytest.mark.parametrize(
    ("markdown", "shown"),
    [
        ("**bold** and _slanted_ and ~~gone~~", "*bold* and _slanted_ and ~gone~"),
        ("# Restart **now**", "*Restart now*"),
        ("a line\nand its rest", "a line and its rest"),
        ("one  \ntwo<br>three", "one\ntwo\nthree"),
        ("`kubectl get <pod>` & more", "`kubectl get &lt;pod&gt;` &amp; more"),
        ("[docs](https://a.b/c?d=1&e=2)", "<https://a.b/c?d=1&amp;e=2|docs>"),
        ("<https://a.b>", "<https://a.b>"),
        ("[other](../other.md)", "other (../other.md)"),
        ("[below](#mitigation)", "below"),
        ("[bad](javascript:alert)", "[bad](javascript:alert)"),
        ("![graph](https://p.q/r.png)", "<https://p.q/r.png|graph>"),
        ("[![graph](https://p.q/r.png)](https://l.m)", "<https://l.m|graph>"),
        ("- a\n- b\n  - c", "• a\n• b\n    • c"),
        ("3. a\n4. b", "3. a\n4. b"),
        ("> **Warning:** hot", "> *Warning:* hot"),
        ("> [!CAUTION]\n> hot", "> *Caution* hot"),
        ("!!! danger\n    hot", "> *Danger*: hot"),
        ('!!! note "Mind"\n    hot\n\nand on', "> *Note*: Mind hot\n\nand on"),
        (":::tip\nhot\n:::\nand on", "> *Tip*: hot\n\nand on"),
        (":::tip\nnever closed", ":::tip never closed"),
        ("```sh\nls <x>\n```", "```\nls &lt;x&gt;\n```"),
        ("| a | b |\n|---|---|\n| long | **c** |", "```\na     b\n----  -\nlong  c\n```"),
        ("a\n\n---\n\nb", "a\n\n───\n\nb"),
    ],
)
def test_each_piece_of_markdown_has_its_form_in_slack(markdown: str, shown: str) -> None:
    assert to_mrkdwn(markdown) == shown


def test_tasks_show_whether_they_are_done() -> None:
    assert [line.strip() for line in to_mrkdwn("- [ ] open\n- [x] done").split("\n")] == ["☐ open", "☑ done"]


def test_relative_links_are_resolved_where_the_repository_is_known() -> None:
    shown = to_mrkdwn("[other](../other.md)", base_url="https://git.example/docs/runbooks/a.md")

    assert shown == "<https://git.example/docs/other.md|other>"


def test_a_fence_that_is_cut_is_closed_and_the_cut_is_marked() -> None:
    shown = to_mrkdwn("```\n" + "kubectl get pods\n" * 50 + "```", limit=100)

    assert shown.endswith("\n```\n…")
    assert len(shown) <= 100


def test_escaping_leaves_no_mention_and_keeps_the_words() -> None:
    assert escape("<!channel> & <@U1>") == "&lt;!channel&gt; &amp; &lt;@U1&gt;"
    assert "@here" not in escape("tell @here")
    assert escape("mail ana@hereford.example") == "mail ana@hereford.example"


@given(texts)
@settings(max_examples=200, deadline=None)
def test_nothing_can_mention_a_channel_or_a_person(markdown: str) -> None:
    shown = to_mrkdwn(markdown)

    assert "<!" not in shown
    assert "<@" not in shown
    assert "<#" not in shown
    assert "<" not in LINK.sub("", shown)


@given(texts, st.integers(min_value=1, max_value=400))
@settings(max_examples=200, deadline=None)
def test_the_limit_is_never_exceeded_and_fences_are_always_closed(markdown: str, limit: int) -> None:
    shown = to_mrkdwn(markdown, limit=limit)

    assert len(shown) <= limit
    assert shown.count("```") % 2 == 0
    assert "<" not in LINK.sub("", shown)


@given(texts, st.integers(min_value=16, max_value=200))
@settings(max_examples=200, deadline=None)
def test_splitting_keeps_everything_inside_the_limit(markdown: str, limit: int) -> None:
    whole = to_mrkdwn(markdown, limit=100_000)
    pieces = split_sections(whole, limit)

    assert all(0 < len(piece) <= limit and piece.count("```") % 2 == 0 for piece in pieces)
    assert all("<" not in LINK.sub("", piece) for piece in pieces)
    if limit >= 80:  # below, a link may have to give way to its label
        assert re.sub(r"[\s`]", "", "".join(pieces)) == re.sub(r"[\s`]", "", whole)


def test_a_limit_without_room_for_a_fence_is_refused() -> None:
    with pytest.raises(ValueError, match="16 characters"):
        split_sections("text", 15)


def test_a_text_of_empty_fences_alone_is_cut_to_an_ellipsis() -> None:
    assert to_mrkdwn("```\n```\n" * 500, limit=100) == "…"
