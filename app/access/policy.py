"""The policy table: one line a route, and whoever is not named there may not enter."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Final

from app.access.roles import CLINICAL, Role


class Door(Enum):
    """A route that asks for no role."""

    ANYONE = "anyone"
    SIGNED_IN = "signed-in"


ANYONE: Final = Door.ANYONE
SIGNED_IN: Final = Door.SIGNED_IN


@dataclass(frozen=True, slots=True)
class Rule:
    """Who may call one route.

    ``path`` is the route's template with its ``{named}`` places, exactly as the application registers it; ``why`` is
    for the person who reviews this table. A rule opens the door only: which site's or which maker's bags are seen
    behind it is the action's business.
    """

    method: str
    path: str
    roles: frozenset[Role] | Door
    why: str


_CARE: Final = CLINICAL | {Role.COORDINATOR}
_RECORDERS: Final = _CARE | {Role.CARRIER, Role.MANUFACTURER, Role.QUALITY}
_OBSERVERS: Final = _CARE | {Role.QUALITY, Role.AUDITOR}
_SEERS: Final = _OBSERVERS - {Role.AUDITOR}
_FOLLOWERS: Final = _OBSERVERS | {Role.MANUFACTURER}
_PARTIES: Final = _FOLLOWERS | {Role.CARRIER}
_ADMIN: Final = frozenset({Role.ADMIN})
_QUALITY_READERS: Final = frozenset({Role.QUALITY, Role.PHARMACIST, Role.COORDINATOR, Role.AUDITOR})
_JUDGES: Final = frozenset({Role.QUALITY, Role.PHARMACIST})
_REVIEWERS: Final = frozenset({Role.QUALITY})
_TRAINERS: Final = frozenset({Role.QUALITY, Role.PHARMACIST})
_PEOPLE_READERS: Final = _TRAINERS | {Role.PHYSICIAN, Role.ADMIN}
_TRAINING_READERS: Final = _TRAINERS | {Role.COORDINATOR, Role.AUDITOR, Role.ADMIN}
_PHARMACIST: Final = frozenset({Role.PHARMACIST})
_IDENTIFIERS: Final = frozenset({Role.COORDINATOR})
_MERGERS: Final = frozenset({Role.COORDINATOR, Role.QUALITY})
_DELEGATION_READERS: Final = _TRAINERS | {Role.PHYSICIAN, Role.COORDINATOR, Role.AUDITOR}
_FILLERS: Final = frozenset({Role.PHARMACIST, Role.PHARMACY_TECHNICIAN})
_DEVICE_KEEPERS: Final = frozenset({Role.PHARMACIST, Role.ADMIN})
_DEVICE_READERS: Final = _DEVICE_KEEPERS | {Role.QUALITY, Role.AUDITOR}
_RULERS: Final = frozenset({Role.PHARMACIST, Role.QUALITY})
_KEEPERS: Final = frozenset({Role.PHARMACIST, Role.PHARMACY_TECHNICIAN, Role.QUALITY})
_SHIPPER_KEEPERS: Final = _KEEPERS | {Role.COLLECTION_NURSE}
_SENDERS: Final = frozenset(
    {Role.COLLECTION_NURSE, Role.PHARMACIST, Role.PHARMACY_TECHNICIAN, Role.MANUFACTURER, Role.COORDINATOR}
)

POLICY: Final[tuple[Rule, ...]] = (
    Rule("POST", "/api/v1/auth/token", ANYONE, "nobody has a token before asking for one"),
    Rule("POST", "/api/v1/auth/refresh", ANYONE, "the refresh token is the proof; the access token has run out"),
    Rule("POST", "/api/v1/auth/logout", SIGNED_IN, "everybody may end their own session"),
    Rule("POST", "/api/v1/auth/witness", _RECORDERS, "whoever records may be asked to bring a second person"),
    Rule("POST", "/api/v1/auth/witness/challenge", _RECORDERS, "as above, by the second person's own passkey"),
    Rule("POST", "/api/v1/auth/witness/passkey", _RECORDERS, "as above"),
    Rule("GET", "/api/v1/auth/passkeys", _RECORDERS, "one's own, and only whoever may stand beside needs one"),
    Rule("POST", "/api/v1/auth/passkeys", _RECORDERS, "one's own"),
    Rule("POST", "/api/v1/auth/passkeys/options", _RECORDERS, "one's own, after the PIN"),
    Rule("POST", "/api/v1/auth/passkeys/{passkey_id}/removal", _RECORDERS, "one's own"),
    Rule("POST", "/api/v1/auth/switch", ANYONE, "the PIN is the proof, on a tablet where a password was given today"),
    Rule("POST", "/api/v1/auth/break-glass", CLINICAL, "whoever has cells or the patient in hand, in an emergency"),
    Rule("GET", "/.well-known/jwks.json", ANYONE, "public keys"),
    Rule("GET", "/healthz", ANYONE, "probes carry no token and learn nothing"),
    Rule("GET", "/readyz", ANYONE, "probes carry no token, and learn which witnesses vouch: who they are is public"),
    Rule("GET", "/", ANYONE, "the tablet app asks who somebody is; it holds nobody's data"),
    Rule("GET", "/app/{path:path}", ANYONE, "the tablet app asks who somebody is; it holds nobody's data"),
    Rule("GET", "/verify", ANYONE, "whoever holds a file may verify it; the page asks the service nothing"),
    Rule("GET", "/verify/{file}", ANYONE, "whoever holds a file may verify it; the page asks the service nothing"),
    Rule("GET", "/trust", ANYONE, "a device that does not trust the service yet has no other way to begin"),
    Rule("GET", "/trust/authority.crt", ANYONE, "as above; a certificate is public"),
    Rule("GET", "/metrics", frozenset({Role.ADMIN, Role.QUALITY}), "load and volume say how busy a site is"),
    Rule("GET", "/api/v1/openapi.json", ANYONE, "the contract is public"),
    Rule("GET", "/api/v1/ledger/keys", ANYONE, "whoever checks the log needs its keys and no account"),
    Rule("GET", "/api/v1/logs", ANYONE, "whoever checks a log needs to find it"),
    Rule("GET", "/api/v1/ledger/checkpoint", ANYONE, "a log is public: it holds pseudonyms and commitments"),
    Rule("GET", "/api/v1/logs/{log}/checkpoint", ANYONE, "a log is public: it holds pseudonyms and commitments"),
    Rule("GET", "/api/v1/ledger/tile/{path:path}", ANYONE, "a log is public: it holds pseudonyms and commitments"),
    Rule("GET", "/api/v1/logs/{log}/tile/{path:path}", ANYONE, "a log is public: it holds pseudonyms and commitments"),
    Rule("GET", "/api/v1/ledger/entries/{index}", ANYONE, "a log is public: it holds pseudonyms and commitments"),
    Rule("GET", "/api/v1/logs/{log}/entries/{index}", ANYONE, "a log is public: it holds pseudonyms and commitments"),
    Rule("GET", "/api/v1/ledger/proof/inclusion", ANYONE, "a log is public: it holds pseudonyms and commitments"),
    Rule("GET", "/api/v1/logs/{log}/proof/inclusion", ANYONE, "a log is public: it holds pseudonyms and commitments"),
    Rule("GET", "/api/v1/ledger/proof/consistency", ANYONE, "a log is public: it holds pseudonyms and commitments"),
    Rule("GET", "/api/v1/logs/{log}/proof/consistency", ANYONE, "a log is public: it holds pseudonyms and commitments"),
    Rule("GET", "/api/v1/ledger/cosignatures", ANYONE, "a log is public: it holds pseudonyms and commitments"),
    Rule("GET", "/api/v1/logs/{log}/cosignatures", ANYONE, "a log is public: it holds pseudonyms and commitments"),
    Rule("GET", "/api/v1/ledger/policy", ANYONE, "a log is public: it holds pseudonyms and commitments"),
    Rule("GET", "/api/v1/logs/{log}/policy", ANYONE, "a log is public: it holds pseudonyms and commitments"),
    Rule("POST", "/api/v1/scans", _RECORDERS, "those who hand, carry, keep or judge cells; never admin, never auditor"),
    Rule("POST", "/api/v1/scans/batch", _RECORDERS, "the same people, back from a room without Wi-Fi"),
    Rule("POST", "/api/v1/scans/read", _RECORDERS | {Role.AUDITOR}, "reading a symbol moves nothing"),
    Rule("GET", "/api/v1/steps", SIGNED_IN, "the catalogue draws the screens"),
    Rule("GET", "/api/v1/worklist", _RECORDERS, "what is to be done at one's own site, also without the network"),
    Rule("GET", "/api/v1/board", _OBSERVERS, "whoever treats or judges sees what is due, late and on hold"),
    Rule("POST", "/api/v1/stream/ticket", _RECORDERS | {Role.AUDITOR}, "whoever sees bags may hear that one changed"),
    Rule("GET", "/api/v1/stream", ANYONE, "the ticket is the proof: a browser's EventSource sends no token"),
    Rule("GET", "/api/v1/therapies", _FOLLOWERS, "a maker follows its own therapies"),
    Rule("GET", "/api/v1/therapies/{therapy_id}", _FOLLOWERS, "a maker follows its own therapies"),
    Rule("GET", "/api/v1/therapies/{therapy_id}/follow-ups", _OBSERVERS, "how a patient fares is told inside only"),
    Rule("GET", "/api/v1/therapies/{therapy_id}/identity", _CARE, "only who treats the patient reads the name"),
    Rule("GET", "/api/v1/patients/{patient_id}", _OBSERVERS, "status and flags of a pseudonym, no trait"),
    Rule(
        "GET", "/api/v1/patients/{patient_id}/history", _OBSERVERS, "merges and corrections are open to those who treat"
    ),
    Rule("POST", "/api/v1/patients/{patient_id}/traits", _IDENTIFIERS, "received from the hospital, or provisional"),
    Rule("POST", "/api/v1/patients/{patient_id}/merge", _MERGERS, "a coordinator and quality, together"),
    Rule("GET", "/api/v1/bags", _PARTIES, "those who hold or held the bag"),
    Rule("GET", "/api/v1/bags/{bag_id}", _PARTIES, "those who hold or held the bag"),
    Rule("POST", "/api/v1/attachments", _RECORDERS, "whoever records an act hands in what it names"),
    Rule("GET", "/api/v1/bags/{bag_id}/attachments", _OBSERVERS, "which photographs there are"),
    Rule("GET", "/api/v1/bags/{bag_id}/attachments/{sha256}", _SEERS, "may show a name; recorded at the reader's site"),
    Rule("GET", "/api/v1/bags/{bag_id}/history", _PARTIES, "those who hold or held the bag"),
    Rule(
        "GET",
        "/api/v1/bags/{bag_id}/evidence",
        _FOLLOWERS,
        "who answers for a bag, or audits it, takes the proof along",
    ),
    Rule("GET", "/api/v1/bags/{bag_id}/report", _FOLLOWERS, "each gets their own copy of the story"),
    Rule("GET", "/api/v1/therapies/{therapy_id}/report", _FOLLOWERS, "each gets their own copy of the story"),
    Rule("GET", "/api/v1/bags/{bag_id}/custody", _PARTIES, "those who hold or held the bag"),
    Rule("GET", "/api/v1/shippers", _OBSERVERS, "whoever waits for cells sees what they travel in"),
    Rule("POST", "/api/v1/shippers", _RULERS, "who answers for the cells answers for what keeps them cold"),
    Rule("GET", "/api/v1/shippers/{shipper_id}", _OBSERVERS, "whoever waits for cells sees what they travel in"),
    Rule("GET", "/api/v1/shippers/{shipper_id}/records", _OBSERVERS, "the life of a shipper is audited"),
    Rule("POST", "/api/v1/shippers/{shipper_id}/records", _SHIPPER_KEEPERS, "who charges, reads, cleans or tests it"),
    Rule("GET", "/api/v1/shipments", _PARTIES, "both ends and the road between"),
    Rule("POST", "/api/v1/shipments", _SENDERS, "those who hand cells to a carrier"),
    Rule("GET", "/api/v1/shipments/{shipment_id}", _PARTIES, "both ends and the road between"),
    Rule(
        "POST",
        "/api/v1/shipments/{shipment_id}/temperature-files",
        _RECORDERS,
        "whoever reads the logger out hands in what it says",
    ),
    Rule("GET", "/api/v1/dewars", _OBSERVERS, "where the stock lies is nobody's business outside the hospital"),
    Rule("POST", "/api/v1/dewars", frozenset({Role.PHARMACIST}), "the pharmacist answers for what may keep cells"),
    Rule("GET", "/api/v1/dewars/{dewar_id}", _OBSERVERS, "where the stock lies stays in the hospital"),
    Rule("GET", "/api/v1/dewars/{dewar_id}/map", _OBSERVERS, "where the stock lies stays in the hospital"),
    Rule("GET", "/api/v1/dewars/{dewar_id}/counts", _OBSERVERS, "where the stock lies stays in the hospital"),
    Rule("POST", "/api/v1/dewars/{dewar_id}/counts", _FILLERS, "who keeps the stock counts it"),
    Rule("GET", "/api/v1/dewars/{dewar_id}/probes", _OBSERVERS, "where the stock lies stays in the hospital"),
    Rule("POST", "/api/v1/dewars/{dewar_id}/probes", _PHARMACIST, "who answers for the dewar answers for its probes"),
    Rule("POST", "/api/v1/dewars/{dewar_id}/probes/{probe_id}/retirement", _PHARMACIST, "and for taking one away"),
    Rule("POST", "/api/v1/dewars/{dewar_id}/readings", ANYONE, "the probe's own credential is the proof"),
    Rule("GET", "/api/v1/dewars/{dewar_id}/curve", _OBSERVERS, "where the stock lies stays in the hospital"),
    Rule("GET", "/api/v1/shipments/{shipment_id}/curve", _PARTIES, "both ends and the road between"),
    Rule("GET", "/api/v1/bags/{bag_id}/exposure", _PARTIES, "those who hold or held the bag"),
    Rule("GET", "/api/v1/evaluations", _QUALITY_READERS | {Role.PHYSICIAN, Role.MANUFACTURER}, "who judges the bags"),
    Rule(
        "GET",
        "/api/v1/evaluations/{evaluation_id}",
        _QUALITY_READERS | {Role.PHYSICIAN, Role.MANUFACTURER},
        "who judges the bags",
    ),
    Rule(
        "POST",
        "/api/v1/evaluations/{evaluation_id}/answers",
        _JUDGES | {Role.MANUFACTURER},
        "a maker answers for its own, pharmacy and quality write its letter down",
    ),
    Rule(
        "POST",
        "/api/v1/evaluations/{evaluation_id}/decisions",
        _JUDGES,
        "pharmacy and quality answer for the bag, with a second person",
    ),
    Rule("POST", "/api/v1/dewars/{dewar_id}/changes", _RULERS, "who answers for the stock says what may keep it"),
    Rule("GET", "/api/v1/dewars/{dewar_id}/plan", _OBSERVERS, "where the stock lies stays in the hospital"),
    Rule("GET", "/api/v1/dewars/{dewar_id}/evacuation", _OBSERVERS, "where the stock lies stays in the hospital"),
    Rule("GET", "/api/v1/dewars/{dewar_id}/moves", _OBSERVERS, "where the stock lies stays in the hospital"),
    Rule("GET", "/api/v1/dewars/{dewar_id}/moves/plan", _KEEPERS, "it lists the labels of every bag to scan"),
    Rule("POST", "/api/v1/dewars/{dewar_id}/moves", _FILLERS, "who keeps the stock moves it, box by box or as a whole"),
    Rule("GET", "/api/v1/dewars/{dewar_id}/fills", _OBSERVERS, "where the stock lies stays in the hospital"),
    Rule("POST", "/api/v1/dewars/{dewar_id}/fills", _FILLERS, "who keeps the stock keeps it cold"),
    Rule("GET", "/api/v1/dewars/{dewar_id}/upkeep", _OBSERVERS, "where the stock lies stays in the hospital"),
    Rule("POST", "/api/v1/dewars/{dewar_id}/upkeep", _RULERS, "who answers for the stock says what keeps it"),
    Rule("GET", "/api/v1/alarms", _OBSERVERS, "whoever waits for a bag may know that its dewar rings"),
    Rule("GET", "/api/v1/alarms/kinds", SIGNED_IN, "the catalogue draws the screens"),
    Rule("GET", "/api/v1/alarms/rules", _OBSERVERS, "what is watched, and what is not, hides from nobody inside"),
    Rule("POST", "/api/v1/alarms/rules", _RULERS, "who answers for the stock says what rings"),
    Rule("GET", "/api/v1/alarms/tests", _OBSERVERS, "an alarm nobody has tested is everybody's concern"),
    Rule("POST", "/api/v1/alarms/tests", _KEEPERS, "who stands before the dewar hears it ring"),
    Rule("GET", "/api/v1/alarms/contacts", _RULERS, "addresses of people are for those who keep the list"),
    Rule("POST", "/api/v1/alarms/contacts", _RULERS, "who answers for the stock says who is called"),
    Rule("POST", "/api/v1/alarms/contacts/{contact_id}/end", _RULERS, "and who is no more"),
    Rule("GET", "/api/v1/alarms/{alarm_id}", _OBSERVERS, "whoever waits for a bag may know that its dewar rings"),
    Rule("POST", "/api/v1/alarms/{alarm_id}/acknowledgement", _KEEPERS, "who keeps the stock answers for it"),
    Rule("POST", "/api/v1/labels", _SENDERS, "who labels cells accounts for every label printed"),
    Rule("GET", "/api/v1/labels/runs", _SENDERS | {Role.QUALITY}, "labels nobody accounted for are looked for"),
    Rule("GET", "/api/v1/profiles", SIGNED_IN, "the rules of a product hide nothing but what its trial blinds"),
    Rule("GET", "/api/v1/profiles/{tag}/{version}", SIGNED_IN, "the same, one version"),
    Rule("POST", "/api/v1/profiles", _RULERS, "who answers for the product proposes its rules"),
    Rule(
        "POST",
        "/api/v1/profiles/{tag}/{version}/signature",
        frozenset({Role.PHARMACIST}),
        "nothing rules before a pharmacist has signed it",
    ),
    Rule("POST", "/api/v1/profiles/{tag}/{version}/withdrawal", _RULERS, "stopping a product must be easy"),
    Rule("GET", "/api/v1/scan-profiles", SIGNED_IN, "whoever scans may know how labels are read"),
    Rule("POST", "/api/v1/scan-profiles", _PHARMACIST, "the pharmacist answers for what a label means"),
    Rule("POST", "/api/v1/scan-profiles/{tag}/withdrawal", _PHARMACIST, "and for reading it no more"),
    Rule("GET", "/api/v1/deviations", _QUALITY_READERS, "deviations are reviewed, not browsed"),
    Rule("GET", "/api/v1/deviations/{deviation_id}", _QUALITY_READERS, "deviations are reviewed, not browsed"),
    Rule("POST", "/api/v1/deviations/{deviation_id}/owner", _JUDGES, "a deviation without an owner is nobody's"),
    Rule("POST", "/api/v1/deviations/{deviation_id}/decision", _JUDGES, "pharmacy and quality answer for the bag"),
    Rule("POST", "/api/v1/deviations/{deviation_id}/capa", _JUDGES, "pharmacy and quality prevent the next one"),
    Rule("POST", "/api/v1/deviations/{deviation_id}/closure", _REVIEWERS, "quality closes, nobody else"),
    Rule("GET", "/api/v1/reviews", frozenset({Role.QUALITY, Role.AUDITOR}), "the audit trail is reviewed by quality"),
    Rule("GET", "/api/v1/reviews/{review_id}", frozenset({Role.QUALITY, Role.AUDITOR}), "with the reason given"),
    Rule("POST", "/api/v1/reviews/{review_id}", _REVIEWERS, "the review itself is recorded (AUD-06)"),
    Rule("GET", "/api/v1/holds", _PARTIES, "whoever has or awaits a bag must know why it stands still"),
    Rule("GET", "/api/v1/recalls", _QUALITY_READERS | {Role.MANUFACTURER}, "a maker follows its own recalls"),
    Rule("POST", "/api/v1/recalls", _REVIEWERS | {Role.MANUFACTURER}, "the maker recalls a lot, or quality does"),
    Rule("GET", "/api/v1/settle", _QUALITY_READERS, "late scans wait there for a person to judge"),
    Rule("GET", "/api/v1/settle/{settlement_id}", _JUDGES, "what they settle may hold what names a patient"),
    Rule("POST", "/api/v1/settle/{settlement_id}", _JUDGES, "pharmacy or quality settles, with a second person"),
    Rule("GET", "/api/v1/countersignatures", _RECORDERS, "whoever stood beside without a network signs for it later"),
    Rule("POST", "/api/v1/countersignatures/{item_id}", _RECORDERS, "with their own sign-in, and nobody for them"),
    Rule("GET", "/api/v1/quality/wrong-scans", _QUALITY_READERS, "how often the wrong thing is scanned"),
    Rule("GET", "/api/v1/erasures", _QUALITY_READERS, "what was erased stays on record, and those who review see it"),
    Rule("POST", "/api/v1/erasures", _REVIEWERS, "quality erases, with a second person (GDPR-02)"),
    Rule("GET", "/api/v1/reports", _REVIEWERS | {Role.AUDITOR}, "which proofs were given out is audited, not browsed"),
    Rule("GET", "/api/v1/reports/export", _REVIEWERS | {Role.AUDITOR}, "an auditor takes the proofs along (ACC-03)"),
    Rule("GET", "/api/v1/sites", SIGNED_IN, "everybody names the site they send to"),
    Rule("POST", "/api/v1/sites", _ADMIN, "accounts and places are the administrator's"),
    Rule("GET", "/api/v1/organisations", _ADMIN, "accounts and places are the administrator's"),
    Rule("POST", "/api/v1/organisations", _ADMIN, "accounts and places are the administrator's"),
    Rule("GET", "/api/v1/people", _PEOPLE_READERS, "whoever answers for people's skills must find them by name"),
    Rule("POST", "/api/v1/people", _ADMIN, "accounts and places are the administrator's"),
    Rule("GET", "/api/v1/competences", SIGNED_IN, "the catalogue draws the screens"),
    Rule("GET", "/api/v1/people/{person_id}/trainings", _TRAINING_READERS, "who plans, audits or answers for skills"),
    Rule("POST", "/api/v1/people/{person_id}/trainings", _TRAINERS, "skill is judged by the trade, never by the admin"),
    Rule("POST", "/api/v1/people/{person_id}/rights", _ADMIN, "accounts and places are the administrator's"),
    Rule("GET", "/api/v1/delegations", _DELEGATION_READERS, "who plans, audits or answers for a trial"),
    Rule("POST", "/api/v1/delegations", frozenset({Role.PHYSICIAN}), "an investigator is a physician (ICH E6)"),
    Rule(
        "POST",
        "/api/v1/delegations/{delegation_id}/end",
        frozenset({Role.PHYSICIAN, Role.QUALITY}),
        "stopping must be easy: an investigator, or quality",
    ),
    Rule("GET", "/api/v1/devices", _DEVICE_READERS, "whoever keeps or audits the tablets sees how their clocks run"),
    Rule("POST", "/api/v1/devices", _DEVICE_KEEPERS, "a tablet is handed out by pharmacy or administration"),
    Rule("POST", "/api/v1/devices/{device_id}/retirement", _DEVICE_KEEPERS, "and taken back by them"),
    Rule("GET", "/api/v1/device-chain", _RECORDERS | {Role.AUDITOR}, "a tablet asks what has come of its scans"),
    Rule("POST", "/api/v1/device-chain/parked", _RECORDERS, "and says which of them it keeps, not understood"),
    Rule("GET", "/api/v1/clients", _ADMIN, "accounts and places are the administrator's"),
    Rule("POST", "/api/v1/clients", _ADMIN, "accounts and places are the administrator's"),
)

_ROLES_BY_ROUTE: Final = {(rule.method, rule.path): rule.roles for rule in POLICY}


def for_some(method: str, path_template: str) -> bool:
    """Say whether a route asks for a role: what is open to everybody, or to all who are signed in, does not."""
    return not isinstance(_ROLES_BY_ROUTE.get((method, path_template), ANYONE), Door)


def allowed(method: str, path_template: str, roles: frozenset[Role] | None) -> bool:
    """Say whether the table lets these roles call that route.

    ``roles`` is None when nobody is signed in, and empty for somebody who is but holds no role. A route that the table
    does not name is closed to everybody.
    """
    wanted = _ROLES_BY_ROUTE.get((method, path_template))
    if wanted is None:
        return False
    if wanted is ANYONE:
        return True
    if roles is None:
        return False
    return wanted is SIGNED_IN or not roles.isdisjoint(wanted)
