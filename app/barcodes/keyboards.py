"""What a tablet shows of a text that a scanner types for an American keyboard, layout by layout.

A scanner in keyboard mode sends the numbers of keys, not characters. The tables are measurements: one character for
each of the 95 that ASCII can print, in ASCII's order; NUL where the layout has a dead key and nothing sure arrives.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_SENT: Final = "".join(map(chr, range(32, 127)))

LAYOUTS: Final[Mapping[str, str]] = {
    "fr": " 1%3457ù908+;):!à&é\"'(-è_çMm.=/§2QBCDEFGHIJKL?NOPARSTUVZXYW\0\0$6°²qbcdefghijkl,noparstuvzxyw\0\0£~",
    "fr-azerty": " 1%3457ù908+;):!à&é\"'(-è_çMm.=/§2QBCDEFGHIJKL?NOPARSTUVZXYW\0\0$6°²qbcdefghijkl,noparstuvzxyw\0\0£²",
    "fr-bepo": " 1M3457m908`g=hf*\"«»()@+-/NnG%HF2AKXIPE;CDTSRQ?LJBOUÈV:ÉY!Àzçw6°$akxipe,cdtsrq'ljbouèv.éy\0\0ZÇW#",
    "de": " !Ä§$%/ä)=(\0\0ß.-0123456789Öö;\0\0_\"ABCDEFGHIJKLMNOPQRSTUVWXZYü#+&?\0\0bcdefghijklmnopqrstuvwxzyÜ'*°",
    "be": " 1%3457ù908_;):=à&é\"'(§è!çMm.-/+2QBCDEFGHIJKL?NOPARSTUVZXYW\0\0$6°²qbcdefghijkl,noparstuvzxyw\0\0*³",
    "ch-fr": " +ä*ç%/à)=(\0\0'.-0123456789öé;\0\0_\"ABCDEFGHIJKLMNOPQRSTUVWXZYè$\0\0?§abcdefghijklmnopqrstuvwxzyü£!°",
    "ca": " !\0\0$%&\0\0)*+,-.é0123456789:;'=.É\"ABCDEFGHIJKLMNOPQRSTUVWXYZ\0\0\0\0_#abcdefghijklmnopqrstuvwxyz"
    + 4 * "\0",
}
"""Layout to what it shows; on ``ca`` two keys show a full stop."""

# What no layout changes: the line end and the GS1 separator, which are keys of their own.
_ALWAYS: Final = {character: character for character in "\r\n\t\x1d"}
_SHOWN: Final = {layout: _ALWAYS | dict(zip(_SENT, row, strict=True)) for layout, row in LAYOUTS.items()}
# Where two keys show one character the later wins: ">" and not "." on ca, where labels with a full stop arrive whole.
_BACK: Final = {
    layout: {shown: sent for sent, shown in table.items() if shown != "\0"} for layout, table in _SHOWN.items()
}


def sent_texts(shown: str) -> Iterator[tuple[str, str]]:
    """Yield each layout under which ``shown`` may stand for another text, and that text."""
    characters = frozenset(shown)
    for layout, table in _BACK.items():
        if characters <= table.keys():
            sent = "".join([table[character] for character in shown])
            if sent != shown:
                yield layout, sent


def shown_text(layout: str, sent: str) -> str | None:
    """Return what a tablet of that layout shows; None where a dead key or a character without a key is in the way.

    Raises:
        KeyError: no such layout.
    """
    table = _SHOWN[layout]
    shown = "".join([table.get(character, "\0") for character in sent])
    return None if "\0" in shown else shown
