"""How pages go: by the keys and by what the team file names."""

import pytest

from incidentbot.pagerduty.modes import mode_of, shortcomings
from incidentbot.policies.team import Team
from incidentbot.settings import Settings
from tests.pagerduty.bench import CHECKOUT_TEAM, OWN_KEYS

KEY = {"pagerduty_routing_key": "c0ffee00000000000000000000000001"}
TOKEN = {"pagerduty_api_token": "t", "pagerduty_from_email": "bot@example.com"}

MODES = {
    "nothing": ({}, Team(), "", "Paging is off"),
    "a key": (KEY, Team(), "events", ""),
    "only keys of roles": ({}, OWN_KEYS, "events", ""),
    "a token and a service": (TOKEN, CHECKOUT_TEAM, "rest", ""),
    "a token without a service": (TOKEN, Team(), "", "PAGERDUTY_API_TOKEN opens no incident"),
    "both, without a service": (KEY | TOKEN, Team(), "events", "PAGERDUTY_API_TOKEN opens no incident"),
    "a token without a sender": (KEY | {"pagerduty_api_token": "t"}, CHECKOUT_TEAM, "events", ""),
}


@pytest.mark.parametrize(("keys", "team", "mode", "sentence"), MODES.values(), ids=MODES)
def test_keys_and_team_file_decide_together(
    keys: dict[str, str], team: Team, mode: str, sentence: str
) -> None:
    settings = Settings.of(keys)

    assert mode_of(settings, team) == mode
    assert "".join(shortcomings(settings, team)).startswith(sentence)
    assert bool(shortcomings(settings, team)) == bool(sentence)
