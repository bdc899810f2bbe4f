"""The three families of things that go wrong. Everything else is a bug and travels to one boundary."""


class Refused(Exception):  # noqa: N818 - a refusal is an answer, not an error
    """A rule said no. `sentence` is what the person reads: what, why, and what to do instead."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class TryLater(Exception):  # noqa: N818 - see Refused
    """A vendor could not now. `after_s`: its own wish for the pause, None where it named none.

    `unknown`: whether the call may have taken effect all the same (a timeout, a cut connection), so that it must
    be looked up before it is made again.
    """

    def __init__(self, reason: str, *, after_s: float | None = None, unknown: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.after_s = after_s
        self.unknown = unknown


class GiveUp(Exception):  # noqa: N818 - see Refused
    """A vendor said no for good. `reason` is a sentence a person can act on."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
