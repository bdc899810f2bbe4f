"""Markdown as HTML that is safe to show: rendered without raw HTML, then cleaned. Fetches nothing, runs no script."""

from html import escape

import nh3
from markdown_it import MarkdownIt

TAGS = frozenset(
    {"a", "blockquote", "br", "code", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p", "pre"}
) | {
    "s",
    "strong",
    "table",
    "tbody",
    "td",
    "th",
    "thead",
    "tr",
    "ul",
}
SCHEMES = frozenset({"http", "https", "mailto"})

_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">
<title>{title}</title>
<style>
body {{ font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #1d1c1d; background: #fff; }}
table {{ border-collapse: collapse; width: 100%; margin: 1rem 0; }}
th, td {{ border: 1px solid #ccc; padding: .3rem .6rem; text-align: left; vertical-align: top; overflow-wrap: anywhere; }}
blockquote {{ border-left: .3rem solid #b35900; background: #fff6e6; margin: .5rem 0; padding: .3rem 1rem; }}
</style>
</head>
<body>
{body}</body>
</html>
"""


def markdown_to_html(text: str) -> str:
    """The text's HTML, a fragment. Tags in the text are shown as text; links go to http, https and mailto only."""
    rendered = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"]).render(text)
    return nh3.clean(
        rendered,
        tags=set(TAGS),
        attributes={"a": {"href"}},
        url_schemes=set(SCHEMES),
        link_rel="noopener noreferrer",
    )


def html_page(text: str, *, title: str) -> str:
    """A whole page to save or send: no script, nothing loaded from elsewhere."""
    return _PAGE.format(title=escape(title), body=markdown_to_html(text))
