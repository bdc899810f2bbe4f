"""Sent windows: their commands are handled, and what was refused is shown beside the first field. Knows no rule."""

from incidentbot.core.refusals import Refused
from incidentbot.flows.ports import Ref, RefKind
from incidentbot.slack import names
from incidentbot.slack.listening.doorway import Doorway
from incidentbot.slack.listening.exchange import Turn
from incidentbot.slack.payloads import part, text
from incidentbot.slack.windows import forms, submissions
from incidentbot.slack.windows.parts import View, filled


async def sent(door: Doorway, turn: Turn) -> View | None:
    """Do what a window says. Returns the window it turns into, None where it closes. Raises Refused.

    What is refused after something was done is told in a window of its own.
    """
    view = part(turn.body, "view")
    fields = filled(view)
    key = f"view:{text(view, 'id')}:{text(view, 'hash')}"
    desk = door.desk
    if fields.callback_id == names.DECLARE_FORM:
        command = submissions.declare(fields, by=turn.user, fresh_id=desk.fresh_id(), suffix=desk.suffix())
        return forms.declared((await desk.handle(command, request=key)).reply)
    ref = Ref(RefKind.ID, fields.about.incident)
    unexpected = []
    for number, asked in enumerate(submissions.asked(fields, turn.user)):
        try:
            receipt = await desk.handle(asked, ref=ref, request=f"{key}:{number}")
        except Refused as refused:
            if not number:
                raise
            unexpected.append(
                refused.sentence
            )  # what came before it is done: sent again, it would be refused again
            continue
        unexpected += [receipt.reply] if receipt.must_read else []
    return forms.told(unexpected) if unexpected else None
