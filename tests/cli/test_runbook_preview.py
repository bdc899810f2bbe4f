"""`incidentbot runbook preview`: a file is walked in the browser, and followed when it is saved."""

import asyncio
import re
import sys
from pathlib import Path

import aiohttp
import pytest
from typer.testing import CliRunner

from incidentbot.cli.commands import app

IN_A_MINUTE_S = 60
FIRST = "# Pager is silent\n\n## Fix\n\n1. Look at the queue\n2. Restart the worker\n"
SAVED = "# Pager is silent\n\n## Fix\n\n1. Ask the vendor\n2. Look at the queue\n3. Restart the worker\n"


@pytest.mark.crash
async def test_a_file_is_walked_and_what_is_saved_is_walked_anew(tmp_path: Path) -> None:
    file = tmp_path / "silent.md"
    file.write_text(FIRST, encoding="utf-8")
    preview = await asyncio.create_subprocess_exec(
        *(sys.executable, "-u", "-m", "incidentbot", "runbook", "preview", str(file), "--port", "0"),
        stdout=asyncio.subprocess.PIPE,
    )
    assert preview.stdout is not None
    try:
        async with asyncio.timeout(IN_A_MINUTE_S), aiohttp.ClientSession() as session:
            address = re.search(r"http\S+", await _line_with(preview.stdout, "silent.md"))
            assert address is not None
            assert "Step 1 of 2" in await _page(session, address[0])
            file.write_text(SAVED, encoding="utf-8")
            assert "3 steps" in await _line_with(preview.stdout, "Read again")
            page = await _page(session, address[0])
            assert "Step 1 of 3" in page
            assert "Ask the vendor" in page
    finally:
        preview.terminate()
        await preview.wait()


def test_a_page_without_steps_is_refused_with_the_way_on(tmp_path: Path) -> None:
    file = tmp_path / "facts.md"
    file.write_text("# T\n\n## Impact\n\nBad.\n", encoding="utf-8")

    refused = CliRunner().invoke(app, ["runbook", "preview", str(file)])

    assert refused.exit_code == 2
    assert "has no steps" in refused.output
    assert "incidentbot runbook check" in refused.output


@pytest.mark.parametrize(
    "content",
    [
        b"# Photo\n\n1. Look\n2. Restart\n\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR",
        "# Wartung\n\n1. Prüfen\n2. Neu starten\n".encode("latin-1"),
        bytes(range(256)) * 40,
    ],
)
def test_a_file_that_is_no_text_is_refused_in_one_sentence(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "photo.md"
    file.write_bytes(content)

    refused = CliRunner().invoke(app, ["runbook", "preview", str(file)])

    assert refused.exit_code == 2
    said = " ".join(refused.output.split())
    assert said.endswith(
        "photo.md cannot be read as text, so nobody could walk it: save it as UTF-8, or name another file."
    )


async def _line_with(lines: asyncio.StreamReader, words: str) -> str:
    while line := (await lines.readline()).decode():
        if words in line:
            return line
    raise AssertionError(f"the preview ended without saying {words}")


async def _page(session: aiohttp.ClientSession, address: str) -> str:
    async with session.get(address) as answer:
        return await answer.text()
