"""Sign in with Slack, as the stand-in does it: a page that asks who one is, a code for one use, a token. Strict.

Source: docs.slack.dev, "Sign in with Slack": openid/connect/authorize, openid.connect.token.
"""

import base64
import json
import secrets
from dataclasses import dataclass
from html import escape
from urllib.parse import urlencode

from aiohttp import web

from incidentbot.playground.slack.people import TEAM_ID, Person
from incidentbot.playground.slack.workspace import Workspace

CODE_LASTS_S = 600
ASKED = ("response_type", "scope", "client_id", "state", "redirect_uri")


@dataclass(frozen=True, slots=True)
class _Code:
    person: Person
    redirect_uri: str
    nonce: str
    given_at: float


class OpenId:
    """One app's sign-in. Its client id and secret are the stand-in's own."""

    client_id = "7000000000.8000000000"
    client_secret = "stand-in-client-secret"

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._codes: dict[str, _Code] = {}

    def mount(self, app: web.Application) -> None:
        """Add the page and the method."""
        app.router.add_get("/openid/connect/authorize", self.authorize)
        app.router.add_post("/api/openid.connect.token", self.token)

    async def authorize(self, request: web.Request) -> web.StreamResponse:
        """Ask who one is; `as` says so at once, as the browser of somebody signed in would."""
        asked = request.query
        missing = [name for name in ASKED if not asked.get(name)]
        if missing or asked["client_id"] != self.client_id or "openid" not in asked["scope"].split():
            raise web.HTTPBadRequest(text=f"Sign in with Slack: bad request ({', '.join(missing)})")
        person = self._workspace.people.get(asked.get("as", ""))
        if person is None:
            links = "".join(
                f'<li><a href="?{escape(urlencode({**asked, "as": one.id}))}">{escape(one.real_name)}</a></li>'
                for one in self._workspace.people.values()
            )
            return web.Response(text=f"<h1>Sign in with Slack</h1><ul>{links}</ul>", content_type="text/html")
        code = secrets.token_urlsafe(16)
        self._codes[code] = _Code(
            person, asked["redirect_uri"], asked.get("nonce", ""), self._workspace.clock.now().timestamp()
        )
        raise web.HTTPFound(f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}")

    async def token(self, request: web.Request) -> web.Response:
        """The code for a token, once."""
        form = await request.post()
        if form.get("client_id") != self.client_id or form.get("client_secret") != self.client_secret:
            return web.json_response({"ok": False, "error": "bad_client_secret"})
        code = self._codes.pop(str(form.get("code", "")), None)
        if code is None or self._workspace.clock.now().timestamp() - code.given_at > CODE_LASTS_S:
            return web.json_response({"ok": False, "error": "invalid_code"})
        if form.get("redirect_uri") != code.redirect_uri:
            return web.json_response({"ok": False, "error": "bad_redirect_uri"})
        claims = {
            "iss": "https://slack.com",
            "sub": code.person.id,
            "aud": self.client_id,
            "nonce": code.nonce,
            "name": code.person.real_name,
            "https://slack.com/user_id": code.person.id,
            "https://slack.com/team_id": TEAM_ID,
        }
        token = ".".join((_part({"alg": "RS256", "typ": "JWT"}), _part(claims), "c2lnbmF0dXJl"))
        return web.json_response(
            {"ok": True, "access_token": "xoxp-stand-in", "token_type": "Bearer", "id_token": token}
        )


def _part(value: dict[str, str]) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()
