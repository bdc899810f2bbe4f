"""Files in rooms, each shared once: their bytes sent to where Slack says, then shown in the channel. Makes no text."""

from dataclasses import dataclass

from incidentbot.core.refusals import GiveUp
from incidentbot.flows.ports import Claimed
from incidentbot.slack.cards.run_files import Snippet
from incidentbot.slack.payloads import text
from incidentbot.slack.web_api.calls import Calls
from incidentbot.slack.web_api.posts import Place, Posts
from incidentbot.slack.web_api.scopes import Method


@dataclass(frozen=True, slots=True)
class Files:
    """Shares files."""

    calls: Calls
    posts: Posts

    async def share(self, place: Place, snippet: Snippet, claimed: Claimed) -> None:
        """Share it once: what an earlier try shared is found by the file's name. Raises TryLater or GiveUp."""
        if claimed.unknown and await self.posts.holds_file(place, snippet.name, claimed):
            return
        content = snippet.content.encode()
        reserved = await self.calls.call(Method.FILE_RESERVE, filename=snippet.name, length=len(content))
        address, file = text(reserved, "upload_url"), text(reserved, "file_id")
        if not address or not file:
            raise GiveUp("Slack gave no place for the file.")
        await self.calls.upload(address, content)
        await self.calls.call(
            Method.FILE_SHARE,
            files=[{"id": file, "title": snippet.title}],
            channel_id=place.channel,
            thread_ts=place.thread_ts,
            initial_comment=snippet.said,
        )
