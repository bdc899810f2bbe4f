"""How each verb of `/incident` reads the rest of the line. Pure; refuses with the usage of the verb."""

import re
from collections.abc import Callable
from datetime import time

from incidentbot.core.policy import Policy, Severity
from incidentbot.core.refusals import Refused
from incidentbot.core.response.declare import LONGEST_TITLE
from incidentbot.core.text.severity_words import read_severity
from incidentbot.core.text.words import safe
from incidentbot.slack import asks
from incidentbot.slack.asks import Ask
from incidentbot.slack.slash_text import (
    Optioned,
    mention,
    split_first,
    take_options,
    unquoted,
)
from incidentbot.slack.slash_usage import topic_of, usage

DECLARE_OPTIONS = {
    "service": "value",
    "kind": "value",
    **dict.fromkeys(("private", "drill", "no-page", "page"), "flag"),
}
IMPACT_OPTIONS = {"users": "value", "data-at-risk": "flag"}
EVERY_KIND = ("incident", "security", "degradation", "maintenance")
RUN_MOVES = frozenset({"next", "back", "steps", "resume", "stop"})

_AT_TIME = re.compile(r"(?:^|\s)at\s+([01]?[0-9]|2[0-3]):([0-5][0-9])\s*$", re.IGNORECASE)
_VERIFIED_BY = re.compile(r"[\s,;.]*\bverified\s+by\s+(.+)$", re.IGNORECASE | re.DOTALL)
_COMMA_WHO = re.compile(r",\s*(<@[UW][A-Z0-9]+(?:\|[^<>]*)?>)\s*$")
_ROLE_WORD = re.compile(r"[a-z][a-z0-9_-]{0,30}")


def exactly(verb: str, ask: Ask) -> Callable[[str, Policy], Ask]:
    """A verb that takes nothing more; what follows is refused, so that a slip is seen."""

    def read(rest: str, policy: Policy) -> Ask:
        if rest:
            raise Refused(f"`{verb}` stands alone: {usage(verb)}. Nothing was done.")
        return ask

    return read


def help_on(rest: str, policy: Policy) -> Ask:
    """`help [topic]`; words that name none are passed over."""
    return asks.Help(topic_of(rest))


def ack(rest: str, policy: Policy) -> Ask:
    """`ack [words]`."""
    return asks.Ack(unquoted(rest))


def declare(rest: str, policy: Policy) -> Ask:
    """`declare [severity] [title] [options]`; without severity or title, the form."""
    taken = take_options(rest, DECLARE_OPTIONS)
    severity, title = _severity_and_rest(taken.text, policy)
    title = _title(unquoted(title), taken)
    kind = _kind(taken.options.get("kind", "incident"), policy)
    drill = "drill" in taken.options
    paging = "no-page" not in taken.options and (not drill or "page" in taken.options)
    private = "private" in taken.options
    if severity is None or not title:
        return asks.Form(title, severity, kind, paging, drill, private)
    return asks.Declare(title, severity, kind, paging, drill, private)


def drill(rest: str, policy: Policy) -> Ask:
    """`drill [severity] [title] [--page]`: declares one, as `declare --drill` does."""
    return declare(f"--drill {rest}", policy)


def _severity_and_rest(text: str, policy: Policy) -> tuple[Severity | None, str]:
    found = read_severity(text.split(), policy)
    if found is None:
        return None, text
    for _ in range(found.consumed):
        _, text = split_first(text)
    return found.severity, text.lstrip(":-–— \t")


def _title(typed: str, taken: Optioned) -> str:
    title = " ".join(typed.split())
    service = taken.options.get("service", "")
    if title and service:
        title = f"{title} [{service}]"
    if len(title) > LONGEST_TITLE:
        raise Refused(
            f"That title has {len(title)} characters; {LONGEST_TITLE} is the most. Nothing was declared: "
            "shorten it and put the rest into `/incident note`."
        )
    return title


def kinds(policy: Policy) -> tuple[str, ...]:
    """The kinds of incident that can be declared under this profile."""
    return tuple(dict.fromkeys((*EVERY_KIND, *policy.workflows, *policy.postmortem.also_after)))


def _kind(word: str, policy: Policy) -> str:
    known = kinds(policy)
    if word.casefold() not in known:
        names = ", ".join(f"`{kind}`" for kind in known)
        raise Refused(f"There is no kind “{safe(word)}”. The kinds are {names}. Nothing was declared.")
    return word.casefold()


def severity(rest: str, policy: Policy) -> Ask:
    """`severity p1 [why]`."""
    found, why = _severity_and_rest(rest, policy)
    if found is None:
        raise Refused(f"Say which severity: {usage('severity')}.")
    return asks.ChangeSeverity(found, why)


def stage(rest: str, policy: Policy) -> Ask:
    """`stage [name or next]`; nothing shows them all."""
    if not rest:
        return asks.Stages()
    return asks.EnterStage(None if rest.casefold() == "next" else rest)


def mitigate(rest: str, policy: Policy) -> Ask:
    """`mitigate [how]`."""
    return asks.Mitigate(unquoted(rest))


def resolve(rest: str, policy: Policy) -> Ask:
    """`resolve [what], verified by [who]`, or `resolve what, @who`."""
    for pattern in (_VERIFIED_BY, _COMMA_WHO):
        found = pattern.search(rest)
        if found:
            return asks.Resolve(rest[: found.start()].strip(), found[1].strip())
    return asks.Resolve(unquoted(rest))


def reopen(rest: str, policy: Policy) -> Ask:
    """`reopen why`; the core asks for the reason where it is missing."""
    return asks.Reopen(unquoted(rest))


def lead(rest: str, policy: Policy) -> Ask:
    """`lead [@user]`."""
    return asks.TakeRole("lead", _who(rest, "lead"))


def handover(rest: str, policy: Policy) -> Ask:
    """`handover @user`."""
    who = _who(rest, "handover")
    if who is None:
        raise Refused(f"Say to whom: {usage('handover')}.")
    return asks.TakeRole("lead", who)


def role(rest: str, policy: Policy) -> Ask:
    """`role name [@user]`."""
    name, after = split_first(rest)
    if not _ROLE_WORD.fullmatch(name.casefold()):
        raise Refused(f"Name the role first: {usage('role')}.")
    return asks.TakeRole(name.casefold(), _who(after, "role"))


def _who(text: str, verb: str) -> str | None:
    """The person mentioned, or None where nobody was named. Raises Refused for a name Slack did not turn into one."""
    if not text or text.casefold() == "me":
        return None
    who, after = mention(text)
    if who is not None and after:
        raise Refused(
            f"Please pick one person and type nothing after: {usage(verb)}. “{safe(after[:80])}” is too much. Nothing was changed."
        )
    if who is None:
        raise Refused(
            f"I could not tell who “{safe(text[:80])}” is. Type `@` and pick one person from Slack's list: {usage(verb)}."
        )
    return who


def update(rest: str, policy: Policy) -> Ask:
    """`update [text]`; without a text, the form."""
    taken = take_options(rest, {"public": "flag"})
    if "public" in taken.options:
        raise Refused(
            "No status page is connected yet, so nothing was published. Without `--public` the update goes to the room."
        )
    return asks.Update(unquoted(taken.text))


def impact(rest: str, policy: Policy) -> Ask:
    """`impact [text] [--users many|one] [--data-at-risk]`; with nothing said, the form."""
    taken = take_options(rest, IMPACT_OPTIONS)
    users = taken.options.get("users", "").casefold()
    if users not in {"", "many", "one"}:
        raise Refused("`--users` is `many` or `one`: who feels it, several customers or a single one?")
    return asks.Impact(unquoted(taken.text), users, "data-at-risk" in taken.options)


def note(rest: str, policy: Policy) -> Ask:
    """`note text [at 14:05]`."""
    found = _AT_TIME.search(rest)
    text = unquoted((rest[: found.start()] if found else rest).strip())
    if not text:
        raise Refused(f"Say what to note: {usage('note')}.")
    return asks.Note(text, time(int(found[1]), int(found[2])) if found else None)


def list_incidents(rest: str, policy: Policy) -> Ask:
    """`list [open|all|mine]`."""
    which = rest.casefold() or "open"
    if which not in {"open", "all", "mine"}:
        raise Refused(f"I can list `open`, `all` or `mine`: {usage('list')}.")
    return asks.ListIncidents(which)


def runbook(rest: str, policy: Policy) -> Ask:
    """`runbook [search words]`, `runbook start name`, or a move in the run being walked."""
    first, after = split_first(rest)
    word = first.casefold()
    if word in RUN_MOVES and not after:
        return asks.RunbookMove(word)
    if word == "start":
        if not after:
            raise Refused("Say which one: `/incident runbook start name`. `/incident runbook` offers some.")
        return asks.RunbookStart(after)
    return asks.RunbookSearch(rest)
