// Scans that the service did not want. They stay on the device; a person sends them again, or says what became of them.
import type { Parked } from "./database.ts";
import { database } from "./database.ts";
import { announce } from "./queue.ts";

/** Those that wait for a person, the oldest first. */
export async function parkedScans(): Promise<readonly Parked[]> {
  const all = await (await database()).getAll("parked");
  return all.filter(({ closed }) => !closed).sort((one, other) => one.seq - other.seq);
}

/** Back into its place in the queue, as it was: the service may be able to read it now. */
export async function sendAgain({ scan_id, seq, person, message }: Parked): Promise<void> {
  const change = (await database()).transaction(["queue", "parked"], "readwrite", { durability: "strict" });
  await Promise.all([
    change.objectStore("queue").put({ seq, person, message }),
    change.objectStore("parked").delete(scan_id),
    change.done,
  ]);
  announce();
}

/** A person says what became of it; it is kept with their reason. What the service misses it asks for (decision 150). */
export async function close(scan: Parked, by: string, reason: string): Promise<void> {
  const change = (await database()).transaction("parked", "readwrite", { durability: "strict" });
  await Promise.all([change.store.put({ ...scan, closed: { by, reason, at: Date.now() } }), change.done]);
  announce();
}
