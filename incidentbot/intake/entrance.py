"""Who may send: a bearer token, or a signature over the raw body. Compares in constant time and logs neither."""

import hashlib
import hmac
import re

SIGNATURE = "X-Incidentbot-Signature"
"""`sha256=` and the hexadecimal HMAC of the body as it was sent, under the token."""

SHAPE = re.compile(r"sha256=[0-9a-f]{64}")


def has_token(authorization: str, token: str) -> bool:
    """Whether the header `Authorization` bears the token."""
    scheme, _, given = authorization.partition(" ")
    return scheme.casefold() == "bearer" and _same(given.strip(), token)


def may_be_signed(signature: str) -> bool:
    """Whether the header looks like a signature at all: only then is the body worth reading."""
    return SHAPE.fullmatch(signature.strip()) is not None


def has_signed(signature: str, raw: bytes, token: str) -> bool:
    """Whether the body was signed by somebody who knows the token."""
    expected = hmac.new(token.encode(), raw, hashlib.sha256).hexdigest()
    return _same(signature.strip(), f"sha256={expected}")


def _same(given: str, expected: str) -> bool:
    return hmac.compare_digest(given.encode("utf-8", "surrogateescape"), expected.encode())
