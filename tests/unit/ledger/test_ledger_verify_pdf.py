"""Evidence inside a PDF: found however the file is written, and never an error, a hang or another file's evidence."""

import io
import json
import random
import zlib

import pikepdf
import pytest

from app.ledger import verify as verifier
from app.ledger.verify import Asked, verify


def pdf(*objects):
    return b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\n" + b"".join(objects) + b"%%EOF\n"


def embedded(content, dictionary="/Type /EmbeddedFile /Length {length}", *, packed=False, end=b"\nendstream\nendobj\n"):
    stream = zlib.compress(content) if packed else content
    said = dictionary.format(length=len(stream)) + (" /Filter /FlateDecode" if packed else "")
    return b"2 0 obj\n<< " + said.encode() + b" >>\nstream\n" + stream + end


@pytest.fixture
def content(ordinary):
    return json.dumps(ordinary.evidence(1)).encode()


@pytest.fixture
def verdict(ordinary):
    return lambda document: verify(document, Asked(policy=ordinary.policy())).verdict


@pytest.mark.parametrize("packed", [True, False])
@pytest.mark.parametrize(
    "dictionary",
    [
        "/Type /EmbeddedFile /Length {length}",
        "/Length {length}/Type/EmbeddedFile/Subtype/application#2Fjson/Params<</Size 7/ModDate(D:20270113080001Z)>>",
        "/Params << /CheckSum <00> >> /Length 7 0 R /Type /EmbeddedFile",
        "/Type /EmbeddedFile",
        "/Length 3 /Type /EmbeddedFile",
        "/Length 4000000000 /Type /EmbeddedFile",
        f"/Type /EmbeddedFile /Desc ({'x' * 3000}) /Length {{length}}",
    ],
)
def test_evidence_is_found_whatever_its_dictionary_says(content, verdict, dictionary, packed):
    assert verdict(pdf(embedded(content, dictionary, packed=packed))) == "valid"


def test_words_of_the_format_inside_the_evidence_end_nothing(ordinary, verdict):
    bundle = ordinary.evidence(1)
    bundle["policy"] = "endstream\nendobj /Type /EmbeddedFile >>stream\n"
    content = json.dumps(bundle).encode()

    assert verdict(pdf(embedded(content))) == "valid"
    assert verdict(pdf(embedded(content, packed=True))) == "valid"


@pytest.mark.parametrize(
    "other",
    [
        embedded(b"\x78\x9cnot deflated", packed=False),
        embedded(b"\x78\x9cnot deflated").replace(b"/Type", b"/Filter /FlateDecode /Type"),
        b"/EmbeddedFile",
        b"/Type /EmbeddedFile >> endobj << >> stream\n{}endstream",
        b"/EmbeddedFile" + b" " * 5000 + b">>stream\n",
        embedded(b"{}", end=b""),
        b"<< /Names << /EmbeddedFiles << /Names [(a) 2 0 R] >> >> >>\n",
        b"3 0 obj << /Type /EmbeddedFile >> endobj 4 0 obj << /Length 2 >>\nstream\n{}\nendstream endobj\n",
    ],
)
def test_what_cannot_be_read_is_passed_over(content, verdict, other):
    assert verdict(pdf(other, embedded(content, packed=True))) == "valid"
    assert verdict(pdf(other)) == "unreadable"


def test_two_different_files_of_evidence_are_no_answer(ordinary, verdict):
    first, second = (json.dumps(ordinary.evidence(number)).encode() for number in (1, 2))

    assert verdict(pdf(embedded(first), embedded(first, packed=True))) == "valid"
    assert verdict(pdf(embedded(first), embedded(second))) == "unreadable"


def test_what_swells_is_cut(content, verdict):
    bomb = embedded(b'{"heads_entry":' + bytes(1 << 24), packed=True)

    assert len(bomb) < 1 << 15
    assert verdict(pdf(*[bomb] * 40)) == "unreadable"
    unpacked = [*verifier._attachments(pdf(*[bomb] * 40))]
    assert sum(map(len, unpacked)) <= 1 << 28


def test_many_names_and_no_file_cost_little(verdict):
    assert verdict(pdf(b"/Type /EmbeddedFile " * 200_000)) == "unreadable"


def test_a_file_that_another_program_saved_again_is_still_read(content, verdict):
    made = pikepdf.new()
    made.add_blank_page()
    made.attachments["report.json"] = content
    for options in ({}, {"compress_streams": False}, {"object_stream_mode": pikepdf.ObjectStreamMode.generate}):
        saved = io.BytesIO()
        made.save(saved, **options)
        assert verdict(saved.getvalue()) == "valid"


@pytest.mark.parametrize("seed", range(8))
def test_a_damaged_pdf_is_never_an_error_and_never_other_evidence(content, ordinary, seed):
    chance = random.Random(seed)  # noqa: S311  # picks damage, no keys
    whole = pdf(embedded(content, packed=True))
    for _ in range(60):
        damaged = bytearray(whole)
        for _ in range(chance.randint(1, 4)):
            at = chance.randrange(5, len(damaged))
            damaged[at : at + chance.randint(0, 3)] = chance.randbytes(chance.randint(0, 3))
        said = verify(bytes(damaged), Asked(policy=ordinary.policy()))
        assert said.verdict in {"valid", "invalid", "unreadable"}
        if said.verdict == "valid":
            [found] = verifier._attachments(bytes(damaged))
            assert json.loads(found) == json.loads(content)
