"""mrkdwn, rich text and dates as the pages show them: nothing that people type becomes a tag."""

import base64
import hashlib
import re
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidentbot.clock import StillClock
from incidentbot.playground.pages.drawing.dates import ago, date_words
from incidentbot.playground.pages.drawing.mrkdwn import as_typed, mrkdwn
from incidentbot.playground.pages.drawing.rich_text import rich_text
from incidentbot.playground.pages.reader import Reader
from incidentbot.playground.slack import Workspace
from incidentbot.vendored import HTMX, HTMX_INTEGRITY

T0 = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)
WORKSPACE = Workspace(StillClock(T0))
ANA = Reader(WORKSPACE, WORKSPACE.person("ana"))  # her clock says 11:00

OURS = {"a", "blockquote", "br", "code", "em", "pre", "s", "span", "strong", "time"}
NASTY = (
    "<script>alert(1)</script>",
    "*<img src=x onerror=alert(1)>*",
    "<javascript:alert(1)|click>",
    '<https://e.example/" onmouseover="alert(1)|here>',
    "```</pre><script>```",
    "`</code><b>`",
    "<!date^1^{time}^javascript:alert(1)|<b>>",
    '<@U0ANA"><script>|x>',
    "&lt;b&gt; &amp;lt;b&amp;gt;",
    "<" * 50 + "*_~`" * 50,
)


class Tags(HTMLParser):
    """Which tags and attributes a browser would see, and whether each was closed."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.seen: set[str] = set()
        self.attributes: dict[str, set[str]] = {}
        self.open: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)
        for name, value in attrs:
            self.attributes.setdefault(name, set()).add(value or "")
        if tag != "br":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def only_ours(html: str) -> None:
    tags = Tags(html)
    assert tags.seen <= OURS
    assert tags.open == []
    assert set(tags.attributes) <= {"href", "class", "datetime", "title", "target", "rel"}
    assert all(
        url.startswith(("http://", "https://", "mailto:", "/")) for url in tags.attributes.get("href", ())
    )


@pytest.mark.parametrize("text", NASTY)
def test_nasty_text_stays_text(text: str):
    only_ours(mrkdwn(text, ANA))


@given(st.text(alphabet="ab *_~`<>&;|!@#^:/\n\"'{}=U0ANAhtps>•-1.", max_size=300))
def test_no_text_brings_tags_of_its_own(text: str):
    only_ours(mrkdwn(text, ANA))


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("*bold* _it_ ~gone~", "<strong>bold</strong> <em>it</em> <s>gone</s>"),
        ("*a _b_ c*", "<strong>a <em>b</em> c</strong>"),
        ("2*3*4 snake_case_name", "2*3*4 snake_case_name"),
        ("`a *b* <c>`", "<code>a *b* &lt;c&gt;</code>"),
        ("one\ntwo", "one<br>two"),
        ("&gt; said\nback", "<blockquote>said</blockquote>back"),
        ("&lt;b&gt; &amp;amp;", "&lt;b&gt; &amp;amp;"),
        (":tada: :no_such_name: 10:30:45", "🎉 :no_such_name: 10:30:45"),
        ("<@U0BO>", '<span class="mention">@Bo Lindqvist</span>'),
        ("<@U0ANA|ana>", '<span class="mention mine">@Ana Lima</span>'),
        ("<#C0ALERTS>", '<a class="mention" href="/ana/C0ALERTS">#alerts</a>'),
        ("<!subteam^S0ONCALL>", '<span class="mention mine">@on-call-team</span>'),
    ],
)
def test_marks_become_tags(text: str, html: str):
    assert mrkdwn(text, ANA) == html


def test_fences_keep_their_lines_and_their_signs():
    assert mrkdwn("see\n```\nif a &lt; b:\n    *go*\n```\nthen", ANA) == (
        "see<pre>if a &lt; b:\n    *go*</pre>then"
    )


def test_permalinks_stay_in_the_workspace():
    html = mrkdwn("<https://playground.slack.com/archives/C0INCIDENTS/p1700000000000100|that>", ANA)

    assert html == '<a href="/ana/C0INCIDENTS#m-1700000000-000100">that</a>'


def test_dates_are_told_in_the_readers_zone():
    stamp = int((T0 - timedelta(days=1)).timestamp())
    html = mrkdwn(f"<!date^{stamp}^{{date_short_pretty}} at {{time}}|yesterday, 14:00 UTC>", ANA)

    assert re.sub(r"<[^>]+>", "", html) == "yesterday at 11:00"


@pytest.mark.parametrize("stamp", ["soon", "1e99", "-99999999999999", ""])
def test_a_date_that_is_none_falls_back_to_its_words(stamp: str):
    assert mrkdwn(f"<!date^{stamp}^{{time}}|some day>", ANA) == "some day"


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ("{date_num} {time_secs}", "2026-11-21 14:05:00"),
        ("{date}", "November 21st"),
        ("{date_long_pretty}", "tomorrow"),
        ("{ago}", "in 1 day"),
        ("{unheard_of}", "{unheard_of}"),
    ],
)
def test_date_tokens_read_as_slack_writes_them(form: str, words: str):
    assert date_words(form, T0 + timedelta(days=1, minutes=5), T0) == words


def test_spans_are_rounded_down():
    assert [ago(timedelta(seconds=one)) for one in (5, 60, 119, 7200)] == [
        "just now",
        "1 minute ago",
        "1 minute ago",
        "2 hours ago",
    ]


def test_rich_text_keeps_styles_and_escapes_words():
    words = [
        {"type": "text", "text": "<b>", "style": {"bold": True, "code": True}},
        {"type": "link", "url": "javascript:alert(1)", "text": "no"},
        {"type": "user", "user_id": "U0BO"},
        {"type": "never heard of", "text": "<i>"},
    ]
    html = rich_text({"elements": [{"type": "rich_text_section", "elements": words}]}, ANA)

    assert html == (
        '<div class="lines"><strong><code>&lt;b&gt;</code></strong>no'
        '<span class="mention">@Bo Lindqvist</span>&lt;i&gt;</div>'
    )


def test_what_others_wrote_is_what_was_written_down():
    folder = HTMX.parent
    told = re.findall(
        r"`(\S+)` \| htmx.*`([0-9a-f]{64})`", (folder / "VENDORED.md").read_text(encoding="utf-8")
    )

    assert [(name, hashlib.sha256((folder / name).read_bytes()).hexdigest()) for name, _ in told] == told
    assert told
    assert f"sha384-{base64.b64encode(hashlib.sha384(HTMX.read_bytes()).digest()).decode()}" == HTMX_INTEGRITY


def test_what_was_typed_can_be_edited_as_it_was_typed():
    stored = "*slow* <@U0BO> in <#C0ALERTS|alerts>, see <https://e.example/?a=1&amp;b=2> &lt;!&gt; <!here>"

    assert as_typed(stored, ANA) == "*slow* @bo in #alerts, see https://e.example/?a=1&b=2 <!> @here"
