"""Trust policies: who is trusted, and when enough of them have vouched."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.ledger.policy import Group, PolicyError, parse_policy
from app.ledger.signers import Ed25519Cosigner, Ed25519Signer, Mldsa44Signer
from app.ledger.verify import UnreadableError, _parse_policy
from app.ledger.vkey import VerifierKey

LOG = Ed25519Signer("hospital.example/log", bytes([9]) * 32).vkey
PQ = Mldsa44Signer("auditor.example/pq", bytes(32)).vkey
W = [Ed25519Cosigner(f"w{i}.example/w", bytes([i]) * 32).vkey for i in range(4)]
TWO_GROUPS = f"""# the two kinds of cosigners
log {LOG}\thttps://hospital.example/log/

  witness w-maker {W[0]} https://maker.example/
witness w-auditor {W[1]}
witness w-public {W[2]}
group consistency 2 w-maker w-auditor w-public
witness replay-maker {W[3]}
witness replay-auditor {PQ}
group completeness any replay-maker replay-auditor
group both all consistency completeness
quorum both
"""


@pytest.fixture
def policy():
    return parse_policy(TWO_GROUPS.encode())


def test_a_policy_names_logs_witnesses_groups_and_a_quorum(policy):
    assert [(log.vkey, log.url) for log in policy.logs] == [(LOG, "https://hospital.example/log/")]
    assert [(name, party.url) for name, party in policy.witnesses.items()] == [
        ("w-maker", "https://maker.example/"),
        ("w-auditor", None),
        ("w-public", None),
        ("replay-maker", None),
        ("replay-auditor", None),
    ]
    assert policy.groups["completeness"] == Group(1, ("replay-maker", "replay-auditor"))
    assert policy.groups["both"] == Group(2, ("consistency", "completeness"))
    assert policy.quorum == "both"
    assert policy.logs[0].verifier.name == "hospital.example/log"


@pytest.mark.parametrize(
    ("cosigned", "met"),
    [
        (set(), False),
        ({"w-maker", "w-auditor", "w-public"}, False),
        ({"w-maker", "replay-maker"}, False),
        ({"w-maker", "w-public", "replay-auditor"}, True),
        ({"both"}, False),
        ({"stranger", "consistency", "completeness"}, False),
    ],
    ids=lambda value: "-".join(sorted(value)) if isinstance(value, set) else str(value),
)
def test_a_quorum_is_met_by_enough_of_each_group(policy, cosigned, met):
    assert policy.is_met(cosigned) is met
    assert ("both" in _parse_policy(TWO_GROUPS.encode()).vouching(cosigned & set(policy.witnesses))) is met


def test_the_groups_that_vouch_are_named(policy):
    assert policy.met({"w-maker", "replay-maker", "stranger"}) == {"w-maker", "replay-maker", "completeness"}


def test_a_quorum_of_nobody_is_always_met():
    assert parse_policy(b"quorum none\n").is_met(set())


def test_a_quorum_may_be_one_witness():
    policy = parse_policy(f"witness w {W[0]}\nquorum w\n".encode())
    assert policy.is_met({"w"})
    assert not policy.is_met(set())


def test_names_are_octets_and_need_not_be_utf_8():
    policy = parse_policy(
        b"witness \xff " + W[0].encode() + b"\nwitness \xc3\xa9 " + W[1].encode() + b"\nquorum \xff\n"
    )
    assert policy.is_met({"\udcff"})
    assert not policy.is_met({"é"})


FALSE = {
    "nothing": "",
    "no quorum": f"log {LOG}\n",
    "cut": "quorum none",
    "two quorums": "quorum none\nquorum none\n",
    "unknown word": "trust me\nquorum none\n",
    "carriage return": "quorum none\r\n",
    "quorum before its group": f"quorum w\nwitness w {W[0]}\n",
    "unknown quorum": "quorum w\n",
    "witness called none": f"witness none {W[0]}\nquorum none\n",
    "name twice": f"witness w {W[0]}\nwitness w {W[1]}\nquorum w\n",
    "name of a group twice": f"witness w {W[0]}\ngroup w any w\nquorum w\n",
    "key twice": f"witness a {W[0]}\nwitness b {W[0]}\nquorum none\n",
    "log key as witness": f"log {LOG}\nwitness a "
    f"{VerifierKey('x.example/w', 4, Ed25519Signer('h', bytes([9]) * 32).public_key).to_text()}\nquorum none\n",
    "log with a witness key": f"log {W[0]}\nquorum none\n",
    "witness with a log key": f"witness w {LOG}\nquorum none\n",
    "false key ID": f"witness w {W[0].replace('+', '+0', 1)}\nquorum none\n",
    "no key": "log key\nquorum none\n",
    "two urls": f"log {LOG} a b\nquorum none\n",
    "empty group": "group g any\nquorum none\n",
    "group of nobody": "group g any none\nquorum none\n",
    "group of a later": f"group g any w\nwitness w {W[0]}\nquorum none\n",
    "member twice": f"witness w {W[0]}\ngroup g any w w\nquorum g\n",
    "member of two": f"witness w {W[0]}\ngroup g any w\ngroup h any w\nquorum g\n",
    "too many asked": f"witness w {W[0]}\ngroup g 2 w\nquorum g\n",
    "none asked": f"witness w {W[0]}\ngroup g 0 w\nquorum g\n",
    "leading zero": f"witness w {W[0]}\ngroup g 01 w\nquorum g\n",
    "most": f"witness w {W[0]}\ngroup g most w\nquorum g\n",
}


@pytest.mark.parametrize("text", FALSE.values(), ids=FALSE)
def test_a_policy_that_the_standard_does_not_allow_is_refused_by_both_readers(text):
    with pytest.raises(PolicyError) as refusal:
        parse_policy(text.encode())
    assert refusal.value.code == "ledger-policy"
    with pytest.raises(UnreadableError):
        _parse_policy(text.encode())


@pytest.mark.parametrize("key", [VerifierKey("h", 1, bytes(31)), VerifierKey("h", 6, bytes(1311))])
def test_a_key_of_another_length_is_refused_by_both_readers(key):
    text = f"log {key.to_text()}\nquorum none\n".encode()
    with pytest.raises(PolicyError, match="line 1"):
        parse_policy(text)
    with pytest.raises(UnreadableError):
        _parse_policy(text)


@given(
    st.binary(max_size=80)
    | st.lists(st.sampled_from(TWO_GROUPS.split(" ")), max_size=12).map(lambda w: " ".join(w).encode())
)
def test_both_readers_of_policies_agree_on_anything(text):
    try:
        ours = parse_policy(text)
    except PolicyError:
        with pytest.raises(UnreadableError):
            _parse_policy(text)
    else:
        theirs = _parse_policy(text)
        assert ([*ours.witnesses], [*ours.groups], ours.quorum or "none") == (
            [*theirs.witnesses],
            [*theirs.groups],
            theirs.quorum[0],
        )
