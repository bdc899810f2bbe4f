"""What a step and a runbook are called: one sentence without markup, cut on a word. Never looks at lines."""

import re
from collections.abc import Mapping, Sequence

from incidentbot.documents.runbooks.inside.runbook_commands import first_command, is_plain_text, said_in
from incidentbot.documents.runbooks.source.runbook_block import LISTS, Block, Kind
from incidentbot.documents.runbooks.source.runbook_inline import sentences
from incidentbot.documents.runbooks.steps.runbook_roles import is_generic
from incidentbot.documents.runbooks.steps.runbook_words import starts_with_condition, starts_with_verb

TITLE_LIMIT = 140
_HOLDING = frozenset({*LISTS, Kind.ITEM, Kind.QUOTE})
_STUB_WORDS = 2
_LAST_STUB_WORDS = 3  # "For example:", "As root:" say nothing that the sentence before does not
_LONGEST_LABEL = 40
_MARKER = re.compile(r"^(?:\[[ xX]\]\s*|(?:step\s*)?\d{1,2}[.):]\s+|[-*•]\s+)", re.IGNORECASE)
_STUB = re.compile(
    r":\s+(?:for |an? )?(?:example|instance|output|e\.g)$", re.IGNORECASE
)  # of a line run into the one before
_WARNS = re.compile(
    r"^\W{0,4}(?:warning|caution|danger|attention|achtung|advertencia|attenzione)\W{0,3}[:!]|^(?:⚠|🚨|❗|🛑)|^note:",
    re.IGNORECASE,
)
_LEADING = " \t\n*_>•–—-"
_TRAILING = " \t\n:：*_."
_SUFFIXES = re.compile(r"(?:\.(?:html|md|markdown|erb|txt))+$", re.IGNORECASE)
_WORD_BREAKS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|[-_\s]+")


def cut(text: str, limit: int = TITLE_LIMIT) -> str:
    """At most `limit` characters, cut between words and marked with an ellipsis."""
    if len(text) <= limit:
        return text
    head = text[: limit - 1]
    kept = head.rsplit(maxsplit=1)[0] if " " in head else head
    return kept.rstrip(" ,;:") + "…"


def sentence_title(text: str, *, leads_to_command: bool = False) -> str:
    """The first sentence of a text, as a title.

    leads_to_command: the text stands before a command; when its first sentence only tells, the one that ends in the
    colon says what to do.
    """
    found = sentences(_without_label(_MARKER.sub("", text.strip(), count=1)))
    if not found:
        return ""
    chosen = found[0]
    last = found[-1]
    says = _acts(last) or len(last.split()) > _LAST_STUB_WORDS
    if leads_to_command and len(found) > 1 and last.endswith(":") and says and not _acts(chosen):
        chosen = last
    return cut(_STUB.sub("", chosen.lstrip(_LEADING).rstrip(_TRAILING)))


def _without_label(text: str) -> str:
    """`Diagnosis: check the log` is `check the log`."""
    label, colon, rest = text.partition(":")
    labelled = colon and len(label) <= _LONGEST_LABEL and rest.strip() and is_generic(label.strip(_LEADING))
    return rest.strip() if labelled else text


def block_title(blocks: Sequence[Block]) -> str:
    """A title out of what a step holds: its first words, else its first command. A warning only where nothing else stands."""
    warned = ""
    for place, block in enumerate(blocks):
        title = _one_title(block, blocks[place + 1] if place + 1 < len(blocks) else None)
        if title and not _WARNS.match(block.text):
            return title
        warned = warned or title
    return warned


def lead_title(blocks: Sequence[Block]) -> str:
    """A title for paragraphs that lead to a command: the one that asks for something, else the one that ends in a colon.

    Where none stands before the command, its own comment; "" where only an address or a word such as "Example:" does.
    """
    command = next((place for place, block in enumerate(blocks) if block.kind is Kind.CODE), len(blocks))
    before = [block for block in blocks[:command] if block.kind is Kind.PARAGRAPH and not _is_address(block)]
    if command == 0:
        return cut(said_in(blocks[0]))
    telling = [block for block in before if len(block.text.split()) > _STUB_WORDS] or before
    asking = next((block for block in telling if _acts(block.text)), None)
    leading = telling[-1] if telling and telling[-1].text.endswith(":") else None
    chosen = asking or leading or next(iter(telling), None)
    return "" if chosen is None else sentence_title(chosen.text, leads_to_command=True)


def _is_address(block: Block) -> bool:
    """Whether a paragraph is nothing but a link written out."""
    return len(block.text.split()) == 1 and "://" in block.text


def _one_title(block: Block, following: Block | None) -> str:
    if block.kind is Kind.CODE:
        return "" if is_plain_text(block) and following is not None else cut(first_command(block))
    if block.kind is Kind.PARAGRAPH and not _is_address(block):
        leads = following is not None and following.kind is Kind.CODE
        return sentence_title(block.text, leads_to_command=leads)
    if block.kind in _HOLDING:
        return block_title(block.children)
    return ""


def _acts(sentence: str) -> bool:
    return starts_with_verb(sentence) or (sentence.endswith("?") and not starts_with_condition(sentence))


def runbook_title(meta: Mapping[str, object], first_h1: str, path: str) -> str:
    """The front matter's title, else the first H1, else the file's name split into words."""
    stated = meta.get("title")
    if isinstance(stated, str | int | float) and str(stated).strip():
        return cut(" ".join(str(stated).split()))
    return cut(first_h1.strip()) if first_h1.strip() else name_title(path)


def name_title(path: str) -> str:
    """`docs/HighErrorRate.md` is `High Error Rate`."""
    words = [word for word in _WORD_BREAKS.split(stem_of(path)) if word]
    return cut(" ".join(words)) or "Runbook"


def stem_of(path: str) -> str:
    """The file's name without its suffixes: `alerts/KubeAPIDown.html.md.erb` is `KubeAPIDown`."""
    return _SUFFIXES.sub("", path.replace("\\", "/").rsplit("/", 1)[-1])
