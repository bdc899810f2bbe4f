"""`incidentbot demo --script`: a whole incident in the shell, with the bot killed in its middle."""

import asyncio
import sys
from pathlib import Path

import pytest

IN_A_MINUTE_S = 60

pytestmark = pytest.mark.crash


async def test_the_script_plays_an_incident_and_writes_its_post_mortem(tmp_path: Path):
    out = tmp_path / "draft.md"
    play = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "incidentbot", "demo", "--script", "--out", str(out)),
        stdout=asyncio.subprocess.PIPE,
    )
    async with asyncio.timeout(IN_A_MINUTE_S):
        printed, _ = await play.communicate()

    told = printed.decode()
    assert play.returncode == 0, told
    assert "phone  rings for @ana" in told
    assert "phone  rings for @bo" in told
    assert "kill -9" in told
    draft = out.read_text(encoding="utf-8")
    assert "| Time to acknowledge | 15 min |" in draft
    assert "rolled back the last deploy" in draft
