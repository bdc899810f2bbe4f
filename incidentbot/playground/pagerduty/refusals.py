"""How the stand-in says no: PagerDuty's error codes and bodies. Decides nothing itself."""

from enum import Enum
from typing import Any


class Because(Enum):
    """The reasons PagerDuty gives: HTTP status, error code, message. Source: the REST v2 error table."""

    ALREADY_RESOLVED = (400, 1001, "Incident Already Resolved")
    ALREADY_ACKNOWLEDGED = (400, 1002, "Incident Already Acknowledged")
    CANNOT_ESCALATE = (400, 1006, "Incident Cannot Be Escalated")
    NO_SUCH_REQUESTER = (400, 1008, "Requester User Not Found")
    NO_POLICY = (400, 1014, "Escalation Policy Not Found")
    NOBODY_ON_CALL = (400, 1015, "Escalation Policy Has Nobody On Call")
    BAD_PRIORITY = (400, 1020, "Invalid Priority")
    INVALID = (400, 2001, "Invalid Input Provided")
    CONFLICTING = (400, 2002, "Arguments Caused Error")
    BAD_TOKEN = (401, 2006, "Authentication failed")
    NO_ABILITY = (402, 2019, "Account Does Not Have The Required Ability")
    NOT_ACCEPTABLE = (406, 2001, "Not Acceptable")
    TOO_LARGE = (413, 2001, "Request Too Large")
    TOO_MANY = (429, 2020, "Rate Limit Exceeded")
    NOT_FOUND = (404, 2100, "Not Found")


class Refusal(Exception):  # noqa: N818 - it is an answer of the platform, not an error of ours
    """PagerDuty's no. `details` are the sentences of its `errors` list."""

    def __init__(self, because: Because, *details: str) -> None:
        self.status, self.code, self.message = because.value
        self.because = because
        self.details = details
        super().__init__(f"{self.message}: {'; '.join(details)}" if details else self.message)

    def body(self) -> dict[str, Any]:
        """The JSON of the answer."""
        error: dict[str, Any] = {"message": self.message, "code": self.code}
        if self.details:
            error["errors"] = list(self.details)
        return {"error": error}


def invalid(*details: str) -> Refusal:
    """The usual 400 for a request that is not well made."""
    return Refusal(Because.INVALID, *details)


def not_found(what: str) -> Refusal:
    """The 404 for an id that names nothing."""
    return Refusal(Because.NOT_FOUND, f"{what} Not Found")
