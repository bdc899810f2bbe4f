"""The words a runbook is recognised by: verbs, section names, shells. Only tables and lookups, never markdown."""

import re
from enum import StrEnum


class Role(StrEnum):
    """What a section is for: to know, to look up, or to do."""

    CONTEXT = "context"
    REFERENCE = "reference"
    ACTION = "action"


VERBS = frozenset(
    """
    abort accept acknowledge activate add adjust advise agree alert allow announce append apply approve archive
    arrange ask assess assign attach attempt authenticate authorise authorize back backup begin block boot bring
    browse build bump call cancel capture change check choose clean clear click clone close collect combine comment
    commit communicate compare complete compute conduct configure confirm connect consider consult contact contain
    continue convert coordinate copy cordon correct create cross-check debug decide declare decommission decrease
    define delete deploy describe destroy detach determine diagnose disable disconnect discover discuss dismiss
    distribute do document double-check download drain drill drop dump edit eject eliminate email enable encrypt end
    engage enrol ensure enter eradicate escalate establish estimate evaluate evict examine execute expand export
    extend extract failover fetch file fill filter find fix flush focus follow force format gather generate get give
    go grab grant graph grep halt have help hit hold identify ignore implement import inform initiate insert inspect
    install invalidate invite invoke isolate join keep kill label launch leave let limit link list listen load locate
    lock log login look lower make manage mark measure merge migrate mitigate modify monitor mount move navigate note
    notify observe obtain offer open order page paste patch pause perform pick pin ping plan point post prepare
    preserve press prevent proceed promote propose protect prove provide provision publish pull purge push put query
    quarantine quit raise read rebase reboot rebuild recall record recover recreate recycle redeploy redirect reduce
    refer refresh regenerate register reinstall reject release reload relocate remediate remember remount remove
    rename renew repair repeat replace reply report request require rerun rescale research reset resize resolve
    restart restore restrict resume retain retrieve retry return revert review revoke roll rollback rotate route run
    save scale scan schedule scroll search secure see select send set share shut shutdown sign silence skip snapshot
    specify ssh start stop store strip submit substitute suspend switch sync tag tail take talk tell temporarily
    terminate test throttle tick toggle trace track transfer triage trigger troubleshoot try turn type uncordon undo
    uninstall unlock unmount unset update upgrade upload use vacuum validate verify view visit wait walk warn watch
    whitelist wipe work write zoom
    """.split()  # noqa: SIM905 - a table of words is read best without quotes
)

_LEADERS = frozenset(
    """
    again also always carefully finally first firstly immediately lastly manually next now optional optionally
    please quickly second secondly then third thirdly
    """.split()  # noqa: SIM905 - a table of words is read best without quotes
)
_SUBJECT = re.compile(
    r"^(?:you|we)(?:'ll| will)? (?:can |could |should |must |may |need to |have to |want to |will need to )+",
    re.IGNORECASE,
)
_TRYING = re.compile(r"^(?:try to|remember to|be sure to|start by|let's|let us)\s+", re.IGNORECASE)
_NOUN_AFTER = frozenset({"of", "is", "are", "was", "were", "has", "have", "with"})
_VERB_WITH = frozenset(
    {"start", "begin", "work", "continue", "check", "proceed", "help", "consult", "replace", "talk"}
)
_NOUN_IN = frozenset({"increase", "decrease", "change", "drop"})

_CONDITION = re.compile(
    r"^(?:if|when|whenever|in case|otherwise|unless|once|else"
    r"|for (?:the )?(?:\w+ )?(?:prod|production|staging|development|dev|test|preprod|environments?|clusters?)\b)",
    re.IGNORECASE,
)

COMMANDS = frozenset(
    """
    ./ ansible ansible-playbook apt apt-get argocd aws az bash brew bundle calicoctl cat cd ceph chef-client chmod
    chown cloud-platform cmctl consul cp crictl ctr curl date dig docker docker-compose df dmesg dnf du echo env etcdctl exit
    export find flux free fsck gcloud gh git gitlab-ctl gitlab-rails go grep gsutil head helm hostname host htop id
    influx ionice iostat ip iptables java journalctl jq k9s kafka-topics.sh kill kinit kops kubectl kubectx kubens
    knife less ln ls lsof make man minikube mkdir mount mtr mv mysql nc netstat nginx nmap node nohup nomad npm
    nslookup ntpq oadm oc odf openssl pg_ctl pg_dump pgrep ping pip pkill podman ps psql pwd python python3 rabbitmqctl
    rails rake rbac redis-cli rm route rsync ruby scp screen sed sentinelctl service sh skopeo sort ss ssh stat stern
    su sudo systemctl tail tar tcpdump tee telnet terraform test tmux top touch traceroute umount uname unzip uptime
    vault velero vi vim virtctl vmstat watch wget which whoami xargs yarn yq yum zcat
    """.split()  # noqa: SIM905 - a table of words is read best without quotes
)

_SHELLISH = re.compile(r"^(?:\./|/|~/|\$\(|[A-Z_][A-Z0-9_]*=)")

_CONTEXT = re.compile(
    r"^(?:the |alert |service |general |incident |system |possible |common |likely |potential |known |root |brief |short"
    r" |normal |expected |business |user |customer )*"
    r"(?:meaning|impacts?|symptoms?|overview|summary|background|descriptions?|introduction|intro|scope|reasons?"
    r"|severity|architecture|cautions?|pre-?requisites?|pre-?conditions?|requirements?|points? of contact|context"
    r"|causes?|purpose|goals?|objectives?|audience|about|glossary|definitions?|terminology|assumptions?|situation"
    r"|owners?|ownership|contacts?|what (?:is|are|does)|why|when (?:to|does|do|should|is)|how (?:\w+ ){1,4}works?|behaviou?r|before you (?:begin|start)"
    r"|problem(?: statement| description)?(?=$|:)|issue(?=$|:)|examples?$|details|information|notes?|rationale|explanation|conventions|warnings?)\b(?! (?:checks?|steps?|actions?)\b)",
    re.IGNORECASE,
)
_CONTEXT_LAST = re.compile(
    r"\b(?:overview|background|summary|introduction|prerequisites|preconditions|symptoms|causes|architecture)$",
    re.IGNORECASE,
)
_REFERENCE = re.compile(
    r"^(?:(?:useful|helpful|more|additional|related|further|external|other|quick|important) (?:\w+ )?)?"
    r"(?:references?|resources|further reading|see also|related(?: \w+)*|appendix|appendices|links?|(?<=. )commands|reading"
    r"|types of .*|revision history|change ?log|change history|document history|dashboards?(?: to keep open)?"
    r"|documentation|bibliography|metadata|(?<=additional )information|(?<=more )information"
    r"|(?<=further )information)$|^(?:references?|appendix|types of)\b|^useful \w+",
    re.IGNORECASE,
)
_ACTION = re.compile(
    r"\b(?:diagnos(?:is|e|tics?)|mitigations?|resolutions?|remediations?|troubleshoot(?:ing)?|debug(?:ging)?|steps?"
    r"|procedures?|how to|fix(?:es|ing)?|recovery|roll ?back|restor(?:e|ation)|what to do|actions?|response"
    r"|investigat(?:ion|e|ing)|remed(?:y|ies)|containment|eradication|work ?arounds?|checks?|checklist|verification|instructions?"
    r"|solutions?)\b",
    re.IGNORECASE,
)
GENERIC = re.compile(
    r"^(?:possible |initial |first |general |immediate |basic |suggested |recommended |quick |common |further |the "
    r"|technical |detailed |manual |next |high[- ]level )*"
    r"(?:diagnos(?:is|e|tics?)|mitigations?|resolutions?|resolve|remediations?|remed(?:y|ies)|troubleshoot(?:ing)?|debug(?:ging)?|steps?"
    r"|procedures?|fix(?:es)?|recovery|what to do|actions?|response|investigat(?:ion|e)|work ?arounds?|checks?|checklist"
    r"|verification|verify|instructions?|solutions?|how to(?: fix| resolve)?|process|methods?|runbook|playbook|tasks?"
    r"|post[- ]checks?|pre[- ]checks?|analysis|triage|escalation|guide|walkthrough)"
    r"(?: (?:steps?|actions?|procedures?|process|and (?:mitigation|resolution|remediation|diagnosis|fix|recovery)))*$",
    re.IGNORECASE,
)


def starts_with_verb(text: str) -> bool:
    """Whether a sentence asks for something: `Check the logs`, `Then restart it`, `You should open a ticket`."""
    text = _TRYING.sub("", _SUBJECT.sub("", text.lstrip("([*_\"'`“ ")))
    words = text[:120].lower().replace(",", " ").replace(":", " ").split()
    while words and words[0].strip(".)]") in _LEADERS:
        words = words[1:]
    if not words:
        return False
    verb, following = words[0].strip(".)]"), words[1] if len(words) > 1 else ""
    if following in _NOUN_AFTER and verb not in _VERB_WITH:
        return False
    if following == "in" and verb in _NOUN_IN:
        return False
    return verb in VERBS or (verb.startswith("re-") and verb[3:] in VERBS)


def starts_with_condition(text: str) -> bool:
    """Whether a sentence opens with a condition: `If ...`, `Otherwise ...`, `For production ...`."""
    return bool(_CONDITION.match(text.lstrip("([*_\"'`“ ")))


def is_shell(text: str) -> bool:
    """Whether a line of code reads like a command typed at a shell."""
    word = text.split(maxsplit=1)[0] if text.strip() else ""
    return word in COMMANDS or bool(_SHELLISH.match(word))


def role_named(heading: str, inherited: Role) -> Role:
    """The role a heading's own words give a section, else the one it inherits.

    heading: without numbering and markup. What is found nowhere in the tables is something to do.
    """
    if _REFERENCE.search(heading):
        return Role.REFERENCE
    if inherited is Role.REFERENCE:
        return Role.ACTION if GENERIC.match(heading) else inherited
    if starts_with_verb(heading):
        return Role.ACTION
    if _CONTEXT.match(heading) or (len(heading.split()) <= 5 and _CONTEXT_LAST.search(heading)):  # noqa: PLR2004 - longer headings only mention the word
        return Role.CONTEXT
    return Role.ACTION if _ACTION.search(heading) else inherited
