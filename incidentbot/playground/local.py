"""The local workspace without pages: Slack and PagerDuty stand-ins on loopback, a clock, and a team that fits both."""

from collections.abc import Mapping
from pathlib import Path
from typing import Self

from incidentbot.clock import Clock
from incidentbot.playground.pagerduty import PagerDutyStandIn
from incidentbot.playground.pagerduty.default_account import MAIN_ROUTING_KEY
from incidentbot.playground.slack import SlackStandIn

BOT_EMAIL = "incidentbot@example.com"

TEAM = """\
schema: 1
pagerduty: {service: PSVC001}
roles:
  on_call_primary: {slack: [U0ANA], email: [ana@example.com], pagerduty: {user: PUANA}}
  on_call_secondary: {slack: [U0BO], email: [bo@example.com], pagerduty: {user: PUBO}}
  team_lead: {slack: [U0CHI], email: [chi@example.com], pagerduty: {user: PUCHI}}
  engineering_manager: {slack: [U0DEE], email: [dee@example.com], pagerduty: {user: PUDEE}}
  vp_engineering: {slack: [U0ELI], email: [eli@example.com], pagerduty: {user: PUELI}}
"""
"""The five people of both stand-ins, in the order of the chat system's chain."""


class LocalWorkspace:
    """Both stand-ins, started and stopped together. Everything the bot needs to know is in `settings_for`."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.slack = SlackStandIn(clock)
        self.pagerduty = PagerDutyStandIn(clock)

    async def __aenter__(self) -> Self:
        await self.slack.start()
        await self.pagerduty.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.slack.stop()
        await self.pagerduty.stop()

    def settings_for(self, data_dir: Path, *, http: bool = False, paging: str = "rest") -> Mapping[str, str]:
        """The bot's settings by the names of their variables. http: signed HTTP instead of Socket Mode.

        paging: "rest", "events" or "" as the settings know it. Writes the team file into `data_dir`.
        """
        data_dir.mkdir(parents=True, exist_ok=True)
        team = data_dir / "team.yaml"
        team.write_text(TEAM, encoding="utf-8")
        slack = {"SLACK_BOT_TOKEN": self.slack.bot_token, "SLACK_API_URL": self.slack.api_url}
        door = (
            {"SLACK_SIGNING_SECRET": self.slack.signing_secret}
            if http
            else {"SLACK_APP_TOKEN": self.slack.app_token}
        )
        own = {
            "INCIDENTBOT_DATA_DIR": str(data_dir),
            "INCIDENTBOT_TEAM": str(team),
            "INCIDENTBOT_POLICY": "im-chat",
        }
        return {**slack, **door, **own, **self._pager(paging)}

    def _pager(self, paging: str) -> Mapping[str, str]:
        urls = {
            "PAGERDUTY_EVENTS_URL": self.pagerduty.events_url,
            "PAGERDUTY_API_URL": self.pagerduty.api_url,
        }
        if paging == "rest":
            token = {"PAGERDUTY_API_TOKEN": self.pagerduty.api_token, "PAGERDUTY_FROM_EMAIL": BOT_EMAIL}
            return {**urls, **token}
        return urls if not paging else {**urls, "PAGERDUTY_ROUTING_KEY": MAIN_ROUTING_KEY}
