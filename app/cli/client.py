"""The public HTTP API as the command line uses it: tokens in memory only, and a scan sent until it is answered."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, Self

import httpx

from app.cli.pictures import Symbol
from app.kit.clock import rfc3339
from app.kit.errors import GivreError

TIMEOUT_SECONDS = 30
PAUSES_SECONDS = (0.5, 1.0, 2.0)
"""How long to wait before the same scan is sent once more; after the last one it counts as not recorded."""
DEVICE = "givre-cli"
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
_FIRST_ERROR, _CONFLICT, _BUSY = 400, 409, 503


class UnreachableError(GivreError):
    """Nobody answers at the service's address."""

    code = "unreachable"


class NotDoneError(GivreError):
    """The service answered with a problem: nothing was recorded. ``problem`` is the problem's own code."""

    code = "not-done"

    def __init__(self, problem: str, detail: str) -> None:
        """Keep the code; the message is what to do."""
        super().__init__(f"{problem}: {detail}")
        self.problem = problem


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody who signs in: a person with a password, or a machine client with its secret."""

    login: str
    secret: str
    kind: Literal["person", "client"] = "person"


@dataclass(frozen=True, slots=True)
class Witness:
    """The second person of an act, and the PIN they sign it with."""

    login: str
    pin: str


@dataclass(frozen=True, slots=True)
class Recorded:
    """What became of a scan: ``taken``, or refused and recorded as such; ``content`` is the answer as it came."""

    taken: bool
    content: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Drawing:
    """A label as it was drawn; ``print_run`` is the id of the run that accounts for it."""

    picture: bytes
    print_run: str


def act(  # noqa: PLR0913  # the members of an act
    step: str,
    symbols: Sequence[Symbol],
    details: Mapping[str, Any],
    *,
    now: datetime,
    scan_id: str,
    bag: str | None = None,
) -> dict[str, Any]:
    """Return the message that says: this happened now. ``bag`` is the id of the bag that is expected, if one is."""
    return {
        "scan_id": scan_id,
        "step": step,
        "symbols": [symbol.message() for symbol in symbols],
        "occurred_at": rfc3339(now),
        "device_id": DEVICE,
        "details": dict(details),
        "bag_id": bag,
    }


class PublicApi:
    """One service and whoever has signed in to it here.

    ``language`` is "fr" or "en". Every call raises ``UnreachableError`` when nobody answers and ``NotDoneError`` when
    the answer is a problem.
    """

    def __init__(self, url: str, *, language: str, pauses: Sequence[float] = PAUSES_SECONDS) -> None:
        """Speak to the service at ``url``, e.g. ``http://127.0.0.1:8000``; ``pauses`` in seconds: see above."""
        self._url, self._pauses = url, pauses
        self._tokens: dict[str, str] = {}
        try:
            # What is on this machine is never reached through a proxy.
            near = httpx.URL(url).host in _LOOPBACK
            headers = {"Accept-Language": language}
            self._http = httpx.Client(base_url=url, headers=headers, timeout=TIMEOUT_SECONDS, trust_env=not near)
        except httpx.InvalidURL as error:
            raise self._unreachable(error) from error

    def __enter__(self) -> Self:
        """Hand out the API itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close its connections."""
        self._http.close()

    def sign_in(self, account: Account, *, device: str | None = None) -> None:
        """Get an access token for somebody and keep it in memory; ``device`` is the code of an enrolled one."""
        named = {"grant_type": "password", "username": account.login, "password": account.secret}
        if account.kind == "client":
            named = {"grant_type": "client_credentials", "client_id": account.login, "client_secret": account.secret}
        if device is not None:
            named["device"] = device
        answer = self._answered(self._send("POST", "/api/v1/auth/token", data=named))
        self._tokens[account.login] = str(answer.json()["access_token"])

    def knows(self, login: str) -> bool:
        """Say whether somebody has signed in here."""
        return login in self._tokens

    def act_with(self, login: str, token: str) -> None:
        """Go on as somebody with an access token that came another way than by their password."""
        self._tokens[login] = token

    def get(self, path: str, login: str, **parameters: str) -> dict[str, Any]:
        """Read something."""
        answer = self._send("GET", path, headers=self._bearer(login), params=parameters)
        found: dict[str, Any] = self._answered(answer).json()
        return found

    def post(self, path: str, login: str, message: Mapping[str, Any]) -> dict[str, Any]:
        """Send a message and return the JSON answer."""
        made: dict[str, Any] = self._answered(self._post(path, login, message)).json()
        return made

    def push(self, path: str, credential: str, message: Mapping[str, Any]) -> dict[str, Any]:
        """Push readings as a probe does, with its own credential."""
        answer = self._send("POST", path, headers={"Givre-Probe": credential}, json=dict(message))
        made: dict[str, Any] = self._answered(answer).json()
        return made

    def attach(self, path: str, login: str, name: str, content: bytes, mapping: str) -> dict[str, Any]:
        """Hand a file in, with how to read it."""
        sent = {"files": {"file": (name, content)}, "data": {"mapping": mapping}}
        made: dict[str, Any] = self._answered(self._send("POST", path, headers=self._bearer(login), **sent)).json()
        return made

    def draw(self, login: str, message: Mapping[str, Any]) -> Drawing:
        """Return the picture of a label, and the print run it belongs to."""
        answer = self._answered(self._post("/api/v1/labels", login, message))
        return Drawing(answer.content, answer.headers.get("Givre-Print-Run", ""))

    def read(self, login: str, symbols: Sequence[Symbol]) -> dict[str, Any]:
        """Ask what symbols name; only the look-up is recorded."""
        return self.post("/api/v1/scans/read", login, {"symbols": [symbol.message() for symbol in symbols]})

    def signed(self, login: str, act: Mapping[str, Any], witness: Witness) -> dict[str, Any]:
        """Return the act with the signature of its second person."""
        asked = {"login": witness.login, "pin": witness.pin, "scan": dict(act)}
        return {**act, "witness": self.post("/api/v1/auth/witness", login, asked)["witness_token"]}

    def record(self, login: str, act: Mapping[str, Any], witness: Witness | None = None) -> Recorded:
        """Record a scan, signed by its witness where there is one.

        The same scan is sent again while the service is busy: its ``scan_id`` makes that harmless.
        """
        message = self.signed(login, act, witness) if witness is not None else act
        answer = self._until_answered("/api/v1/scans", login, message)
        refusal = answer.json() if answer.status_code == _CONFLICT else {}
        if "receipt" in refusal:
            return Recorded(taken=False, content=refusal)
        return Recorded(taken=True, content=self._answered(answer).json())

    def _until_answered(self, path: str, login: str, message: Mapping[str, Any]) -> httpx.Response:
        for pause in self._pauses:
            answer = self._post(path, login, message)
            if answer.status_code != _BUSY:
                return answer
            time.sleep(pause)
        return self._post(path, login, message)

    def _post(self, path: str, login: str, message: Mapping[str, Any]) -> httpx.Response:
        return self._send("POST", path, headers=self._bearer(login), json=dict(message))

    def _bearer(self, login: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._tokens[login]}"}

    def _send(self, method: str, path: str, **options: Any) -> httpx.Response:
        try:
            return self._http.request(method, path, **options)
        except (httpx.TransportError, httpx.InvalidURL) as error:
            raise self._unreachable(error) from error

    def _unreachable(self, error: Exception) -> UnreachableError:
        message = f"no answer from {self._url} ({error}): is the service running? --url or GIVRE_URL names another"
        return UnreachableError(message)

    @staticmethod
    def _answered(answer: httpx.Response) -> httpx.Response:
        if answer.status_code < _FIRST_ERROR:
            return answer
        try:
            problem = answer.json()
        except ValueError:
            problem = {}
        faults = "".join(f" [{fault['path']}: {fault['reason']}]" for fault in problem.get("errors", ()))
        raise NotDoneError(
            str(problem.get("code", f"status-{answer.status_code}")),
            str(problem.get("detail", "the answer is none of this service's: check the address")) + faults,
        )
