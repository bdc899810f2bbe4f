"""Markdown turned into Slack's mrkdwn. What comes out can mention no channel and no person, whatever went in.

Source: Slack's reference on formatting text (escape only & < >; links are `<url|text>`; no headings, lists or tables).
"""

from incidentbot.documents.mrkdwn_inline import escape
from incidentbot.documents.mrkdwn_render import render
from incidentbot.documents.mrkdwn_split import MORE, SMALLEST, split_sections

__all__ = ["SECTION_LIMIT", "escape", "split_sections", "to_mrkdwn"]

SECTION_LIMIT = 3000  # characters of a section's text


def to_mrkdwn(markdown: str, *, limit: int = SECTION_LIMIT, base_url: str = "") -> str:
    """The text as mrkdwn of at most `limit` characters; a cut is marked with an ellipsis, and open fences are closed.

    base_url: what relative links are resolved against; without one they are shown as text.
    """
    text = render(markdown, base_url=base_url)
    if len(text) <= limit:
        return text
    room = limit - len(MORE)
    first = next(iter(split_sections(text, room)), "") if room >= SMALLEST else ""
    return first + MORE if first else MORE.strip()[:limit]
