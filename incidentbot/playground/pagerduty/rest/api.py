"""The door for REST v2: token, headers, From, limits, then the handler. Holds no rule of any operation."""

import json
from collections.abc import Mapping
from typing import Any

from aiohttp import web

from incidentbot.playground.pagerduty.account import PagerUser
from incidentbot.playground.pagerduty.door import Door
from incidentbot.playground.pagerduty.records import Records
from incidentbot.playground.pagerduty.references import References
from incidentbot.playground.pagerduty.refusals import Because, Refusal, invalid
from incidentbot.playground.pagerduty.rest import additions, directory, incidents
from incidentbot.playground.pagerduty.rest.calling import Call, Route

CALLS_PER_MINUTE = 960
"""For each token. Source: the REST rate limits chapter."""
VENDOR_TYPE = "application/vnd.pagerduty+json;version=2"
ROUTES: tuple[Route, ...] = (*incidents.ROUTES, *additions.ROUTES, *directory.ROUTES)


class RestApi:
    """Serves the operations of ROUTES to the holder of `token`, who is `token_owner`."""

    def __init__(
        self, records: Records, refs: References, door: Door, *, token: str, token_owner: PagerUser
    ) -> None:
        self._records = records
        self._refs = refs
        self._door = door
        self._token = token
        self._token_owner = token_owner

    def mount(self, application: web.Application) -> None:
        """Add every operation to the application."""
        for route in ROUTES:
            application.router.add_route(route.method, route.path, self._bound(route))

    def _bound(self, route: Route) -> Any:
        async def serve(request: web.Request) -> web.Response:
            return await self._serve(route, request)

        return serve

    async def _serve(self, route: Route, request: web.Request) -> web.Response:
        raw = await request.read()
        readable = _parsed(raw)
        call = await self._door.note(request, route.operation, readable or {})

        async def judged() -> web.Response:
            try:
                response = await self._judge(route, request, readable)
            except Refusal as refusal:
                response = web.json_response(refusal.body(), status=refusal.status)
            return response

        return await self._door.pass_through(request, call, judged, failure_body)

    async def _judge(self, route: Route, request: web.Request, body: dict[str, Any] | None) -> web.Response:
        if request.headers.get("Authorization") != f"Token token={self._token}":
            raise Refusal(Because.BAD_TOKEN)
        left = self._door.spend(self._token, CALLS_PER_MINUTE)
        if left is None:
            raise Refusal(Because.TOO_MANY)
        _check_headers(request)
        _check_query(route, request)
        if body is None:
            raise invalid("The body is not a JSON object")
        call = Call(
            records=self._records,
            refs=self._refs,
            id=request.match_info.get("id", ""),
            query={name: request.query.getall(name) for name in request.query},
            body=body,
            token_owner=self._token_owner,
            requester=self._requester(request) if route.asks_from else None,
        )
        await self._door.faults.applying(route.operation, body)
        answer = route.handler(call)
        await self._door.faults.applied(route.operation, body)
        limits = {"ratelimit-limit": CALLS_PER_MINUTE, "ratelimit-remaining": left, "ratelimit-reset": 60}
        headers = {name: str(value) for name, value in limits.items()}
        return web.json_response(answer.body, status=answer.status, headers=headers)

    def _requester(self, request: web.Request) -> PagerUser:
        given = request.headers.get("From", "").casefold()
        for user in self._records.account.users.values():
            if user.email.casefold() == given:
                return user
        raise Refusal(Because.NO_SUCH_REQUESTER)


def _parsed(raw: bytes) -> dict[str, Any] | None:
    if not raw:
        return {}
    try:
        body = json.loads(raw)
    except ValueError:
        return None
    return body if isinstance(body, dict) else None


def _check_headers(request: web.Request) -> None:
    accepted = request.headers.get("Accept", "").replace(" ", "").split(",")
    if VENDOR_TYPE not in accepted:
        raise Refusal(Because.NOT_ACCEPTABLE, f"Accept must be {VENDOR_TYPE}")
    if request.method != "GET" and request.content_type != "application/json":
        raise invalid("Content-Type must be application/json")


def _check_query(route: Route, request: web.Request) -> None:
    unknown = sorted(set(request.query) - route.query)
    if unknown:
        raise invalid(*(f"{name} is not a parameter of {route.operation}" for name in unknown))


PLANNED = {because.value[0]: because for because in (Because.TOO_MANY, Because.NOT_FOUND)}


def failure_body(status: int) -> Mapping[str, Any]:
    """The body of a planned failure: PagerDuty's own for 404 and 429, a plain one otherwise."""
    if status in PLANNED:
        return Refusal(PLANNED[status]).body()
    return {"error": {"message": "Internal Server Error", "code": 2000}}
