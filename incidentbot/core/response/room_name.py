"""The room's name: chosen before the channel is made, so that it can be found again. Pure text."""

import re
import unicodedata

LONGEST = 80
"""Slack's limit for a channel name (conversations.create, `invalid_name_maxlength`)."""


def room_name(number: int, title: str, suffix: str) -> str:
    """`inc-7-checkout-is-down-x4k2`: number, title in plain letters and four characters that make it ours."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
    room_left = LONGEST - len(f"inc-{number}--{suffix}")
    slug = slug[: min(room_left, 48)].strip("-")
    return "-".join(part for part in (f"inc-{number}", slug, suffix) if part)
