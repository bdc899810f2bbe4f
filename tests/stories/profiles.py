"""The five teams' profiles, each with a team file that binds its chain to the people of the workspace."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from incidentbot.policies.loader import load
from tests.stories.story import Story, a_story

FIVE = ("mapme", "gocarbontracker", "im-chat", "boat-listing", "missing-table")
PEOPLE = ("ana", "bo", "chi", "dee", "eli")


def team_file(folder: Path, profile: str) -> Path:
    """A team whose chain is Ana, Bo, Chi, Dee and Eli, in the profile's own roles."""
    lines = ["schema: 1", "pagerduty: {service: PSVC001}", "roles:"]
    for role, name in zip(load(profile).chains["default"], PEOPLE, strict=False):
        word = name.upper()
        lines.append(
            f"  {role}: {{slack: [U0{word}], email: [{name}@example.com], pagerduty: {{user: PU{word}}}}}"
        )
    file = folder / f"team-of-{profile}.yaml"
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return file


@asynccontextmanager
async def a_story_of(profile: str, folder: Path) -> AsyncIterator[Story]:
    """A story in this team's house."""
    team = {"INCIDENTBOT_TEAM": str(team_file(folder, profile))}
    async with a_story(folder, policy=profile, wiring=team) as story:
        yield story
