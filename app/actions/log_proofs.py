"""Proofs from the stored hashes of a published log."""

from __future__ import annotations

from app.actions.log_reader import LogReader
from app.ledger.tree import folded, nodes_of, prove, spans_of_consistency, spans_of_inclusion, with_hashes


def root_of(reader: LogReader, log: int, size: int) -> bytes:
    """Return the root of the tree of the first ``size`` entries."""
    return with_hashes(
        lambda subtree: folded([subtree(*node) for node in nodes_of(0, size)]),
        lambda wanted: reader.hashes(log, wanted),
    )


def inclusion_proof(reader: LogReader, log: int, *, index: int, size: int) -> tuple[bytes, ...]:
    """Prove the entry ``index`` in the tree of ``size`` entries, the leaf's sibling first."""
    spans = spans_of_inclusion(index, size)
    return with_hashes(lambda subtree: prove(spans, subtree), lambda wanted: reader.hashes(log, wanted))


def consistency_proof(reader: LogReader, log: int, *, old: int, size: int) -> tuple[bytes, ...]:
    """Prove that the tree of ``old`` entries is the beginning of the one of ``size``."""
    spans = spans_of_consistency(old, size)
    return with_hashes(lambda subtree: prove(spans, subtree), lambda wanted: reader.hashes(log, wanted))
