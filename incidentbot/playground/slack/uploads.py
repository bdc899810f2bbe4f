"""Where the bytes of files go and come from. Shares nothing with a channel by itself."""

from aiohttp import web

from incidentbot.playground.slack.workspace import Workspace


class Uploads:
    """The upload URLs given by files.getUploadURLExternal, and the files' private addresses."""

    def __init__(self, workspace: Workspace, bot_token: str) -> None:
        self._workspace = workspace
        self._bot_token = bot_token

    async def receive(self, request: web.Request) -> web.Response:
        """POST to an upload URL, raw or as a form with one file."""
        ticket = request.match_info["ticket"]
        stored = next((one for one in self._workspace.files.values() if one.ticket == ticket), None)
        if stored is None:
            return web.Response(status=404, text="not found")
        content = await _content(request)
        if len(content) != stored.length:
            return web.Response(status=400, text=f"expected {stored.length} bytes, got {len(content)}")
        stored.content = content
        return web.Response(text=f"OK - {stored.length}")

    async def send(self, request: web.Request) -> web.Response:
        """GET of url_private: with the bot's token only, as Slack asks."""
        stored = self._workspace.files.get(request.match_info["file"])
        if stored is None or stored.content is None:
            return web.Response(status=404, text="not found")
        if request.headers.get("Authorization") != f"Bearer {self._bot_token}":
            return web.Response(status=403, text="not authorized")
        return web.Response(body=stored.content)


async def _content(request: web.Request) -> bytes:
    if request.content_type != "multipart/form-data":
        return await request.read()
    form = await request.post()
    for part in form.values():
        if isinstance(part, web.FileField):
            return part.file.read()
    return b""
