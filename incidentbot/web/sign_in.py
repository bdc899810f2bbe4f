"""Signing in with Slack: the way out to Slack and the way back. Who somebody is, is Slack's word alone."""

import hashlib
import hmac
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import urlencode

from aiohttp import web

from incidentbot.flows.tickets import Ticket
from incidentbot.web.drawn import SECURITY_HEADERS, guarded, said
from incidentbot.web.visits import LINK_LASTS, Visits, with_visit

PATH, BACK = "/sign-in", "/sign-in/slack"
STATE = "incidentbot_sign_in"
"""The cookie that ties the way back to the browser that went out."""

LOST = "This way back has been used, is older than ten minutes, or began in another browser. Begin again at /sign-in."


class SignIn(Protocol):
    """Slack's part of it."""

    def address(self, *, state: str, nonce: str, back: str) -> str:
        """Where to send somebody who wants to come in."""
        ...

    async def person(self, code: str, *, nonce: str, back: str) -> str:
        """The Slack user id of whoever came back. Raises Refused."""
        ...


@dataclass(frozen=True, slots=True)
class SignInPages:
    """Mounted only where Slack's client id and secret are set."""

    visits: Visits
    sign_in: SignIn
    base_url: str

    def mount(self, app: web.Application) -> None:
        """Add the routes."""
        app.router.add_get(PATH, guarded(self.out))
        app.router.add_get(BACK, guarded(self.back))

    async def out(self, request: web.Request) -> web.StreamResponse:
        """To Slack, and later to the page that was meant."""
        state = await self.visits.errand(local_page(request.query.get("to", "")))
        address = self.sign_in.address(state=state, nonce=_nonce(state), back=self._back)
        answer = web.HTTPSeeOther(address, headers=SECURITY_HEADERS)
        lasts = int(LINK_LASTS.total_seconds())
        secure = self.base_url.startswith("https")
        answer.set_cookie(
            STATE, state, max_age=lasts, httponly=True, samesite="Lax", secure=secure, path=BACK
        )
        raise answer

    async def back(self, request: web.Request) -> web.StreamResponse:
        """From Slack: a visit begins. Raises 403 where the browser is not the one that went out."""
        state, kept = request.query.get("state", ""), request.cookies.get(STATE, "")
        if not state or not hmac.compare_digest(state.encode(), kept.encode()):
            raise said(web.HTTPForbidden, LOST)
        page = await self.visits.returned(state)
        if page is None or not request.query.get("code"):
            raise said(web.HTTPForbidden, LOST)
        person = await self.sign_in.person(request.query["code"], nonce=_nonce(state), back=self._back)
        entered = await self.visits.begin(Ticket(person, page))
        answer = with_visit(web.HTTPSeeOther(page, headers=SECURITY_HEADERS), entered, self.base_url)
        answer.del_cookie(STATE, path=BACK)
        raise answer

    @property
    def _back(self) -> str:
        return f"{self.base_url.rstrip('/')}{BACK}"


def way_in(page: str) -> str:
    """The address that leads to a page by signing in first."""
    return f"{PATH}?{urlencode({'to': page})}"


def local_page(to: str) -> str:
    """A path of ours; the board for anything else, so that nobody is sent elsewhere."""
    is_ours = to.startswith("/") and not to.startswith(("//", "/\\")) and to.isprintable() and "\\" not in to
    return to if is_ours else "/incidents"


def _nonce(state: str) -> str:
    return hashlib.sha256(f"nonce:{state}".encode()).hexdigest()
