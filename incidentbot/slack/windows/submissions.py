"""What a sent window asks for, as commands. Pure; a forged or empty field is refused by a sentence, never an error."""

from collections.abc import Callable, Mapping, Sequence

from incidentbot.core import commands
from incidentbot.core.commands import Person
from incidentbot.core.policy import Severity
from incidentbot.core.refusals import Refused
from incidentbot.slack import names
from incidentbot.slack.windows.forms import NEXT_ROLE
from incidentbot.slack.windows.parts import Filled
from incidentbot.slack.windows.run_submissions import RUN_READERS


def declare(sent: Filled, *, by: str, fresh_id: str, suffix: str) -> commands.Declare:
    """The incident that the declare window begins; a drill pages only where that is ticked, too."""
    drill = sent.ticked("options", "drill")
    return commands.Declare(
        id=fresh_id,
        by=by,
        title=sent["title"],
        severity=_severity(sent),
        room_suffix=suffix,
        kind=sent["kind"] or "incident",
        paging=not sent.ticked("options", "no-page") and (not drill or sent.ticked("options", "page")),
        drill=drill,
        private=sent.ticked("options", "private"),
    )


def asked(sent: Filled, by: str) -> Sequence[Person]:
    """The commands of any other window, in order. Raises Refused for a window nobody knows."""
    if sent.callback_id not in READERS:
        raise Refused("This window is from another version of me. Please open it anew.")
    return READERS[sent.callback_id](sent, by)


def _severity(sent: Filled) -> Severity:
    try:
        return Severity(sent["severity"])
    except ValueError:
        raise Refused("Choose how bad it is.") from None


def _update(sent: Filled, by: str) -> Sequence[Person]:
    return (commands.PostUpdate(by, sent["text"]),)


def _impact(sent: Filled, by: str) -> Sequence[Person]:
    return (commands.SetImpact(by, sent["text"], sent["users"], sent.ticked("risk", "data-at-risk")),)


def _resolve(sent: Filled, by: str) -> Sequence[Person]:
    checked = f"<@{sent['verified_by']}>" if sent["verified_by"] else ""
    return (commands.Resolve(by, sent["what"], checked),)


def _reopen(sent: Filled, by: str) -> Sequence[Person]:
    return (commands.Reopen(by, sent["why"]),)


def _escalate(sent: Filled, by: str) -> Sequence[Person]:
    to = sent["to"]
    return (commands.Escalate(by, None if to in {"", NEXT_ROLE} else to, sent["why"], sent.about.extra),)


def _change_severity(sent: Filled, by: str) -> Sequence[Person]:
    return (commands.ChangeSeverity(by, _severity(sent), sent["why"]),)


def _stage(sent: Filled, by: str) -> Sequence[Person]:
    if not sent["stage"]:
        raise Refused("Choose a stage.")
    return (commands.EnterStage(by, sent["stage"]),)


READERS: Mapping[str, Callable[[Filled, str], Sequence[Person]]] = {
    names.UPDATE_FORM: _update,
    names.IMPACT_FORM: _impact,
    names.RESOLVE_FORM: _resolve,
    names.REOPEN_FORM: _reopen,
    names.ESCALATE_FORM: _escalate,
    names.SEVERITY_FORM: _change_severity,
    names.STAGE_FORM: _stage,
    **RUN_READERS,
}
"""Window -> what it asks. One row for each window of forms.py and run_forms.py but the declare window."""
