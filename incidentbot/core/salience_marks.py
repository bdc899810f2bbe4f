"""What else is told by the way a line is written: figures, names of things, questions, guesses, small talk. Weighs nothing."""

import re

MARKS_OF_A_LINE: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "link to a change or a graph",
        re.compile(
            r"https?://\S*(?:/pull/|/commit/|/compare/|/merge_requests/|/d/|grafana|dashboard|datadog|kibana)"
        ),
    ),
    (
        "clock time",
        re.compile(r"(?=\d)(?:(?<![\d:])(?:[01]?\d|2[0-3]):[0-5]\d(?![\d:])|\b\d{1,2} ?[ap]m\b)"),
    ),
    ("quantity", re.compile(r"(?<![\w.:#])\d+(?:[.,]\d+)? ?(?:%|\w*)(?= |$|[,.;)])")),
    ("code", re.compile(r"`[^`]+`")),
    (
        "question",
        re.compile(
            r"\?\W*$|^\W*(?:(?:wait|so|and|ok|okay|hm+|but)[, ]+)*(?:what|why|how|who|where|which|has|have|does|did|do|shall|should|any(?:one|body|thing|\b)|is (?:it|this|that|there)"
            r"|are (?:we|you|there)|(?:can|could) (?:we|you|i|someone|somebody)|will)\b"
        ),
    ),
    (
        "hedge",
        re.compile(
            r"\b(?:i think|i guess|maybe|perhaps|probably|might|i'd bet|i suspect|suspect|not sure|unsure|possibly|could(?:'ve)? be"
            r"|i'd guess|guessing|wonder|don't know|dunno|unclear|no idea|i may be|would we|could we|don't think|doubts?|hope|hopefully)\b"
        ),
    ),
    (
        "joke or food",
        re.compile(
            r":(?:pizza|cake|beers?|coffee|joy|laughing|tada|rofl|doughnut|taco|parrot|\w+_parrot|popcorn|facepalm|shrug|clap|heart|\w*fingers\w*):"
            r"|\b(?:lol|lmao|haha+|cake|pizza|lunch|dinner|breakfast|coffee|tea|biscuits?|beers?|popcorn|game|doorbell|train|weekend|holiday|sleep"
            r"|bed|kids?|cat|dog|weather|sorry|thanks|thank you|thx|cheers|argh|phew|good (?:morning|night|luck)|screenshot|red herring|flaky)\b"
            r"|\bmy (?:own )?(?:laptop|headset|badge|vpn|mic|camera|charger|phone|notes|screen|wifi|desk|lunch|build|browser|editor|ide|tests?|keyboard)\b"
        ),
    ),
    (
        "about the writer",
        re.compile(
            r"^\W*(?:i (?:can|could|was|keep|owe|need|never|hate|love|like|don't|do|have|had|mean)|i'm (?:off|out|here|back|on|in|at|away|free|happy|late)|let me"
            r"|one sec|brb|afk|joining|standing by|having|looking|hi|hey|hello|morning|happy to|give me|gimme)\b"
        ),
    ),
    (
        "modal",
        re.compile(
            r"\b(?:could|can|would|should(?! be| have| not| never)|may|might|must|going to have to|have to|need to|want to|wants to|if)\b"
        ),
    ),
    ("to somebody", re.compile(r"\b(?:you|your|you're|u)\b")),
    (
        "another thing to do",
        re.compile(
            r"\b(?:ticket|issue|follow[- ]?up|todo|action item|note for later|for the record|i'll file|next time|later|tomorrow)\b"
        ),
    ),
    (
        "asking a favour",
        re.compile(r"\b(?:please|pls|plz|can you|could you|somebody should|someone should|remind me)\b"),
    ),
)
"""Name in WEIGHTS -> what shows it. Read line by line, in small letters."""
ANYWHERE = frozenset({"alert", "link to a change or a graph", "clock time"})
"""Cues and marks that may begin within a word: no word tells that they may be there."""

NAMED = re.compile(
    r"(?<![\w/:<@-])(?=\w)(?:(?=[a-z0-9.]++[-_])[a-z][a-z0-9]*(?:[-_.][a-z0-9]+)*[-_][a-z0-9-]*[a-z0-9]|[a-z]++\d+"
    r"|[A-Z][a-z]+[A-Z]\w+|[A-Z]{2,}[A-Z0-9]*)(?![\w:])"
)
"""Names of things, told by their capitals, dashes and figures: read in the letters they were written in."""
