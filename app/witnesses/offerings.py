"""All who vouch for an installation: asked before a log goes on, and offered what it publishes."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from app.actions.log_reader import LogReader
from app.actions.witnesses import CosignatureStore, WitnessStanding
from app.ledger.policy import Policy
from app.witnesses.offering import Freeze, Offering
from app.witnesses.stamping import Stamping
from app.witnesses.witness import bare, known_sizes, witnesses_of


class Offerings:
    """One thread a witness: a slow one keeps no other from signing."""

    def __init__(self, policy: Policy | None) -> None:
        """Know the witnesses of a policy that have a URL; nobody is asked yet."""
        self._witnesses = [] if policy is None else witnesses_of(policy)
        self._offerings: list[Offering] = []
        self.stamping: Stamping | None = None

    def guard(self, origin: str, note: str) -> Mapping[str, int]:
        """Return how large each witness that answers knows a log to be; see ``known_sizes``."""
        return known_sizes(self._witnesses, bare(note, origin))

    def attend(
        self,
        reader: LogReader,
        store: CosignatureStore,
        *,
        leads: Callable[[], bool],
        freeze: Freeze,
        interval_seconds: float,
    ) -> None:
        """Give every witness what it needs to be asked with."""
        self._offerings = [
            Offering(witness, reader=reader, store=store, leads=leads, freeze=freeze, interval_seconds=interval_seconds)
            for witness in self._witnesses
        ]

    def start(self) -> None:
        """Ask from now on."""
        for one in self._offerings:
            one.start()
        if self.stamping is not None:
            self.stamping.start()

    def round(self) -> None:
        """Ask every witness once, one after the other."""
        for one in self._offerings:
            one.round()

    def stop(self) -> None:
        """Ask no more."""
        for one in self._offerings:
            one.stop()
        if self.stamping is not None:
            self.stamping.stop()

    def standings(self) -> list[WitnessStanding]:
        """Return how every witness stands towards every log."""
        return [standing for one in self._offerings for standing in one.standings()]
