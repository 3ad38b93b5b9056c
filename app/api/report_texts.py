"""Problems of the custody report."""

from __future__ import annotations

from app.api.problem_kind import Problem, problem_kind

REPORTS: dict[str, Problem] = {
    "audience-refused": problem_kind(
        403,
        ("Exemplaire refusé", "Copy refused"),
        (
            "Cet exemplaire en dit plus que vous ne pouvez lire. Demandez le vôtre, ou un exemplaire qui en dit moins.",
            "This copy tells more than you may read. Ask for your own, or for one that tells less.",
        ),
    ),
}
