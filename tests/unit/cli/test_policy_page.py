from __future__ import annotations

from pathlib import Path

from app.access.policy import POLICY
from app.cli import main
from app.cli.policy import page
from app.custody.steps import STEPS

PAGE = Path(__file__).parents[3] / "docs" / "policy.md"


def test_the_page_of_who_may_do_what_is_the_one_the_tables_give() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run: givre policy --write docs/policy.md"


def test_every_route_with_its_reason_and_every_step_stands_in_it() -> None:
    text = page()
    for rule in POLICY:
        (line,) = [one for one in text.splitlines() if one.startswith(f"| `{rule.method} {rule.path}` |")]
        assert line.endswith(f"| {rule.why} |")
    for step in STEPS:
        assert f"| `{step.tag}` {step.labels.fr} / {step.labels.en} |" in text


def test_the_page_is_printed_or_written_where_asked(tmp_path: Path, capsys) -> None:
    assert main(["policy"]) == 0
    assert capsys.readouterr().out == page()
    assert main(["policy", "--write", str(tmp_path / "page.md")]) == 0
    assert (tmp_path / "page.md").read_text(encoding="utf-8") == page()
