"""What a PDF says: the words of each page, through each font's own map from glyphs to characters."""

import io
import re

import pikepdf

_PAIR = re.compile(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>")


def opened(document):
    return pikepdf.open(io.BytesIO(document))


def attached(document):
    with opened(document) as pdf:
        return {name: (spec.get_file().read_bytes(), spec.relationship) for name, spec in pdf.attachments.items()}


def pages(document):
    """Return the text of every page, the spaces between words left out: they are only moves on the paper."""
    with opened(document) as pdf:
        return ["".join(_drawn(page)).replace(" ", "").replace("\u00a0", "") for page in pdf.pages]


def _drawn(page):
    fonts = {name: _characters(font) for name, font in page.get("/Resources", {}).get("/Font", {}).items()}
    characters = {}
    for operands, operator in pikepdf.parse_content_stream(page):
        if str(operator) == "Tf":
            characters = fonts[str(operands[0])]
        elif str(operator) in {"Tj", "TJ"}:
            parts = operands[0] if str(operator) == "TJ" else operands
            for part in parts:
                if isinstance(part, pikepdf.String):
                    code = bytes(part)
                    yield from (characters.get(code[at : at + 2], "") for at in range(0, len(code), 2))


def _characters(font):
    found = {}
    for block in re.findall(rb"beginbfchar(.*?)endbfchar", font.ToUnicode.read_bytes(), re.DOTALL):
        for code, character in _PAIR.findall(block):
            found[bytes.fromhex(code.decode())] = bytes.fromhex(character.decode()).decode("utf-16-be")
    return found
