"""What engineers do to a system, in the words they use for it. Patterns alone; weighs nothing."""

import re
from enum import StrEnum


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


def words(*alternatives: str) -> re.Pattern[str]:
    """Any of these, as whole words, each beginning with a letter or a figure. For text in small letters.

    Told that, and to look at beginnings of words alone, a pattern is found in a third of the time.
    """
    return re.compile(rf"(?<!\w)(?=\w)(?:{'|'.join(alternatives)})(?!\w)")


_STEMS = r"""
restart deploy redeploy drain undrain delet disabl enabl revok rotat terminat revert reboot resiz suspend cordon uncordon
recreat re-creat re-apply reapply re-updat purg evict patch hotfix bump merg resum upgrad downgrad provision kill unblock
increas decreas invok re-runn rerunn re-start remov restor renew reissu re-sign promot demot rout rerout re-rout halt
yank bounc flush invalidat warm pinn unpinn rebuil redirect divert shed throttl doubl halv extend expand truncat vacuum
reindex rebalanc reassign detach attach remount replac reset isolat quarantin wip ship releas roll mitigat whitelist
allowlist allow-list blocklist migrat failed-over replay requeu re-queu reprocess resync re-sync toggl flip swapp switch
unplugg reconfigur overrid back-fill backfill inject reseed trigger cancel abort unlock lock dropp clear stopp start
paus unpaus freez archiv fix rais lower reduc repoint bypass reconnect recycl respawn re-imag reimag
"""
_STEM = "|".join(_STEMS.split())

CHANGED = words(
    rf"(?:{_STEM})(?:e?d|ing|t|ped|ping)",
    r"(?:roll(?:ed|ing)|revert(?:ed|ing)|back(?:ed|ing)|fail(?:ed|ing)|back|roll|fail) (?:\S+ ){0,3}(?:back|over|out)",
    r"rollback (?:is )?(?:done|complete[d]?|started|merged|in progress)|rollover (?:script|started|done)",
    r"(?:scal(?:ed|ing)|turn(?:ed|ing)|shut(?:ting)?|switch(?:ed|ing)|bumped|bumping|spun|spinning|kick(?:ed|ing)|put|set|took"
    r"|taking|brought|bringing) (?:\S+ ){0,4}(?:up|down|off|on|over|to|back|out|in front|in place)",
    r"(?:running|ran|applied|applying|added|adding|pushed|pushing|moved|moving|cleaned|cleaning|blocked|blocking|changed|changing"
    r"|made|making|sent|sending) (?:the|a|an|all|it|that|this|our|to|new|more|some|out|them|\d\S*)",
    r"(?:doing|did) (?:a|the)|going again|trying again|retry(?:ing)?|(?:2nd|second|another) (?:attempt|try)|pr (?:is )?up",
    r"manual(?:ly)? \w+|by hand|desired ?= ?\d+|hotfix|failover|force[- ]?merged|plan b|workaround|feature flag"
    r"|flag (?:is )?(?:on|off)|go(?:es)? to \w+",
    r"(?:is|are|now) (?:on|off|dead|frozen|disabled|enabled|active|rebuilt|signed|pinned|blocked|set)",
)
"""Something was done to the system, or is being done."""

_IDLE = (
    "look|check|read|join|hav|com|watch|wonder|think|be|noth|someth|anyth|everyth|morn|even|stand|wait|hop|typ|see|lov|dur|accord"
    "|gett|keep|eat|sitt|feel|guess|sound|grabb|hold|listen|scroll|runn|talk|us|interest|amaz|annoy|bor|bann|worry|mean|say|try"
    "|skipp|updat|hand"
)
_GERUND = rf"(?!(?:{_IDLE})ing\b)[a-z-]{{3,}}ing"
_PAST = r"(?!(?:need|inde|spe|fe|se|agre|not|bor|tir|surpris|interest|confus|excit|worri|relat|suppos|schedul)e?d\b)[a-z-]{3,}ed"
ABOUT = re.compile(
    rf"^\W*(?:(?:ok|okay|so|now|and|then|meanwhile|right|i'm|im|we're|i've|we've|i|we|just|already|also|\w+, (?=\w+ing))[,:]? )*"
    rf"(?:{_GERUND}|{_PAST}|built|sent|put|set|took|got|ran|went|wrote|made|shut|cut|split|gave|brought|spun|tested) (?!up at|in love)\S+"
)
"""A line that opens with what its writer does or has done: "promoting orders-db-3", "asked the vendor for"."""
