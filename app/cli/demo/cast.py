"""Who plays in the demonstration: invented organisations, sites, people and machines, and secrets made for them."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from app.access.passwords import pin_faults
from app.cli.credentials import Client, Person

TENANT = "chu-tours"
HOSPITAL = "CHU de Tours (démonstration)"
PHARMACY, PHARMACY_NAME = "PUI", "Pharmacie à usage intérieur"
ADMINISTRATOR = "admin1"
TRAINER = "quality1"
LAPSED = "tech3"
"""The technician whose training has run out."""

_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that is taken for another one when it is typed
_GROUPS, _GROUP_LETTERS = 4, 4
_PIN_DIGITS = 6


@dataclass(frozen=True, slots=True)
class Organisation:
    """An organisation besides the hospital, by its code."""

    code: str
    name: str
    kind: str


@dataclass(frozen=True, slots=True)
class Site:
    """A site besides the pharmacy; ``organisation`` is a code."""

    code: str
    name: str
    organisation: str


@dataclass(frozen=True, slots=True)
class Player:
    """Somebody with a name, at a site, with one role."""

    name: str
    site: str
    role: str


ORGANISATIONS = (
    Organisation("efs", "Établissement de transfusion (démonstration)", "blood_service"),
    Organisation("novartis", "Fabricant de Kymriah (démonstration)", "manufacturer"),
    Organisation("kite", "Fabricant de Yescarta et Tecartus (démonstration)", "manufacturer"),
    Organisation("bms", "Fabricant de Breyanzi, façonnier d'autres produits (démonstration)", "manufacturer"),
    Organisation("boreal", "Boréal Thérapies (essai)", "sponsor"),
    Organisation("cryo", "Cryo Express (démonstration)", "carrier"),
    Organisation("polaire", "Transports Polaires (démonstration)", "carrier"),
)
SITES = (
    Site("HEMATO", "Hématologie et thérapie cellulaire", TENANT),
    Site("EFS", "Site de prélèvement de Tours", "efs"),
    Site("NOVARTIS", "Site de fabrication de Kymriah", "novartis"),
    Site("KITE", "Site de fabrication de Yescarta", "kite"),
    Site("BMS", "Site de fabrication de Breyanzi", "bms"),
    Site("BOREAL", "Site du promoteur de l'essai GT1-01", "boreal"),
    Site("CRYO", "Agence de transport", "cryo"),
    Site("POLAIRE", "Agence de transport polaire", "polaire"),
)
PEOPLE = {
    ADMINISTRATOR: Player("Admin Un", PHARMACY, "admin"),
    "pharm1": Player("Claire Fontaine", PHARMACY, "pharmacist"),
    "pharm2": Player("Hugo Marchand", PHARMACY, "pharmacist"),
    "tech1": Player("Inès Roche", PHARMACY, "pharmacy_technician"),
    "tech2": Player("Paul Vasseur", PHARMACY, "pharmacy_technician"),
    LAPSED: Player("Éric Tanguy", PHARMACY, "pharmacy_technician"),
    "quality1": Player("Sylvie Arnaud", PHARMACY, "quality"),
    "auditor1": Player("Marc Delorme", PHARMACY, "auditor"),
    "coord1": Player("Nadia Benali", "HEMATO", "coordinator"),
    "nurse1": Player("Julie Carpentier", "HEMATO", "nurse"),
    "nurse2": Player("Karim Haddad", "HEMATO", "nurse"),
    "doctor1": Player("Dr Anne Lefort", "HEMATO", "physician"),
    "doctor2": Player("Dr Louis Garnier", "HEMATO", "physician"),
    "biologist1": Player("Dr Emma Royer", "HEMATO", "biologist"),
    "efs1": Player("Lucie Maillard", "EFS", "collection_nurse"),
    "efs2": Player("Thomas Brunet", "EFS", "collection_nurse"),
    "efs3": Player("Odile Savary", "EFS", "pharmacist"),
    "novartis1": Player("Fabrication K1", "NOVARTIS", "manufacturer"),
    "novartis2": Player("Fabrication K2", "NOVARTIS", "manufacturer"),
    "kite1": Player("Fabrication Y1", "KITE", "manufacturer"),
    "kite2": Player("Fabrication Y2", "KITE", "manufacturer"),
    "bms1": Player("Fabrication B1", "BMS", "manufacturer"),
    "bms2": Player("Fabrication B2", "BMS", "manufacturer"),
    "boreal1": Player("Promotion T1", "BOREAL", "manufacturer"),
    "boreal2": Player("Promotion T2", "BOREAL", "manufacturer"),
    "carrier1": Player("Yann Le Goff", "CRYO", "carrier"),
    "carrier2": Player("Rosa Almeida", "CRYO", "carrier"),
    "carrier3": Player("Sven Kermadec", "POLAIRE", "carrier"),
    "carrier4": Player("Maud Tessier", "POLAIRE", "carrier"),
}
CLIENTS = {
    "novartis-api": Player("Système de fabrication de Kymriah", "NOVARTIS", "manufacturer"),
    "kite-api": Player("Système de fabrication de Yescarta", "KITE", "manufacturer"),
    "bms-api": Player("Système de fabrication de Breyanzi", "BMS", "manufacturer"),
    "boreal-api": Player("Système du promoteur", "BOREAL", "manufacturer"),
    "cryo-api": Player("Suivi des transports", "CRYO", "carrier"),
    "identity-api": Player("Serveur d'identités de l'hôpital", "HEMATO", "coordinator"),
}
_KEEPING = ("reception", "cryogenic_handling", "thaw")
_NURSING = ("thaw", "bedside_identification", "infusion")
TRAINED = {
    "pharmacist": _KEEPING,
    "pharmacy_technician": _KEEPING,
    "nurse": _NURSING,
    "physician": ("collection", *_NURSING),
    "collection_nurse": ("collection", "cryogenic_handling"),
}
"""What people of each role are trained for."""
PROTOCOL, INVESTIGATORS = "GT1-01", ("doctor1", "doctor2")
DELEGATED = {
    "efs1": ("collection",),
    "efs2": ("collection",),
    "pharm1": _KEEPING,
    "pharm2": _KEEPING,
    "tech1": _KEEPING,
    "tech2": _KEEPING,
    "nurse1": _NURSING,
    "nurse2": _NURSING,
    "doctor1": _NURSING,
    "doctor2": _NURSING,
}
"""Whom an investigator trusts with which tasks of the trial."""
_OWNERS = {site.code: site.organisation for site in SITES}


def people() -> tuple[Person, ...]:
    """Return everybody, with a password and a PIN that nobody else has."""
    return tuple(Person(login, _password(), _pin(), one.role, one.site) for login, one in PEOPLE.items())


def clients() -> tuple[Client, ...]:
    """Return every machine, with its secret."""
    return tuple(Client(client, _password(), _OWNERS[one.site]) for client, one in CLIENTS.items())


def _password() -> str:
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(_GROUP_LETTERS)) for _ in range(_GROUPS))


def _pin() -> str:
    while True:
        pin = f"{secrets.randbelow(10**_PIN_DIGITS):0{_PIN_DIGITS}d}"
        if not pin_faults(pin):
            return pin
