"""One patient's treatment in the demonstration: invented traits, and the numbers that its labels carry."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from app.barcodes.build import coi

FIN, YEAR, ISSUER = "A9991", 26, "A9999"  # numbers that ISBT 128 keeps for examples


@dataclass(frozen=True, slots=True)
class Therapy:
    """One patient's treatment; the pictures of its labels begin with ``name``.

    ``maker`` is the code of an organisation: its site has the same in capitals, its people are numbered. ``contents``
    says what is in each container the maker announces (component, strength, volume in mL); a plain bag says nothing.
    ``presentation`` is how the collected cells travel: fresh or frozen.
    """

    name: str
    number: int
    family_name: str
    given_name: str
    birth_date: str
    sex: str
    product: str
    maker: str
    contents: tuple[Mapping[str, Any], ...] = field(default=({},))
    presentation: str = "fresh"

    @property
    def bags(self) -> int:
        """How many containers the maker announces."""
        return len(self.contents)

    @property
    def who(self) -> str:
        """The patient's name as labels show it."""
        return f"{self.family_name} {self.given_name}"

    @property
    def born(self) -> str:
        """The date of birth as people write it in France."""
        return "/".join(reversed(self.birth_date.split("-")))

    @property
    def ipp(self) -> str:
        """The patient's number, with its issuer."""
        return f"A9990-{self.number:06d}"

    @property
    def coi(self) -> str:
        """The symbol of the chain of identity."""
        return coi(ISSUER, YEAR, f"{self.number:06d}")

    @property
    def coi_number(self) -> str:
        """The chain of identity as people read it."""
        return self.coi.removeprefix("&/")

    @property
    def lot(self) -> str:
        """The maker's lot."""
        return f"LOT{self.number:04d}"

    @property
    def certificate(self) -> str:
        """The release certificate of the lot."""
        return f"COA-{self.number:04d}"

    @property
    def medicine(self) -> str:
        """The product as people write it."""
        return self.product.capitalize()

    @property
    def site(self) -> str:
        """The code of the maker's site."""
        return self.maker.upper()

    @property
    def products(self) -> tuple[str, ...]:
        """The names of the product labels, without the therapy's own."""
        return ("bag",) if self.bags == 1 else tuple(f"bag-{ordinal}" for ordinal in range(1, self.bags + 1))

    def label(self, what: str) -> str:
        """Return the name of the picture of one of its labels, with the slot in front where one is said.

        ``@CODE`` is the label of a position, which belongs to no therapy; ``cassette=bag`` is scanned as the cassette.
        """
        role, equals, inner = what.rpartition("=")
        name = f"position-{inner[1:]}" if inner.startswith("@") else f"{self.name}-{inner}"
        return f"{role}{equals}{name}"
