"""The local workspace in a browser: channels, forms, phones and a clock, drawn from the stand-ins."""

from incidentbot.playground.pages.desk import BotControl
from incidentbot.playground.pages.server import Pages

__all__ = ["BotControl", "Pages"]
