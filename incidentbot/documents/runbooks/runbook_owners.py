"""Whom a runbook names as its owner, held against the roles and chains of a profile. Pages nobody."""

from collections.abc import Iterator

from incidentbot.core.policy import Policy
from incidentbot.core.runbooks.runbook import Lint, Runbook
from incidentbot.documents.runbooks.runbook_index import words_in

_KEYS = ("escalate_to", "owner", "owner_slack")


def owners_of(book: Runbook, policy: Policy) -> tuple[str, ...]:
    """The roles and chains that a file names as its owner or as whom to escalate to, the latter first."""
    known = _known(policy)
    return tuple(dict.fromkeys(known[_folded(word)] for _, word in _named(book) if _folded(word) in known))


def lint_owner(book: Runbook, policy: Policy) -> Iterator[Lint]:
    """A remark where a file names owners and none is a role or a chain: people read them, but no button can page them."""
    named = [word for _, word in _named(book)]
    if named and not owners_of(book, policy):
        said = ", ".join(named)
        yield Lint(
            "unknown-owner",
            1,
            f"{said} is no role or chain of {policy.id}: it is shown, but no button pages it.",
        )


def _known(policy: Policy) -> dict[str, str]:
    names = [*(role for chain in policy.chains.values() for role in chain), *policy.chains]
    return {_folded(name): name for name in reversed(names)}


def _named(book: Runbook) -> list[tuple[str, str]]:
    return [(key, word) for key in _KEYS for word in words_in(book.meta.get(key))]


def _folded(word: str) -> str:
    return word.strip("@# ").replace("-", "_").replace(" ", "_").casefold().removesuffix("_team")
