"""The tables of a post-mortem at the width of a phone: no long word hides the other columns, no word stands on its head."""

from pathlib import Path
from typing import Any

import pytest

from incidentbot.documents.html import markdown_to_html
from incidentbot.web.drawn import HERE
from tests.browser.browsing import HANDHELD, a_visitor

ADDRESS = "https://runbooks.example.com/" + "a-very-long-path-" * 12
FOLLOW_UPS = (
    f"| Action | Type | Owner | Due | State | Source |\n|---|---|---|---|---|---|\n"
    f"| read {ADDRESS} | detect | responder 1 | 2026-12-04 | open | fact:7 |"
)
SIX = f"| a | b | c | d | e | f |\n|---|---|---|---|---|---|\n|{' five words stand in here |' * 6}"


@pytest.mark.parametrize("table", [FOLLOW_UPS, SIX], ids=["follow-ups", "a person's own"])
async def test_a_table_of_six_columns_can_be_read(tmp_path: Path, table: str):
    css = (HERE / "static" / "page.css").read_text(encoding="utf-8")
    body = f'<main class="document">{markdown_to_html(table)}</main>'
    file = tmp_path / "page.html"
    file.write_text(f"<!doctype html><style>{css}</style>{body}", encoding="utf-8")
    async with a_visitor(file.as_uri(), size=HANDHELD) as visitor:
        widths: Any = await visitor.page.evaluate(
            "[...document.querySelectorAll('td')].map(cell => cell.getBoundingClientRect().width)"
        )

    assert min(widths) >= 35, widths
    assert max(widths) <= HANDHELD["width"] / 2, widths
