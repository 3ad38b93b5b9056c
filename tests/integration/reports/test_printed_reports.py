"""The report as PDF over HTTP: the pages, the report inside, and what happens when somebody repaints a page."""

import io
import json

import pikepdf
import pytest

from app.cli.verify import pages_of
from app.ledger.verify import Asked, verify
from tests.hospital import opened
from tests.house import databases
from tests.house.databases import PostgresTemplate
from tests.unit.reports import pdf_words

COMMANDS = '#panic("x") ] [ #read("/etc/passwd") — reçu à l’œil'


class Place:
    """A bag that was infused, and what an auditor got from elsewhere."""

    def __init__(self, hospital):
        self.hospital = hospital
        self.journey = hospital.enrol()
        self.journey.to_store("D1-T1-R1-B1-P1")
        label = self.journey.product_label()
        for step in ("retrieved", "thawed", "issued", "identified"):
            getattr(self.journey, step)()
        started = {"no_leukodepleting_filter": True}
        hospital.taken(
            "nurse1", "infusion_started", [label, self.journey.wristband], witness="doctor1", details=started
        )
        ended = {"volume_ml": 68, "completeness": "whole", "reactions": COMMANDS}
        hospital.taken("nurse1", "infusion_ended", [label], witness="doctor1", details=ended)
        hospital.publish()
        self.bag = self.journey.products[0]
        self.policy = hospital.get("/api/v1/ledger/policy").content
        self.key = hospital.get("/api/v1/ledger/keys").json()["receipts"][0]

    def answer(self, login="pharm1", what=None, **query):
        answer = self.hospital.get(f"/api/v1/{what or f'bags/{self.bag}'}/report", login, params=query)
        assert answer.status_code == 200, answer.text
        return answer

    def verified(self, document, pages=pages_of):
        return verify(document, Asked(policy=self.policy, receipt_key=self.key, pages=pages))


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def place(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp("printed")
    template = request.getfixturevalue(f"{'postgres' if request.param == 'postgresql' else 'sqlite'}_template")
    copying = template.copy() if isinstance(template, PostgresTemplate) else databases.sqlite_copy(template)
    with copying as database, opened(database.url, folder) as hospital:
        yield Place(hospital)


@pytest.fixture(scope="module")
def document(place):
    return place.answer(format="pdf").content


def steps(report):
    return {step.name: step.status for step in report.steps}


def test_the_pdf_holds_the_report_that_json_gives(place, document):
    answer = place.answer(format="pdf")

    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["content-disposition"].endswith('-hospital.pdf"')
    assert answer.content == document
    [(content, _)] = pdf_words.attached(document).values()
    assert content == place.answer().content


def test_each_copy_has_its_own_pages(place):
    made = {
        place.answer(format="pdf", audience=audience, language=language).content
        for audience in ("hospital", "auditor", "maker")
        for language in ("fr", "en")
    }

    assert len(made) == 6
    assert all(place.verified(one).verdict == "valid" for one in made)
    words = ["".join(pdf_words.pages(one)) for one in made]
    assert sum(place.journey.ipp in said for said in words) == 2


def test_a_therapy_is_printed_with_all_its_bags(place):
    made = place.answer(what=f"therapies/{place.journey.therapy}", format="pdf").content

    said = place.verified(made)
    assert (said.verdict, len(said.parts)) == ("valid", 3)
    assert steps(said)["pages"] == "ok"
    assert "Dossierdetraçabilitéd'untraitement" in pdf_words.pages(made)[0]


def test_what_somebody_noted_is_printed_as_it_was_written(document):
    assert COMMANDS.replace(" ", "") in "".join(pdf_words.pages(document))


def test_the_verifier_takes_the_pdf_and_makes_its_pages_anew(place, document):
    said = place.verified(document)

    assert said.verdict == "valid"
    assert (steps(said)["report"], steps(said)["pages"]) == ("ok", "ok")
    digest = json.loads(place.answer().content)["seal"]["digest"]
    assert digest in said.steps[-1].en
    assert all(digest in page for page in pdf_words.pages(document))


def repainted(document):
    """Return the PDF with the volume of its pages changed, its attachment untouched."""
    with pikepdf.open(io.BytesIO(document)) as pdf:
        for page in pdf.pages:
            content = page.Contents.read_bytes()
            page.Contents = pdf.make_stream(content.replace(b"Tj", b"Tj ", 1))
        saved = io.BytesIO()
        pdf.save(saved, deterministic_id=True)
    return saved.getvalue()


def test_pages_that_were_repainted_are_found_out(place, document):
    forged = repainted(document)

    assert pdf_words.attached(forged) == pdf_words.attached(document)
    said = place.verified(forged)
    assert (said.verdict, steps(said)["report"], steps(said)["pages"]) == ("invalid", "ok", "failed")


def test_who_cannot_make_the_pages_is_told_what_counts_and_what_must_stand_there(place, document):
    said = place.verified(repainted(document), pages=None)

    assert (said.verdict, steps(said)["pages"]) == ("valid", "not-checked")
    assert "only the attached file counts" in said.steps[-1].en
    assert json.loads(place.answer().content)["seal"]["digest"] in said.steps[-1].en


def with_another(document, change):
    with pikepdf.open(io.BytesIO(document)) as pdf:
        [name] = pdf.attachments
        told = json.loads(pdf.attachments[name].get_file().read_bytes())
        change(told)
        del pdf.attachments[name]
        pdf.attachments[name] = json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()
        saved = io.BytesIO()
        pdf.save(saved)
    return saved.getvalue()


def test_a_report_that_was_altered_inside_its_pdf_is_found_out(place, document):
    forged = with_another(document, lambda told: told["infusion"][0]["ended"].update(volume_ml=86))

    said = place.verified(forged)
    assert (said.verdict, steps(said)["report"], steps(said)["pages"]) == ("invalid", "failed", "failed")


def test_another_version_s_pages_are_not_judged(place, document):
    forged = with_another(document, lambda told: told["cover"].update(software="givre 99.0.0"))

    assert steps(place.verified(forged))["pages"] == "not-checked"


def test_a_report_of_no_known_shape_makes_no_pages(place, document):
    forged = with_another(document, lambda told: told.update(subject=[], words=None))

    assert steps(place.verified(forged))["pages"] == "failed"
