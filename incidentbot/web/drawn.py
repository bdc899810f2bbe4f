"""Pages, drawn: templates, the headers each answer carries, and a page of one sentence. Knows no incident."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

import jinja2
from aiohttp import web

from incidentbot.core.refusals import Refused
from incidentbot.flows.ports import StoreAway
from incidentbot.telemetry import report_bug
from incidentbot.vendored import HTMX_INTEGRITY

HERE = Path(__file__).parent
SECURITY_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; "
        "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
}
AWAY = "My database did not answer in time. Please load this page again in a moment."

Show = Callable[[web.Request], Awaitable[web.StreamResponse]]
Answer = TypeVar("Answer", bound=web.HTTPException)

_templates = jinja2.Environment(
    loader=jinja2.FileSystemLoader(HERE / "templates"),
    autoescape=True,
    undefined=jinja2.StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_templates.globals["htmx_integrity"] = HTMX_INTEGRITY


def drawn(template: str, **values: object) -> web.Response:
    """A template as an answer."""
    html = _templates.get_template(template).render(**values)
    return web.Response(text=html, content_type="text/html", headers=SECURITY_HEADERS)


def said(kind: type[Answer], sentence: str) -> Answer:
    """A page of one sentence, with that status."""
    html = _templates.get_template("sentence.html").render(sentence=sentence)
    return kind(text=html, content_type="text/html", headers=SECURITY_HEADERS)


def guarded(show: Show) -> Show:
    """The boundary of the pages: what goes wrong becomes a page of one sentence, a bug one with its reference."""

    async def shown(request: web.Request) -> web.StreamResponse:
        try:
            return await show(request)
        except web.HTTPException:
            raise
        except StoreAway as away:
            raise said(web.HTTPServiceUnavailable, AWAY) from away
        except Refused as refused:
            raise said(web.HTTPConflict, refused.sentence) from refused
        except Exception as error:
            reference = report_bug("pages", error, path=request.path)
            sentence = f"Something broke on my side. Nothing was changed. (reference {reference})"
            raise said(web.HTTPInternalServerError, sentence) from error

    return shown
