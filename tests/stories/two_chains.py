"""A team with a chain of its own for security, on the five people of the workspace. A profile; tells no story."""

from pathlib import Path

PROFILE = """\
schema: 1
id: two-chains
title: Two chains
extends: im-chat
chains: {security: [team_lead, vp_engineering]}
"""


def two_chains(folder: Path, more: str = "") -> str:
    """The path of the profile, with more lines of its own."""
    file = folder / "two-chains.yaml"
    file.write_text(f"{PROFILE}{more}\n", encoding="utf-8")
    return str(file)
