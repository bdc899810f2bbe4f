"""The account the stand-in opens with: five people, one service with a ladder of five, one service for each rung role."""

from collections.abc import Mapping

from incidentbot.playground.pagerduty.account import PagerUser, Policy, Rule, Schedule, Service

ANA = PagerUser("PUANA", "Ana", "ana@example.com")
BO = PagerUser("PUBO", "Bo", "bo@example.com")
CHI = PagerUser("PUCHI", "Chi", "chi@example.com")
DEE = PagerUser("PUDEE", "Dee", "dee@example.com")
ELI = PagerUser("PUELI", "Eli", "eli@example.com")
BOT = PagerUser("PUBOT", "Incident Bot", "incidentbot@example.com")

USERS: tuple[PagerUser, ...] = (ANA, BO, CHI, DEE, ELI, BOT)

MAIN_ROUTING_KEY = "c0ffee00000000000000000000000001"
ROUTING_KEYS: Mapping[str, str] = {
    "on_call_primary": "c0ffee00000000000000000000000011",
    "on_call_secondary": "c0ffee00000000000000000000000012",
    "team_lead": "c0ffee00000000000000000000000013",
    "engineering_manager": "c0ffee00000000000000000000000014",
    "vp_engineering": "c0ffee00000000000000000000000015",
}
"""The integration key of each rung role; whoever has the role is the only one its service rings."""

_HOLDERS: Mapping[str, PagerUser] = {
    "on_call_primary": ANA,
    "on_call_secondary": BO,
    "team_lead": CHI,
    "engineering_manager": DEE,
    "vp_engineering": ELI,
}

CHECKOUT_SCHEDULE = Schedule("PSCHED1", "Checkout primary", (ANA,))
CHECKOUT_POLICY = Policy(
    "PEPOL01",
    "Checkout ladder",
    (
        Rule("PRULE01", (CHECKOUT_SCHEDULE,)),
        *(Rule(f"PRULE0{level}", (user,)) for level, user in enumerate((BO, CHI, DEE, ELI), start=2)),
    ),
)
CHECKOUT = Service("PSVC001", "Checkout", CHECKOUT_POLICY, MAIN_ROUTING_KEY)


def _rung_service(number: int, role: str) -> Service:
    word = role.replace("_", " ")
    policy = Policy(f"PEPOL1{number}", f"Only the {word}", (Rule(f"PRULE1{number}", (_HOLDERS[role],)),))
    return Service(f"PSVC01{number}", f"Checkout: {word}", policy, ROUTING_KEYS[role])


SERVICES: tuple[Service, ...] = (
    CHECKOUT,
    *(_rung_service(number, role) for number, role in enumerate(_HOLDERS, start=1)),
)
