"""Reports that were made lately, given out again while everything that they were made from is what it was.

A report is a function of what is read for it, and making one costs twenty times the reading. So what was read is kept
with it, question by question. Asked again, the same questions are asked of the database, in the same order; the answers
being equal, the report is equal. One answer that differs, and the report is made anew.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Final, Generic, TypeVar

from app.actions.reader import StoredSubject

_Made = TypeVar("_Made")
_KEPT: Final = 16
_KEPT_FOR: Final = timedelta(minutes=10)
"""A report may name a patient: what nobody asks for again is not held in memory for long."""
_NEVER_CHANGES: Final = frozenset({"hashes", "heads", "entries"})
"""What is asked of a published log below its checkpoint: entries and hashes are append-only, and signed."""


@dataclass(frozen=True, slots=True)
class _Question:
    ask: Callable[..., Any]
    values: tuple[Any, ...]
    named: Mapping[str, Any]
    answer: Any

    def is_answered_as_before(self) -> bool:
        return bool(_as_read(self.ask(*self.values, **self.named)) == self.answer)


@dataclass(frozen=True, slots=True)
class _Kept(Generic[_Made]):
    made: _Made
    given: object
    questions: tuple[_Question, ...]
    until: datetime


@dataclass(slots=True)
class Heard:
    """Stands in for a reader and writes down what it is asked and what it answers."""

    _reader: Any
    _questions: list[_Question] = field(default_factory=list)

    def __getattr__(self, name: str) -> Any:
        """Return the reader's method, heard."""
        ask = getattr(self._reader, name)
        if name in _NEVER_CHANGES:
            return ask

        def heard(*values: Any, **named: Any) -> Any:
            answer = ask(*values, **named)
            still = {name: _still(value) for name, value in named.items()}
            self._questions.append(_Question(ask, tuple(map(_still, values)), still, _as_read(answer)))
            return answer

        return heard


class KeptReports(Generic[_Made]):
    """The reports made last, by what was asked for; threads may share it, as each step on the dictionary is one."""

    def __init__(self) -> None:
        """Keep none."""
        self._kept: dict[Hashable, _Kept[_Made]] = {}

    def made(self, key: Hashable, given: object, now: datetime, make: Callable[[Callable[[Any], Any]], _Made]) -> _Made:
        """Return what was made for this ``key`` if all that is ``given`` and every answer is the same, or make it.

        ``make`` is given what turns a reader into one that is heard; it reads through no other.
        """
        for one, old in list(self._kept.items()):
            if old.until <= now:
                self._kept.pop(one, None)
        kept = self._kept.get(key)
        if kept is not None and kept.given == given and all(one.is_answered_as_before() for one in kept.questions):
            return kept.made
        questions: list[_Question] = []
        made = make(lambda reader: Heard(reader, questions))
        self._kept.pop(key, None)
        self._kept[key] = _Kept(made, given, tuple(questions), now + _KEPT_FOR)
        for one in list(self._kept)[:-_KEPT]:
            self._kept.pop(one, None)
        return made

    def forget(self) -> None:
        """Keep none any more: something that one of them may show was erased."""
        self._kept.clear()


def _still(value: Any) -> Any:
    # What a question was asked with may grow while the report is made.
    if isinstance(value, Mapping):
        return tuple(value)
    return frozenset(value) if isinstance(value, AbstractSet) else value


def _as_read(answer: Any) -> Any:
    # That a report is issued is recorded on chains of which it tells: how long one is by now stands in no report.
    if isinstance(answer, list):
        return [replace(one, seq=0) if isinstance(one, StoredSubject) else one for one in answer]
    return answer
