"""Tells a word that was drawn by lot from a name that somebody chose. Knows no key format and changes no text."""

import math
import re
from collections import Counter
from itertools import pairwise

SHORTEST = 20
"""Shorter words that look drawn by lot are mostly hashes of images and names."""

LEAST_BITS = 3.0
"""Shannon's entropy by character: 32 random hex digits have about 3.7, 20 random letters and digits about 4.1."""

LEAST_CHANGES = 0.25
"""Changes between small letter, capital and digit, by character: random text has 0.4 to 0.6, ClusterIndexBlocked 0.2."""

MIXED_CHANGES = 0.4
"""The same for a run with slashes in it, which may be a path: a permalink has 0.24, a random key 0.6."""

AWS_LENGTH = 40
AWS_CHANGES = 0.3
"""Secret access keys of AWS are exactly 40 characters of base64; the one in their manual has words in it and 0.34."""

_COMMIT_LENGTHS = frozenset({40, 56, 64, 96, 128})
"""SHA-1, SHA-224, SHA-256, SHA-384, SHA-512. 32 is not among them: routing keys of pagers have that length."""
_HEX = re.compile(r"[0-9a-f]+|[0-9A-F]+")
_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_UUID_INSIDE = re.compile(rf"(?<![0-9a-fA-F]){_UUID.pattern}(?![0-9a-fA-F])")
_RESOURCE = re.compile(r"[a-z][a-z]{1,24}[a-z0-9]{0,12}(?:-[a-z0-9]{1,16}){1,12}")
"""Names of pods, nodes and sets: a word first, then short parts of small letters and digits."""


def looks_random(run: str) -> bool:
    """Whether the run of letters, digits, `+ / _ - =` holds a key of 20 characters or more."""
    if len(run) < SHORTEST:
        return False
    if any(_random_part(part) for part in _UUID_INSIDE.sub("", run).rstrip("=").split("/")):
        return True
    whole = run.rstrip("=")
    least = AWS_CHANGES if len(whole) == AWS_LENGTH else MIXED_CHANGES
    return "/" in whole and _is_mixed(whole) and _changes(whole) >= least * len(whole)


def _random_part(part: str) -> bool:
    if len(part) < SHORTEST or _is_name(part):
        return False
    letters_and_digits = any(c.isdigit() for c in part) and any(c.isalpha() for c in part)
    return letters_and_digits and _bits(part) >= LEAST_BITS and _changes(part) >= LEAST_CHANGES * len(part)


def _is_name(part: str) -> bool:
    """A commit, a UUID, or a name as clusters give them."""
    if _HEX.fullmatch(part):
        return len(part) in _COMMIT_LENGTHS
    return bool(_UUID.fullmatch(part) or _RESOURCE.fullmatch(part))


def _is_mixed(run: str) -> bool:
    return any(c.isdigit() for c in run) and any(c.isupper() for c in run) and any(c.islower() for c in run)


def _bits(text: str) -> float:
    counts = Counter(text)
    return -sum(n / len(text) * math.log2(n / len(text)) for n in counts.values())


def _changes(text: str) -> int:
    """How often neighbours differ in kind, separators left out."""
    kinds = ["0" if c.isdigit() else "A" if c.isupper() else "a" for c in text if c.isalnum()]
    return sum(left != right for left, right in pairwise(kinds))
