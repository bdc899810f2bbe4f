"""The words that ask for something: verbs, conditions, commands of a shell. Only tables and lookups, never markdown."""

import re
from functools import lru_cache

VERBS = frozenset(
    """
    abort accept ack acknowledge acquire activate add adjust advise agree alert allow allowlist announce append
    apply approve archive arrange ask assess assign attach attempt authenticate authorise authorize avoid back
    backup begin bisect blackhole blacklist block blocklist boot brief bring browse build bump bypass call
    cancel cap capture catch change chase check choose clarify classify clean clear click clone close collate
    collect combine commence comment commit communicate compact compare compile complete compute conduct
    configure confine confirm connect consider consolidate consult contact contain continue convert coordinate
    copy cordon correct correlate count create cross-check cross-reference cut de-register deactivate
    deauthorise deauthorize debug decide declare decommission decompress decrease decrypt defer define delete
    demote deny deploy deprovision deregister derive describe destroy detach detect determine diagnose dial
    disable discard disconnect discover discuss dismiss dispatch display distribute divert do document double
    double-check downgrade download downscale downsize drain drill drop dump duplicate edit eject elect
    eliminate email empty enable encrypt end engage enlist enquire enrol ensure enter eradicate erase escalate
    establish estimate evacuate evaluate evict examine exclude exec execute exit expand expire explain explore
    export expose extend extract eyeball fail fail-over failover feed fetch file fill filter finalise finalize
    find finish fix flag flip flush focus follow force fork format forward free freeze gather gauge generate
    get give go grab grant graph grep halt hand harden have help hit hold identify ignore impersonate implement
    import increment inform initiate inquire insert inspect install instruct intercept invalidate invite invoke
    isolate issue iterate join jump keep kick kill label launch leave let liaise lift limit link list listen
    load locate lock log login look loosen lower maintain make manage mark mask match measure meet merge
    migrate minimise minimize mirror mitigate modify monitor mount move mute narrow navigate nominate note
    notify observe obtain offboard offer offload omit onboard open order organise organize override overwrite
    page park partition paste patch pause peek perform persist pick pin ping pivot place plan plug point poll
    populate port-forward post postpone power prepare preserve press prevent print prioritise prioritize probe
    proceed produce promote propagate propose protect prove provide provision prune publish pull purge push put
    quantify quarantine query quiesce quit raise rate-limit re-run reach read reallocate reapply reassess
    reassign reattach rebalance rebase rebind reboot rebuild recall receive recheck reclaim recompute reconcile
    reconfigure reconnect record recount recover recreate recycle redact redeploy redirect redo reduce refer
    refrain refresh regenerate register rehydrate reimage reimport reindex reinstall reject rejoin relabel
    relaunch release reload relocate remediate remember remind remount remove rename render renew repair repave
    repeat replace replay replicate reply repoint report reprioritise reprioritize republish requalify request
    requeue require reroute rerun rescale reschedule research reseed resend reset resize resolve respond
    restage restart restore restrict resubmit resubscribe resume resync retag retain retest retire retrieve
    retrigger retry return reuse revert review revise revisit revoke rewind rewrite ring roll rollback rotate
    route run sanitise sanitize sanity-check save say scale scan schedule scp scroll scrub search secure see
    select send separate set settle shard share shed shift shorten show shrink shut shutdown sign silence
    simulate skip slow smoke-test snapshot snooze solve sort specify spin split spread squash ssh stagger stand
    start stash stay step stop store strengthen strip study submit subscribe substitute summarise summarize
    supply suppress suspend swap sweep switch sync synchronise synchronize tackle tag tail taint take talk tear
    tell temporarily terminate test thaw throttle throw tick tighten toggle touch trace track transfer
    translate triage trigger trim triple troubleshoot truncate try tune turn type unassign unblock uncheck
    uncomment uncordon understand undo unfreeze uninstall unlink unload unlock unmount unmute unpause unplug unpublish
    unregister unseal unset unsubscribe untaint untick unzip update upgrade upload upsize use utilise utilize
    vacuum validate verify vet view visit vote wait wake walk warm warn watch weigh whitelist wipe withdraw
    work write zoom
    """.split()  # noqa: SIM905 - a table of words is read best without quotes
)

_LEADERS = frozenset(
    """
    again also always and carefully finally first firstly forcibly gracefully immediately just lastly manually next now
    optional optionally please quickly safely second secondly simply then third thirdly
    """.split()  # noqa: SIM905 - a table of words is read best without quotes
)
_SUBJECT = re.compile(
    r"^(?:you|we)(?:'ll| will)? (?:can |could |should |must |may |need to |have to |want to |will need to )+",
    re.IGNORECASE,
)
_TRYING = re.compile(r"^(?:try to|remember to|be sure to|start by|let's|let us)\s+", re.IGNORECASE)
_INFINITIVE = re.compile(
    r"^[a-zà-ÿ]{2,20}(?:ar|er|ir|re)(?:l[aeo]s?|se)? (?:el|la|los|las|al|un|una|cada|todos|todas|le|les|du|des|une|os|gli)\b",
    re.IGNORECASE,
)
"""`Comparar el tráfico`, `Redémarrer le serveur`: an infinitive with its article asks, in languages without a table of verbs."""
_NOUN_AFTER = frozenset({"of", "is", "are", "was", "were", "has", "have", "with"})
_VERB_WITH = frozenset(
    """
    agree begin check compare confirm consult continue coordinate help proceed replace start talk verify work
    """.split()  # noqa: SIM905 - a table of words is read best without quotes
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


@lru_cache(maxsize=1024)  # the same sentence is asked by several rules
def starts_with_verb(text: str) -> bool:
    """Whether a sentence asks for something: `Check the logs`, `Then restart it`, `You should open a ticket`."""
    text = _TRYING.sub("", _SUBJECT.sub("", text.lstrip("([*_\"'`“ ")))
    if _INFINITIVE.match(text):
        return True
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
