"""The app's home: what is open, whose post-mortem is owed, and a button to declare. For one reader, drawn anew each time."""

from collections.abc import Sequence

from incidentbot.core.afterwards.review import due_of as review_due
from incidentbot.core.afterwards.review import is_owed
from incidentbot.core.incident import Incident
from incidentbot.flows.ports import ListFilter
from incidentbot.slack import names
from incidentbot.slack.cards import lists
from incidentbot.slack.cards.blocks import Block, actions, button, context, fit, header, section
from incidentbot.slack.cards.wording import when
from incidentbot.slack.listening.doorway import Doorway
from incidentbot.slack.names import Target
from incidentbot.slack.web_api.scopes import Method
from incidentbot.slack.windows.parts import View

MOST_BLOCKS = 100
MOST_REVIEWS = 10


async def show_home(door: Doorway, user: str) -> None:
    """Publish the home of one person. Raises TryLater or GiveUp."""
    found = await door.desk.incidents(ListFilter("open"))
    listed = lists.incidents(found, "open").blocks
    resolved = await door.desk.incidents(ListFilter("resolved"))
    owed = [one for one in resolved if is_owed(one)]
    await door.calls.call(Method.HOME_PUBLISH, user_id=user, view=_view([*listed, *_reviews(owed)]))


def _reviews(owed: Sequence[Incident]) -> list[Block]:
    """Those whose review was due first come first."""
    if not owed:
        return []
    blocks = [header("Post-mortems due")]
    ordered = sorted(owed, key=lambda one: review_due(one) or one.declared_at)
    for incident in ordered[:MOST_REVIEWS]:
        due = review_due(incident)
        by = f"\nPost-mortem due {when(due)}" if due else "\nIts post-mortem is due."
        draft = button("Post-mortem", names.POSTMORTEM, Target(incident.id).value)
        blocks.append(section(f"{lists.line(incident)}{by}", draft))
    if len(owed) > MOST_REVIEWS:
        blocks.append(context(f"and {len(owed) - MOST_REVIEWS} more: `/incident list all`"))
    return blocks


def _view(listed: list[dict[str, object]]) -> View:
    declare = actions([button("Declare an incident", names.DECLARE, Target("").value, "danger")])
    blocks = fit([header("Open incidents"), *listed], [declare], most=MOST_BLOCKS)
    return {"type": "home", "blocks": blocks}
