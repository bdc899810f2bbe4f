"""The words that make a message worth a line in the timeline, as a table to read and print. Scores nothing itself."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class Family(StrEnum):
    """What sort of thing a message tells; also the kind of its row."""

    DECISION = "decision"
    ACTION = "action"
    RESTORED = "restored"
    COMMS = "comms"
    FINDING = "finding"
    REPORT = "report"
    COORDINATION = "coordination"
    SIGNAL = "signal"
    CHANGE = "change"
    MESSAGE = "message"  # kept for another reason: a pin, a reaction, a place near an anchor


@dataclass(frozen=True, slots=True)
class Cue:
    """Words of a family and what they weigh. `bots`: only in what an app posted; else only in what people wrote."""

    family: Family
    weight: float
    words: re.Pattern[str]
    bots: bool = False


def _words(*alternatives: str) -> re.Pattern[str]:
    return re.compile(rf"(?i)(?<!\w)(?:{'|'.join(alternatives)})(?!\w)")


CUES: tuple[Cue, ...] = (
    Cue(
        Family.DECISION,
        3,
        _words(
            r"decided|decision|agreed|(?:the )?plan (?:is|was)|we(?:'|’)?ll|we will|(?:we're|we are|i'm) going to",
            r"let(?:'|’)?s (?:roll|do|go with|revert|restart|wait|leave|keep|not|try|drain|fail|scale|disable|turn|call|declare)",
            r"(?:i'd|i would) rather|swap it back|we should (?:roll|revert|restart|fail|wait|stop)|go with",
        ),
    ),
    Cue(
        Family.RESTORED,
        3,
        _words(
            r"back to normal|back (?:up|under|online)|(?:is|are|was|were) back|working (?:again|now)|works (?:again|now)|confirmed",
            r"recover(?:ed|ing|s)|resolved|mitigated|(?:processing|flowing|serving|healthy|available|green|stable) again",
            r"(?:sees?|seeing) healthy|traffic is flowing|healthy targets|steady|stabili[sz]ed|all (?:green|good|up|healthy)",
            r"worked|(?:has |have )?(?:finished|completed|succeeded)|fully (?:restored|recovered|operational)|nodes joining",
            r"no (?:more|longer any|new) (?:errors|alerts|failures|reports)|(?:error rate|latency|p9\d)\b.{0,30}(?:back|normal|down|under)",
        ),
    ),
    Cue(
        Family.ACTION,
        3,
        _words(
            r"(?:roll(?:ed|ing)|revert(?:ed|ing)|back(?:ed|ing)|fail(?:ed|ing)) (?:\S+ ){0,2}(?:back|over|out)",
            r"rollback (?:is )?(?:done|complete[d]?|started|merged|in progress)|rollover (?:script|started|done)",
            r"(?:restart|redeploy|deploy|drain|delet|disabl|enabl|revok|rotat|terminat|revert|reboot|resiz|suspend|cordon"
            r"|re-?creat|re-?appl[yi]|re-?updat|purg|evict|patch|bump|merg|resum|upgrad|downgrad|provision|kill|unblock"
            r"|increas|decreas|invok|re-?runn|re-?start|remov|restor)(?:ed|ing)",
            r"(?:scal(?:ed|ing)|turn(?:ed|ing)|shut(?:ting)?|switch(?:ed|ing)|bumped|bumping|spun|spinning|kick(?:ed|ing))"
            r" (?:\S+ ){0,4}(?:up|down|off|on|over|to|back|out)",
            r"(?:running|ran|started|starting|stopped|stopping|applied|applying|added|adding|pushed|pushing|moved|moving"
            r"|fixed|fixing|cleared|clearing|blocked|blocking|raised|raising|paused|pausing|trying|changed|changing) "
            r"(?:the|a|an|all|it|that|this|our|to|new|more|some|out|them)",
            r"(?:doing|did) a|going again|trying again|retrying|2nd (?:attempt|try)|second (?:attempt|try)|pr (?:is )?up",
            r"(?:manual|manually) \w+|desired ?= ?\d+|trying to get it back|hotfix(?:ed)?|failover",
        ),
    ),
    Cue(
        Family.COMMS,
        3,
        _words(
            r"status ?page|posted (?:the|an?|to)|all[- ]clear|e-?mail(?:ed|ing)? (?:sent|to|users|customers|the|all)|announce[dm]\w*",
            r"(?:told|tell|telling|inform(?:ed|ing)|notif(?:y|ied|ying)|updat(?:e|ed|ing)|messag(?:ed|ing)) "
            r"(?:the )?(?:users?|customers?|teams?|everyone|stakeholders|support|them)",
            r"sent (?:out )?(?:an?|the) (?:\w+ )?(?:mail|e-?mail|message|update|note|comms|notice)|comms (?:sent|out|posted)|tweeted",
        ),
    ),
    Cue(
        Family.FINDING,
        2.5,
        _words(
            r"found(?! my)|turns out|because|root cause|caused by|causing|due to|oom(?:kill(?:ed|ing)?)?|stuck|crash[- ]?loop\w*|looks like",
            r"(?:it's|it is|they're|these are|that's) (?:the|a|all|not|because|still|killing|stopped)|which is why|that's why|so it's",
            r"time[ds]?[ -]?out|fail(?:ed|ing|s|ure)|no (?:free|space|storage|nodes|disk|resources|endpoints|route|memory|quota)",
            r"out of (?:disk|memory|space|quota|ips)|wrong|missing|expired|typo|mis-?config\w*|mismatch\w*|zombies?|evict\w*|leak\w*",
            r"saturat\w+|exhaust\w+|pegged|spik(?:e|es|ed|ing)|verified|unable|can't|cannot|could not|couldn't|never|unexpected\w*",
            r"expects?|nothing (?:crash\w*|wrong)|looks (?:healthy|fine|wrong|bad)|line[sd]? up|correlat\w+|the reason|instead of|explains|that(?:'|’)?ll be",
            r"stopped|dropped|throttl\w+|rate[- ]?limit\w*|denied|forbidden|refused|overload\w*|deadlock\w*|corrupt\w*|full|broke\w*",
            r"errors?|exception|5\d\ds?|403s?|404s?|429s?|default flipped|shows?|showing|noticed|appears?|seems?|identified|bug|flapping",
        ),
    ),
    Cue(
        Family.REPORT,
        2.5,
        _words(
            r"(?:users?|customers?|teams?|people|clients?|folks) (?:\w+ )?(?:say|says|saying|report\w*|ask\w*|can't|cannot|see|seeing"
            r"|complain\w*|getting|are)",
            r"nothing (?:in|since|from)|no (?:logs|metrics|data|traffic|response|emails?) (?:in|since|from)|anyone else",
            r"(?:is|are) (?:\S+ ){1,4}(?:ok|down|broken|slow|up|dead|stuck|known)|is it (?:just )?(?:us|me)",
            r"reports? (?:in|of|from|that)|reported|(?:not|no longer|isn't|aren't|stopped) (?:working|loading|responding|right|receiving)",
            r"since (?:yesterday|this|last|about|around|\d)\w*|complain\w*|tickets?|outage|down|forwarding|slow responses|degraded",
        ),
    ),
    Cue(
        Family.COORDINATION,
        2,
        _words(
            r"(?:started|joined|opened) (?:a|the) (?:meet|call|zoom|bridge|hangout|huddle|war ?room)|war ?room|incident (?:lead|commander)",
            r"(?:taking|take|i'll|i will) (?:the )?lead|hand(?:ing|ed)? ?over|paged|paging|escalat\w+|declar(?:ed|ing)|on the (?:call|bridge)",
        ),
    ),
    Cue(
        Family.SIGNAL,
        4,
        re.compile(
            r"(?i)(?:^|[\s:*\[(])(?:ALARM|ALERT|FIRING|RESOLVED|OK|Triggered|Critical|Acknowledged|Recovered|PROBLEM|RECOVERY)"
            r"[\s:\]*,]|\[(?:FIRING|RESOLVED)"
        ),
        bots=True,
    ),
    Cue(
        Family.CHANGE,
        3.5,
        _words(
            r"(?:deploy\w*|pipeline|apply|release\w*|roll ?out|roll ?back|build|job|sync|merge[d]?|flag)\b.{0,60}"
            r"\b(?:started|finished|failed|succeeded|complete[d]?|merged|into|applied|enabled|disabled)",
            r"(?:state|status|severity|priority)\b.{0,40}|incident (?:declared|created|opened|closed|resolved)|manually merged|created|warning",
        ),
        bots=True,
    ),
)
"""The families with their words. A person's words are read line by line; an app's as a whole."""

FIRING = re.compile(r"(?:^|[\s:*\[(])(?:ALARM|ALERT|FIRING|PROBLEM|(?i:Triggered|Critical))(?:[\s:\]*,]|$)")
OVER = re.compile(r"\b(?:OK|(?i:resolved|recovered|recovery|acknowledged))\b")
"""An alert begins; an alert is over or taken."""

TROUBLE = _words(
    r"(?:users?|customers?|teams?|people|clients?|folks) (?:\S+ )?(?:say|says|saying|report\w*|complain\w*|can't|cannot|see|seeing|getting)",
    r"nothing (?:in|since|from)|no (?:logs|metrics|data|traffic|response|e?mails?) (?:in|since|from)|anyone else (?:see|seeing|getting)",
    r"(?:is|are|looks?|seems?) (?:\S+ ){0,4}(?:down|broken|very slow|unreachable|not right)|outage",
    r"(?:not|no longer|isn't|aren't|stopped) (?:working|loading|responding|right|receiving)",
    r"(?:getting|seeing) (?:\S+ ){0,3}(?:errors|5\d\ds?|timeouts|failures)",
)
"""What people write when they report that something is wrong."""

REACTIONS: Mapping[str, float] = MappingProxyType(
    {
        "bulb": 2,
        "warning": 2,
        "scream": 2,
        "rotating_light": 2,
        "eyes": 1.5,
        "white_check_mark": 1.5,
        "heavy_check_mark": 1.5,
        "+1": 1.5,
        "thumbsup": 1.5,
        "pray": 1.5,
        "tada": 1.5,
        "fire": 1.5,
    }
)
"""Reactions by which people marked something as important."""

MARKS = frozenset({"pushpin", "round_pushpin", "stopwatch"})
"""Reactions that put a message on the timeline, whatever its score."""
