"""The app's home: what is open, and a button to declare. For one reader, drawn anew each time it is opened."""

from incidentbot.flows.ports import ListFilter
from incidentbot.slack import names
from incidentbot.slack.cards import lists
from incidentbot.slack.cards.blocks import actions, button, fit, header
from incidentbot.slack.listening.doorway import Doorway
from incidentbot.slack.names import Target
from incidentbot.slack.web_api.scopes import Method
from incidentbot.slack.windows.parts import View

MOST_BLOCKS = 100


async def show_home(door: Doorway, user: str) -> None:
    """Publish the home of one person. Raises TryLater or GiveUp."""
    found = await door.desk.incidents(ListFilter("open"))
    listed = lists.incidents(found, "open").blocks
    await door.calls.call(Method.HOME_PUBLISH, user_id=user, view=_view(listed))


def _view(listed: list[dict[str, object]]) -> View:
    declare = actions([button("Declare an incident", names.DECLARE, Target("").value, "danger")])
    blocks = fit([header("Open incidents"), *listed], [declare], most=MOST_BLOCKS)
    return {"type": "home", "blocks": blocks}
