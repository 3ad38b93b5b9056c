"""The database's own limit: pgbench running the statements of one accepted scan, on the same tables and indexes."""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

from tests.postgres import Server, pgbench_path

# The statements of one `observed` scan as the recorder writes them, one row each. Values that the service computes
# (entry, leaf, body, answer) are of the size the service writes. A fresh id that is looked up stands in a sub-select:
# it is volatile, and compared directly it would be made anew for every row, without the index.
SCRIPT = """
\\set number random(1, :bags)
BEGIN;
SELECT tenant, scan_id, digest, outcome, answer FROM scan WHERE tenant = 'chu'
  AND scan_id = (SELECT gen_random_uuid()::text);
SELECT subject AS subject FROM identifier WHERE active
  AND key = (SELECT key FROM bench_bag WHERE number = :number) \\gset
SELECT seq AS seq, doc AS doc FROM subject WHERE id = :subject FOR UPDATE \\gset
INSERT INTO event (id, tenant, subject, kind, seq, tag, recorded_at, occurred_at, actor, witness, scan_id, entry, leaf)
  VALUES (gen_random_uuid()::text, 'chu', :subject, 'bag', :seq, 'custody_observed_taken', now()::text,
          now()::text, '0190f4c5-7b1e-7c3a-9d2e-5f6a7b8c9d0e', NULL, gen_random_uuid()::text,
          decode(repeat('ab', 356), 'hex'), sha256(gen_random_uuid()::text::bytea));
INSERT INTO event_body (event, body, salt, private, private_salt)
  VALUES (gen_random_uuid()::text, decode(repeat('cd', :body), 'hex'), decode(repeat('ef', 32), 'hex'),
          decode(repeat('12', 60), 'hex'), decode(repeat('34', 32), 'hex'));
INSERT INTO scan (tenant, scan_id, digest, outcome, answer, recorded_at)
  VALUES ('chu', gen_random_uuid()::text, decode(repeat('56', 32), 'hex'), 'taken',
          decode(repeat('78', :answer), 'hex'), now()::text);
UPDATE subject SET seq = seq + 1, head = sha256(gen_random_uuid()::text::bytea), doc = :doc WHERE id = :subject;
UPDATE bag SET state = state, custodian = custodian, on_hold = on_hold WHERE id = :subject;
COMMIT;
"""


@dataclass(frozen=True, slots=True)
class Limit:
    """Transactions a second, and latencies in seconds."""

    rate: float
    p50: float
    p99: float


def measure(server: Server, database: str, *, clients: int, seconds: int, folder: Path, sizes: dict[str, int]) -> Limit:
    """Run pgbench for some seconds."""
    program = pgbench_path()
    if program is None:
        message = "pgbench is needed for the limit: install PostgreSQL (Debian: apt-get install postgresql)"
        raise SystemExit(message)
    script = folder / "scan.sql"
    script.write_text(SCRIPT)
    script.chmod(0o644)
    for old in folder.glob("latency*"):
        old.unlink()
    command = [str(program), "-n", "-M", "prepared", "-c", str(clients), "-j", str(min(2, clients)), "-T", str(seconds)]
    command += ["-l", "--log-prefix", str(folder / "latency"), "-f", str(script)]
    for name, value in sizes.items():
        command += ["-D", f"{name}={value}"]
    done = subprocess.run(
        command,
        env={**server.environment(database), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )
    found = re.search(r"tps = ([0-9.]+) \(without initial", done.stdout)
    if found is None:
        raise SystemExit(done.stdout + done.stderr)
    latencies = sorted(
        int(line.split()[2]) / 1e6 for file in folder.glob("latency*") for line in file.read_text().splitlines()
    )
    return Limit(float(found[1]), latencies[len(latencies) // 2], latencies[int(len(latencies) * 0.99)])
