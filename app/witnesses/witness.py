"""One witness as the log asks it (C2SP tlog-witness): a request, a bounded wait, and a checked answer."""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final

from app.kit.errors import GivreError
from app.ledger.add_checkpoint import AddCheckpoint, Answer
from app.ledger.note import NoteError, take_apart
from app.ledger.policy import Policy
from app.ledger.signed_checkpoint import with_cosignatures
from app.ledger.signers import Verifier
from app.ledger.tree import MAX_SIZE
from app.witnesses.http import UnreachableError, client_for, exchange

ANSWER_SECONDS = 30.0
"""A replaying cosigner answers "not yet" after twenty: our own patience must be longer."""
GUARD_SECONDS = 3.0
_MOST_BYTES: Final = 1 << 16
_SIZE: Final = re.compile(r"(0|[1-9][0-9]{0,18})\n?")
_SAID: Final = 200
"""Characters of a refusal that are passed on."""


class WitnessError(GivreError):
    """A witness that does not cosign; the message says why, in its words where it gave any."""

    code = "witness-failed"


@dataclass(frozen=True, slots=True)
class OtherState:
    """The witness knows the log at this size."""

    size: int


@dataclass(frozen=True, slots=True)
class Line:
    """The witness's cosignature of the checkpoint that it was asked about, verified."""

    text: str


class Witness:
    """Asks one witness of a policy; safe to call from several threads."""

    def __init__(self, name: str, url: str, verifier: Verifier) -> None:
        """Know it under its ``name`` in the policy; ``url`` is its submission prefix."""
        self.name = name
        self.verifier = verifier
        self.cosigner = f"{verifier.name}+{verifier.key_id.hex()}"
        """Its key name and key ID: two keys of one name are two cosigners."""
        self._url = f"{url.rstrip('/')}/add-checkpoint"
        self._client = client_for(url)

    def ask(self, request: AddCheckpoint, *, seconds: float = ANSWER_SECONDS) -> Line | OtherState:
        """Offer a checkpoint.

        Raises:
            WitnessError: no answer in time, a refusal, or an answer that is not its own signature.
        """
        content = request.to_text().encode()
        try:
            answered = exchange(
                self._client, "POST", self._url, content=content, seconds=seconds, most_bytes=_MOST_BYTES
            )
        except UnreachableError as error:
            raise WitnessError(str(error)) from error
        if answered.status == Answer.OTHER_STATE:
            found = _SIZE.fullmatch(answered.text)
            if found is None or int(found[1]) > MAX_SIZE:
                message = "it answers 409 and no size"
                raise WitnessError(message)
            return OtherState(int(found[1]))
        if answered.status != Answer.COSIGN:
            said = " ".join(answered.text.split())[:_SAID]
            message = f"it answers {answered.status}: {said}".rstrip(": ")
            raise WitnessError(message)
        return Line(self._own_line(request.checkpoint, answered.text))

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _own_line(self, note: str, lines: str) -> str:
        try:
            fresh = with_cosignatures(note, lines, cosigners=[self.verifier])[len(note) :]
        except NoteError as error:
            message = f"its answer is not its cosignature: {error}"
            raise WitnessError(message) from error
        if not fresh:
            message = "its answer holds no signature of its key"
            raise WitnessError(message)
        return fresh.split("\n", 1)[0] + "\n"


def witnesses_of(policy: Policy) -> list[Witness]:
    """Return the witnesses that a policy gives a URL."""
    return [
        Witness(name, party.url, party.verifier) for name, party in policy.witnesses.items() if party.url is not None
    ]


def bare(note: str, origin: str) -> str:
    """Return a checkpoint with its log's own signatures alone: what a witness is asked about."""
    text, lines = take_apart(note)
    written = note[len(text) + 1 :].split("\n")
    own = [f"{one}\n" for one, line in zip(written, lines, strict=False) if line.name == origin]
    return f"{text}\n{''.join(own)}"


def known_sizes(witnesses: Sequence[Witness], note: str, *, seconds: float = GUARD_SECONDS) -> dict[str, int]:
    """Return how large each witness that answers knows a log to be, whose newest checkpoint is ``note``; by name.

    All are asked at once (``old 0``, which a witness that knows the log answers with its size) and waited for
    ``seconds`` altogether: one that is away keeps nothing from being published.
    """
    ends = time.monotonic() + seconds

    def size_of(witness: Witness) -> int:
        try:
            known = witness.ask(AddCheckpoint(old=0, proof=(), checkpoint=note), seconds=ends - time.monotonic())
        except WitnessError:
            return 0
        return known.size if isinstance(known, OtherState) else 0

    if not witnesses:
        return {}
    with ThreadPoolExecutor(len(witnesses), thread_name_prefix="givre-guard") as workers:
        sizes = list(workers.map(size_of, witnesses))
    return {witness.name: size for witness, size in zip(witnesses, sizes, strict=True) if size > 0}
