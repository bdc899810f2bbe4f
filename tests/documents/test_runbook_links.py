"""Relative links of a runbook against the address its folder is shown at."""

import pytest

from incidentbot.documents.runbook_reader import read_runbook
from incidentbot.documents.runbooks.inside.runbook_links import with_whole_links

BASE = "https://git.example.com/ops/blob/main/"


@pytest.mark.parametrize(
    ("written", "whole"),
    [
        ("[x](other.md)", "[x](https://git.example.com/ops/blob/main/db/other.md)"),
        ("[x](../web/a.md#fix)", "[x](https://git.example.com/ops/blob/main/web/a.md#fix)"),
        ("[x](../../../a.md)", "[x](https://git.example.com/ops/blob/main/a.md)"),
        ("[x](/img/a.png)", "[x](https://git.example.com/ops/blob/main/img/a.png)"),
        ("[x](#fix)", "[x](https://git.example.com/ops/blob/main/db/lag.md#fix)"),
        ('![x](a.png "seen")', '![x](https://git.example.com/ops/blob/main/db/a.png "seen")'),
        ("[`x`](a.md)", "[`x`](https://git.example.com/ops/blob/main/db/a.md)"),
        ("[x](https://example.com/a.md)", "[x](https://example.com/a.md)"),
        ("[x](mailto:a@b.example)", "[x](mailto:a@b.example)"),
        ("`[x](other.md)`", "`[x](other.md)`"),
    ],
)
def test_a_link_is_made_whole(written: str, whole: str) -> None:
    book = read_runbook(f"## Fix\n\nDo it: {written}.\n", path="db/lag.md")

    assert with_whole_links(book, BASE).steps[0].body_md == f"## Fix\n\nDo it: {whole}."


def test_code_and_targets_of_branches_stay() -> None:
    text = "## Fix\n\nIf it hangs, see [other](other.md).\n\n```sh\ncat [x](y.md)\n```\n\n[a]: b.md\n\nSee [a].\n"
    book = with_whole_links(read_runbook(text, path="lag.md"), BASE)

    assert book.steps[0].branches[0].target == "other.md"
    assert "cat [x](y.md)" in book.steps[0].body_md
    assert "[a]: https://git.example.com/ops/blob/main/b.md" in book.steps[0].body_md
    assert [link.target for link in book.links] == [f"{BASE}other.md", f"{BASE}b.md"]


def test_without_an_address_nothing_changes() -> None:
    book = read_runbook("## Fix\n\nSee [x](y.md).\n", path="lag.md")

    assert with_whole_links(book, "") is book
