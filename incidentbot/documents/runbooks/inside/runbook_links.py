"""Relative links of a runbook, made whole against the address its folder is shown at. Changes links, nothing else."""

import re
from dataclasses import replace
from posixpath import dirname, normpath

from incidentbot.core.runbooks.runbook import Link, Runbook

_WHOLE = re.compile(r"^(?:[a-z][a-z0-9+.-]*:|//|www\.)", re.IGNORECASE)
_INLINE = re.compile(r"(?P<open>\]\()(?P<target>[^()\s]{1,500})(?P<close>(?:\s+\"[^\"]{0,200}\")?\))")
_DEFINED = re.compile(r"^(?P<open>\s{0,3}\[[^\[\]]{1,200}\]:\s*)(?P<target>\S{1,500})(?P<close>)")
_CODE = re.compile(r"(`+[^`]*`+)")
_FENCE = re.compile(r"^[\s>]*(?:`{3,}|~{3,})")


def with_whole_links(runbook: Runbook, base: str) -> Runbook:
    """The runbook with links that Slack can follow. Targets of branches stay: they name steps and runbooks of the folder.

    base: where the folder's root can be read, `https://git.example.com/ops/runbooks/blob/main`; "" leaves all as it is.
    """
    if not base:
        return runbook
    whole = _Whole(base.rstrip("/"), runbook.path)
    return replace(
        runbook,
        context_md=whole.text(runbook.context_md),
        reference_md=whole.text(runbook.reference_md),
        steps=tuple(replace(step, body_md=whole.text(step.body_md)) for step in runbook.steps),
        links=tuple(Link(link.text, whole.target(link.target)) for link in runbook.links),
    )


class _Whole:
    """The links of one file."""

    def __init__(self, base: str, path: str) -> None:
        self._base = base
        self._path = path

    def target(self, target: str) -> str:
        """One target: against the page for `#here`, the root for `/there`, the page's own folder for the rest."""
        if _WHOLE.match(target) or not target:
            return target
        if target.startswith("#"):
            return f"{self._base}/{self._path}{target}"
        path, mark, anchor = target.partition("#")
        inside = path if path.startswith("/") else f"{dirname(self._path)}/{path}"
        return f"{self._base}/{normpath(inside).lstrip('/.').removeprefix('/')}{mark}{anchor}"

    def text(self, markdown: str) -> str:
        """Markdown with whole links; code is left as it is."""
        lines, fenced = [], False
        for line in markdown.split("\n"):
            fence = bool(_FENCE.match(line))
            lines.append(line if fenced or fence else self._line(line))
            fenced ^= fence
        return "\n".join(lines)

    def _line(self, line: str) -> str:
        if "](" not in line and "]:" not in line:
            return line
        parts = _CODE.split(_DEFINED.sub(self._written, line))
        return "".join(
            part if place % 2 else _INLINE.sub(self._written, part) for place, part in enumerate(parts)
        )

    def _written(self, found: re.Match[str]) -> str:
        return f"{found['open']}{self.target(found['target'])}{found['close']}"
