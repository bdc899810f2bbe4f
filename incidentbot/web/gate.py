"""The gate of the pages: who is reading, how they come in, and whether a form is theirs. Knows no incident.

Somebody comes in by a link given in Slack, which knows them. On a server that is meant for this machine alone whoever
sits at it may read without one, as nobody in particular: what is private stays hidden, and nothing can be changed.
"""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass

from aiohttp import web
from aiohttp.http_exceptions import BadHttpMessage

from incidentbot.web.drawn import SECURITY_HEADERS, drawn, said
from incidentbot.web.server import is_from_here
from incidentbot.web.sign_in import way_in
from incidentbot.web.visits import COOKIE, Visits, form_key, with_visit

FORM_KEY = "key"
"""The field that each form of ours carries."""

COME_IN = "This page is for people of your Slack workspace. Type `/incident list` there: its answer has a link that lets you in."
TOO_OLD = "This link has been used, or is older than ten minutes. Ask for a new one in Slack: `/incident list` or `/incident postmortem`."
NOT_KNOWN = "To change something here I have to know who you are. Type `/incident list` in Slack and open the link in its answer."
NOT_READABLE = "This form cannot be read. Nothing was changed. Go back, load the page again and repeat it."
NOT_YOURS = "This form is too old, or it is not one of mine. Nothing was changed. Go back, load the page again and repeat it."


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who is reading: a Slack user id, "" for whoever sits at this machine. key: what their forms carry."""

    person: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True)
class Gate:
    """Lets people in. open_to_all: the server is meant for this machine alone. sign_in: strangers may say who they are to Slack."""

    visits: Visits
    base_url: str
    open_to_all: bool
    sign_in: bool = False

    def mount(self, app: web.Application) -> None:
        """Add the way out."""
        app.router.add_post("/sign-out", self.leave)

    async def link(self, page: str, person: str) -> str:
        """The address of a page for one person who asked in Slack."""
        once = "" if self.sign_in else f"?once={await self.visits.link(person, page)}"
        return f"{self.base_url.rstrip('/')}{page}{once}"

    async def visitor(self, request: web.Request) -> Visitor:
        """Who is reading. Raises 303 where a link has just let somebody in, 403 with the way in for strangers."""
        if once := request.query.get("once"):
            await self._enter(once)
        token = request.cookies.get(COOKIE, "")
        person = await self.visits.visitor(token)
        if person is not None:
            return Visitor(person, form_key(token))
        if "once" in request.query:
            raise said(web.HTTPForbidden, TOO_OLD)
        if self.open_to_all and is_from_here(request):
            return Visitor()
        if self.sign_in and request.method == "GET":
            raise web.HTTPSeeOther(way_in(request.path), headers=SECURITY_HEADERS)
        raise said(web.HTTPForbidden, COME_IN)

    async def author(self, request: web.Request, form: Mapping[str, object]) -> Visitor:
        """Who sends this form. Raises 403 where that is not known, or where the form is none of theirs."""
        visitor = await self.visitor(request)
        if not visitor.person:
            raise said(web.HTTPForbidden, NOT_KNOWN)
        if not hmac.compare_digest(str(form.get(FORM_KEY, "")).encode(), visitor.key.encode()):
            raise said(web.HTTPForbidden, NOT_YOURS)
        return visitor

    async def leave(self, request: web.Request) -> web.StreamResponse:
        """End the visit. A forged request can do no more than that, and only from this site: the cookie is Lax."""
        await self.visits.leave(request.cookies.get(COOKIE, ""))
        answer = drawn("sentence.html", sentence="You are signed out. Come back by a link from Slack.")
        answer.del_cookie(COOKIE, path="/")
        return answer

    async def _enter(self, once: str) -> None:
        """Begin the visit that the link is for. Raises 303 to its page, so that the address holds no token any more."""
        entered = await self.visits.enter(once)
        if entered is None:
            return
        raise with_visit(web.HTTPSeeOther(entered.page, headers=SECURITY_HEADERS), entered, self.base_url)


async def form_of(request: web.Request) -> Mapping[str, str]:
    """The fields of a form. Raises 400 for what is none: anybody may send anything, and that is no bug of ours."""
    try:
        posted = await request.post()
    except (ValueError, LookupError, BadHttpMessage) as error:
        raise said(web.HTTPBadRequest, NOT_READABLE) from error
    return {key: value for key, value in posted.items() if isinstance(value, str)}
