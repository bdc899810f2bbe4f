"""The words that make a message worth a line in the timeline, as a table to read and print. Scores nothing itself."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from incidentbot.core.salience_verbs import ABOUT, CHANGED, Family, words


@dataclass(frozen=True, slots=True)
class Cue:
    """Words of a family and what they weigh. `bots`: only in what an app posted; else only in what people wrote."""

    name: str
    family: Family
    weight: float
    words: re.Pattern[str]
    bots: bool = False


CUES: tuple[Cue, ...] = (
    Cue(
        "decided",
        Family.DECISION,
        2.5,
        words(
            r"decided|decision|agreed(?= to| on|:)|(?:the )?plan (?:is|was|b\b)|(?:we|i)(?:'|’)?ll (?!file|raise|write|look|check|see|have|be)",
            r"we will|(?:we're|we are|i'm) (?:not )?going to|approved|go with|we (?:stay|stick|keep|leave|take|go|wait|hold|accept)(?= |$)",
            r"let(?:'|’)?s (?!see|hope|take this|talk|meet|not panic)\w+|(?:i'd|i would) rather|i(?:'d)? (?:say we|propose|vote)|swap it back",
            r"we should (?:roll|revert|restart|fail|wait|stop|not)|(?:do|go),? (?:do )?(?:that|it|ahead)(?: now)?|no[,:] (?:we|not|one|keep|leave)",
            r"treat \w+ .{0,30}as|only for|left alone|then it's|instead of|freez(?:e|ing)|hold off|calling it",
        ),
    ),
    Cue(
        "over",
        Family.RESTORED,
        3,
        words(
            r"back (?:to (?:normal|usual|green)|up|under|online|at|on|in|down|over|again|above|below)|(?:is|are|was|were|it's|they're|we're) back",
            r"(?:work|resolv|answer|process|flow|serv|schedul|deliver|pass|respond|load|connect|publish|accept|succeed)(?:s|ing|es|d|ed)?"
            r" (?:\w+ )?(?:again|now|ok|fine|normally|as well|as usual|straight)|(?:healthy|available|green|stable|up|fine) (?:again|now)",
            r"recover(?:ed|ing|s)|resolved|mitigated|restored|confirmed|(?:sees?|seeing) healthy|traffic is flowing|healthy targets|steady|stabili[sz]ed",
            r"all (?:green|good|up|healthy|clear|back|through|done|fine|ok|\d+ (?:\w+ )?(?:up|on|done|back|healthy))|caught up|catching up|drained|draining",
            r"worked|(?:has |have |is |are |it's )?(?:finished|completed?|succeeded|done|fixed|through|gone|empty|live|deployed|merged|in place|out|running)"
            r"(?=$|[,.;:!)]| and| now| again| for| in| on| from| our)",
            r"fully \w+|nodes joining|climbing|dropping|falling|going down|goes down|looks? (?:good|better|normal|healthy) (?:again|now|so far)",
            r"no (?:more|longer any|new|further) \w+|no (?:\w+ )?(?:errors|alerts|failures|reports|declines|hangs|timeouts|restarts)",
            r"(?:error rate|latency|p9\d|rate|traffic|ctr|ratio|throughput|queue|lag)\b.{0,30}(?:back|normal|down|under|baseline|usual|drain\w*)",
            r"at (?:\w+ )?(?:usual|normal|baseline)(?: \w+)?|taking (?:writes|reads|traffic|requests)|standing down|closing (?:it|this|out)?|quiet (?:for|since)",
            r"nothing (?:odd|new|since)|holding|(?:come|comes|came|coming) (?:straight |all )?(?:back|up|online)|(?:is|are) quiet|gets? in|survived?|(?:pod|service|site|db|cluster|worker|node|primary|replica|canary|host)s? (?:is|are)? ?up|we(?:'|’)?re good|good now",
        ),
    ),
    Cue("changed", Family.ACTION, 3, CHANGED),
    Cue("about it", Family.ACTION, 2.5, ABOUT),
    Cue(
        "began or ended",
        Family.ACTION,
        3,
        re.compile(
            r"^\W*(?:(?:ok|okay|it|and|that|nope|yep|yes|no)[, ]+)?(?:failed|timed out|done|worked|works|rejected|refused|denied|confirmed|verified|success|succeeded"
            r"|found (?:it|the)|finished|over|gone|reproduced)\b|\b(?:started|finished|failed|aborted|underway|in progress|is through|kicked off|rolling out)(?=$|[,.;:!)]| (?:with|on|in|at|for|by)\b)"
        ),
    ),
    Cue(
        "told them",
        Family.COMMS,
        3,
        words(
            r"status ?page|banner|posted (?:the|an?|to|on|in)|all[- ]clear|e-?mail(?:ed|ing)? (?:sent|to|users|customers|the|all)|announce[dm]\w*",
            r"(?:told|tell|telling|inform(?:ed|ing)|notif(?:y|ied|ying)|updat(?:e|ed|ing)|messag(?:ed|ing)|briefed|wrote to|let) "
            r"(?:the |our |all )?(?:\w+ )?(?:users?|customers?|teams?|everyone|stakeholders|support|them|partners?|management|clients?|legal)",
            r"sent (?:out )?(?:an?|the|that) (?:\w+ )?(?:mail|e-?mail|message|update|note|comms|notice)|comms (?:sent|out|posted)|tweeted",
            r"(?:support|legal|product|management|stakeholders|customers|partners|security|ciso|press)(?: and \w+)? (?:know|knows|informed|told|notified|is fine|has it)",
            r"(?:with|to) (?:legal|the list|the press|management|support|stakeholders)|answered the|told the \w+|put (?:that|it|this) on the \w+ page|intranet|help ?cent(?:er|re)|advisory|published",
        ),
    ),
    Cue(
        "cause",
        Family.FINDING,
        3,
        words(
            r"found(?! my| a| some)|turns out|because|root cause|caused by|causing|due to|which is why|that's why|explains|the reason|culprit",
            r"so it's|it's (?:the|a|only|not) \w+|lines? up|correlat\w+|started (?:at|around|when|right)|(?:only|all of (?:it|them)|every \w+) (?:hits?|affects?|on|in|from|goes|went|is|are)",
            r"(?:fell|dropped|jumped|went|rose|down|up|increased|decreased) (?:from|to|by) \S+|from \S*\d\S* (?:to|->) \S*\d|still (?:carr\w+|point\w+|us\w+|runn\w+|pegged|fail\w+|has|have)",
            r"oom(?:kill(?:ed|ing)?)?|(?:crash|restart|reboot)[- ]?loop\w*|evict\w*|leak\w*|deadlock\w*|wedged|hangs?|hung|panics?|segfaults?|corrupt\w*",
            r"expired|ran out|dropped out|typo|mis-?config\w*|mismatch\w*|zombies?|saturat\w+|exhaust\w+|pegged|throttl\w+|rate[- ]?limit\w*|stale|revoked|retired|(?:ahead|behind) (?:of|by)|(?:over|above|below|beyond) (?:the|its|our) \w+|(?:0|no|none|nothing) left|\d+ of \d+",
            r"no (?:free|space|storage|nodes|disk|resources|endpoints|route|memory|quota)|out of (?:disk|memory|space|quota|ips)|no match\w*|\d+(?:\.\d+)?%",
            r"default flipped|verified|determined|identified|reproduced|noticed|assumed|thought (?:i|it)|instead|wrong|never (?:took|got|reached|registered|came|ran)",
        ),
    ),
    Cue(
        "trouble",
        Family.FINDING,
        2,
        words(
            r"stuck|time[ds]?[ -]?out|timing out|timeouts?|fail(?:ed|ing|s|ure|ures)|looks like|missing|spik(?:e|es|ed|ing)|unable|can't|cannot|could not|couldn't|won't|never",
            r"(?:that|they|these|it|those)(?:'s| is| are|'re) (?:the|a|all|not|because|still|killing|stopped)|unexpected\w*|expects?|nothing (?:crash\w*|wrong)",
            r"looks (?:healthy|fine|wrong|bad|odd|off)|stopped|dropped|denied|forbidden|refused|refuses|reject\w*|declin\w+|overload\w*|full|broken?|lost|gone|dead|empty",
            r"errors?|exceptions?|5(?:\d\d|xx)s?|403s?|404s?|429s?|servfail|nxdomain|shows?|showing|appears?|seems?|bugs?|flapping|lag\w*|backlog\w*|queued?|pending",
            r"slow\w*|unavailable|degraded|healthy|normal|clean|untouched|affect\w*|hits?|impact\w*",
        ),
    ),
    Cue(
        "report",
        Family.REPORT,
        2,
        words(
            r"(?:users?|customers?|teams?|people|clients?|folks|partners?|tenants?|merchants?|support|somebody|someone)(?: \w+)? "
            r"(?:say|says|saying|report\w*|ask\w*|can't|cannot|sees?|seeing|complain\w*|getting|are|write|writing|tell us|told us)",
            r"nothing (?:in|since|from)|no (?:logs|metrics|data|traffic|response|emails?|checks|orders) (?:in|since|from|at)|anyone else|anybody else",
            r"is it (?:just )?(?:us|me)|reports? (?:in|of|from|that)|reported|reviews?|a second (?:team|customer|report)|for (?:them|everyone|everybody)",
            r"(?:nobody|no one) can \w+",
            r"(?:not|no longer|isn't|aren't|doesn't|don't|won't|stopped) (?:even )?(?:work\w*|load\w*|respond\w*|right|receiv\w*|resolv\w*|open|start|arriv\w*|render\w*)",
            r"(?:nobody|no one|none of us) (?:can|gets|could|is able)|everybody (?:is|gets|sees)|called in|calls (?:waiting|coming)|offline|unreachable",
            r"since (?:yesterday|this|last|about|around|\d)\w*|complain\w*|tickets?|outage|down|forwarding|slow responses|degraded",
        ),
    ),
    Cue(
        "who does what",
        Family.COORDINATION,
        2,
        words(
            r"(?:started|joined|opened) (?:a|the) (?:meet|call|zoom|bridge|hangout|huddle|war ?room|case|ticket)|war ?room|incident (?:lead|commander)",
            r"(?:taking|take|i'll|i will|i have|i've got) (?:the )?lead|hand(?:ing|ed)? ?over|paged|paging|escalat\w+|declar(?:ed|ing)|on the (?:call|bridge|phone)",
            r"i'm running this|running point|calling (?:the )?\w+|called (?:the )?\w+|asked \w+ (?:for|to)|sev ?-?[0-4]",
        ),
    ),
    Cue(
        "alert",
        Family.SIGNAL,
        4,
        re.compile(
            r"(?:^|[\s:*\[(])(?:alarm|alert|firing|resolved|ok|triggered|critical|acknowledged|recovered|problem|recovery)"
            r"[\s:\]*,]|\[(?:firing|resolved|triggered|recovered|critical|ok)"
        ),
        bots=True,
    ),
    Cue(
        "change",
        Family.CHANGE,
        3.5,
        words(
            r"(?:deploy\w*|pipeline|apply|release\w*|roll ?out|roll ?back|build|job|sync|merge[d]?|flag)\b.{0,60}"
            r"\b(?:started|finished|failed|succeeded|complete[d]?|merged|into|applied|enabled|disabled)",
            r"(?:state|status|severity|priority)\b.{0,40}|incident (?:declared|created|opened|closed|resolved)|manually merged|created|warning",
            r"spik\w+|scanning|anomal\w+|failed|lag|issue",
        ),
        bots=True,
    ),
)
"""The families with their words, all in small letters. A person's are read line by line; an app's as a whole."""

FIRING = re.compile(r"(?:^|[\s:*\[(])(?:ALARM|ALERT|FIRING|PROBLEM|(?i:Triggered|Critical))(?:[\s:\]*,]|$)")
OVER = re.compile(r"\b(?:OK|(?i:resolved|recovered|recovery|acknowledged))\b")
"""An alert begins; an alert is over or taken."""

TROUBLE = words(
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
        "mute": -2,
        "joy": -1,
    }
)
"""Reactions by which people marked something as important, or as noise."""

MARKS = frozenset({"pushpin", "round_pushpin", "stopwatch"})
"""Reactions that put a message on the timeline, whatever its score."""

UNMARKS = frozenset({"no_entry_sign", "no_entry"})
"""Reactions that keep a message off the timeline, whatever else stands on it: also a note that was made of it."""
