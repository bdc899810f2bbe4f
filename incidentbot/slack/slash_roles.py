"""Which role or chain a typed text begins with, and whether it is a miss of one. Pure; refuses a miss."""

import difflib
import re
from collections.abc import Callable, Sequence

from incidentbot.core.ladders.ladder import DEFAULT_CHAIN
from incidentbot.core.policy import Policy
from incidentbot.core.refusals import Refused
from incidentbot.core.text.severity_words import read_severity
from incidentbot.slack import asks, house_asks
from incidentbot.slack.asks import Ask
from incidentbot.slack.slash_text import quoted, split_first
from incidentbot.slack.slash_usage import usage

_WORD = re.compile(r"[^\s_-]+")
_EMOJI = re.compile(r":[a-z0-9_+'-]+:")
_TO = re.compile(r"to\s+(?:the\s+)?(?=\S)", re.IGNORECASE)
_AROUND = "@#.,:;!?\"'“”()"

WHO_IS_THERE = "`/incident oncall` shows who has which role."

WORDS_ALIKE, NAMES_ALIKE = 0.7, 0.77
"""How near each word, and all of them together, must be to a role's name to be a slip of it: `team laed`, not `team is`."""
SHORTEST_SLIP = 4
SHORTEST_START = 2
"""Letters of a word that may be the beginning of a role's: `eng manager`, `on-call sec`."""
LONGEST_NAME = 24
"""Characters of a lone word that may be meant as a name."""


def reason_typed(text: str) -> str:
    """The way out of a refused `escalate`: without a name the text is the reason."""
    return f"If it is the reason, type `/incident escalate next {quoted(text)}`."


def somebody_known(_: str) -> str:
    """The way out of a refused page: who there is to be named."""
    return WHO_IS_THERE


def role_and_reason(text: str, policy: Policy, otherwise: Callable[[str], str]) -> tuple[str | None, str]:
    """The role or chain that the text begins with (`team lead`, `team-lead` and `team_lead`) and the reason that follows.

    None: the whole text is the reason. Raises Refused where it is more likely a name that was mistyped: nobody is
    woken by a slip. otherwise: what to do where that was no slip, of the text.
    """
    if (chain := text.strip(f"{_AROUND} ").casefold()) in policy.chains:
        return chain, ""
    roles = _roles(policy)
    names = (*roles, *_other_chains(policy))
    for begun in (text, _TO.sub("", text, count=1) if _TO.match(text) else text):
        named = _named(begun, names)
        if named:
            return named
        _refuse_slip(begun, names, who_can_be_called(policy), otherwise(begun))
    return None, text


def oncall(rest: str, policy: Policy) -> Ask:
    """`oncall [role, chain or severity]`."""
    found = read_severity(rest.split(), policy) if rest else None
    if found is not None and found.consumed == len(rest.split()):
        return asks.OnCall(severity=found.severity)
    word = "_".join(rest.strip(f"{_AROUND} ").casefold().replace("-", " ").replace("_", " ").split())
    known = {name.casefold().replace("-", "_"): name for name in (*policy.chains, *_roles(policy))}
    if word and word not in known:
        raise Refused(
            f"No role, chain or severity is called “{quoted(rest)}”: {usage('oncall')}. {who_can_be_called(policy)}"
        )
    return asks.OnCall(known.get(word, ""))


def who_can_be_called(policy: Policy) -> str:
    """The roles of this profile, and its chains where there is another than the default one."""
    roles = ", ".join(f"`{role}`" for role in _roles(policy))
    chains = ", ".join(f"`{chain}`" for chain in _other_chains(policy))
    return f"The roles are {roles}.{f' The chains are {chains}.' if chains else ''}"


def _roles(policy: Policy) -> tuple[str, ...]:
    return tuple(dict.fromkeys(role for chain in policy.chains.values() for role in chain))


def _other_chains(policy: Policy) -> tuple[str, ...]:
    """Chains that a line may begin with. `default` is one only where it stands alone: it begins many a reason."""
    return tuple(chain for chain in policy.chains if chain != DEFAULT_CHAIN)


def test_page(rest: str, policy: Policy) -> asks.Ask:
    """`test-page [role]`. Raises Refused for anything else: nobody is woken by a slip."""
    named, more = role_and_reason(rest, policy, somebody_known)
    if more:
        who = who_can_be_called(policy)
        raise Refused(f"Name one role, or none: {usage('test-page')}. {who} {WHO_IS_THERE} Nobody was paged.")
    chain = policy.chains.get(named or "")
    return house_asks.TryPage(chain[0] if chain else named)


def _named(text: str, roles: Sequence[str]) -> tuple[str, str] | None:
    """The longest role that the text begins with, and what follows."""
    for role in sorted(roles, key=len, reverse=True):
        words = "[ _-]+".join(re.escape(word) for word in role.split("_"))
        found = re.match(rf"{words}(?=$|[\s,:.])[\s,:.]*", text, re.IGNORECASE)
        if found:
            return role, text[found.end() :]
    return None


def _refuse_slip(text: str, roles: Sequence[str], known: str, otherwise: str) -> None:
    found = list(_WORD.finditer(text))
    words = [one[0].strip(_AROUND).casefold() for one in found]
    for role in roles:
        count = _missed_by(words, role.casefold().split("_"))
        if count:
            raise Refused(_no_such_role(text[: found[count - 1].end()], role, known, otherwise))
    if text and _stands_for_a_name(text):
        near = _near("_".join(words), roles)
        named = split_first(text)[0] if text.startswith("@") else text
        raise Refused(_no_such_role(named, near, known, otherwise))


def _near(typed: str, roles: Sequence[str]) -> str:
    """The role that one word of is typed, or that is written much alike; "" where there is none."""
    holding = (role for role in roles if typed in role.casefold().split("_"))
    alike = difflib.get_close_matches(typed, roles, n=1, cutoff=0.5)
    return next(holding, "") or next(iter(alike), "")


def _missed_by(words: Sequence[str], role: Sequence[str]) -> int:
    """How many of the words are a slip of the role's name; 0 where they are none."""
    head = words[: len(role)]
    if len(head) == len(role) and (_alike(head, role) or _begins(head, role)):
        return len(role)
    run_together = len(role) > 1 and words and words[0][:1] == role[0][:1]
    return 1 if run_together and _alike(words[:1], ["".join(role)]) else 0


def _alike(words: Sequence[str], role: Sequence[str]) -> bool:
    typed, name = " ".join(words), " ".join(role)
    if len(typed) < SHORTEST_SLIP or _ratio(typed, name) < NAMES_ALIKE:
        return False
    return all(_ratio(word, own) >= WORDS_ALIKE for word, own in zip(words, role, strict=True))


def _begins(words: Sequence[str], role: Sequence[str]) -> bool:
    """Whether each word is the beginning of the role's own: a name of several words, cut short."""
    return len(role) > 1 and all(
        len(word) >= SHORTEST_START and own.startswith(word) for word, own in zip(words, role, strict=True)
    )


def _ratio(typed: str, name: str) -> float:
    return difflib.SequenceMatcher(None, typed, name).ratio()


def _stands_for_a_name(text: str) -> bool:
    """A lone word, signs without a letter, or a name that Slack did not turn into a mention.

    A lone word of other letters than ours is a whole sentence in some languages, and no role is written in them.
    """
    letters = [letter for letter in _EMOJI.sub("", text) if letter.isalnum()]
    if not letters or text.startswith("@"):
        return True
    return len(text.split()) == 1 and len(text) <= LONGEST_NAME and all(map(str.isascii, letters))


def _no_such_role(named: str, near: str, known: str, otherwise: str) -> str:
    did_you_mean = f" Did you mean `{near}`?" if near else ""
    return (
        f"No role or chain is called “{quoted(named)}”.{did_you_mean} {known} Nobody was paged. {otherwise}"
    )
