// What this device keeps: scans that wait, scans that were settled, and what it knows. One database, its shape versioned.
import type { DBSchema, IDBPDatabase, StoreNames } from "idb";
import { openDB } from "idb";
import type { Chain, ChainedAct } from "../core/queue/link.ts";

/** A scan that waits to be sent: as it goes to the service, and whose it is. */
export interface Waiting {
  /** Its place in the device's chain, and so in the queue. */
  readonly seq: number;
  readonly person: string;
  readonly message: ChainedAct;
  /** When it was kept, by this device's clock, milliseconds; apps before this one did not say. */
  readonly kept?: number;
  /** Somebody stood in front of it then. */
  readonly awaited?: boolean;
  /** Where it goes while they do, when that is not `/scans`. */
  readonly door?: string;
  /** This device's own verdict was on the way then, and goes along if it is STOP. */
  readonly judging?: boolean;
  /** The code by which this device has told its person to stop (decision 179). */
  readonly told?: string;
}

/** A scan that the service has, with its answer; or one that it does not want, for a person to settle. */
export interface Settled {
  readonly scan_id: string;
  readonly seq: number;
  readonly step: string;
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
  /** This device's clock, milliseconds. */
  readonly at: number;
}

/** A scan that the service did not want; kept for good, also once a person has said what became of it. */
export interface Parked extends Settled {
  readonly message: ChainedAct;
  readonly person: string;
  readonly closed?: { readonly by: string; readonly reason: string; readonly at: number };
  /** The service knows that it is here (decision 147). */
  readonly handed?: boolean;
}

/** A photograph, its bytes sealed, and the acts that name it for which the service does not have it yet. */
export interface Photo {
  readonly sha256: string;
  readonly type: string;
  /** This device's clock, milliseconds. */
  readonly at: number;
  readonly acts: readonly { readonly scan_id: string; readonly bag_id: string; readonly person: string }[];
  readonly iv: Uint8Array<ArrayBuffer>;
  readonly sealed: ArrayBuffer;
  /** The service's code where it does not want it: it stays here for a person. */
  readonly refused?: string;
}

interface Shape extends DBSchema {
  queue: { key: number; value: Waiting };
  parked: { key: string; value: Parked };
  answers: { key: string; value: Settled; indexes: { seq: number } };
  chain: { key: string; value: Chain };
  kept: { key: string; value: unknown };
  photos: { key: string; value: Photo };
}

export type Database = IDBPDatabase<Shape>;
export type Store = StoreNames<Shape>;

let opened: Promise<Database> | null = null;

/** The database of this device; another edition of the app that needs a newer shape is let through. */
export function database(): Promise<Database> {
  // A refusal is not remembered: a browser that was just killed may still hold the files for a moment.
  opened ??= open().catch((error: unknown) => {
    opened = null;
    throw error;
  });
  return opened;
}

function open(): Promise<Database> {
  return openDB<Shape>("givre", 2, {
    upgrade(base, before) {
      if (before < 1) {
        base.createObjectStore("queue", { keyPath: "seq" });
        base.createObjectStore("parked", { keyPath: "scan_id" });
        base.createObjectStore("answers", { keyPath: "scan_id" }).createIndex("seq", "seq");
        base.createObjectStore("chain");
        base.createObjectStore("kept");
      }
      if (before < 2) base.createObjectStore("photos", { keyPath: "sha256" });
    },
    blocking(_current, _blocked, event) {
      opened = null;
      (event.target as IDBDatabase).close();
    },
    terminated() {
      opened = null;
    },
  });
}

/** Ask the browser to keep it when space runs out; false when it will not say so (then unsent scans are shown the louder). */
export async function persist(): Promise<boolean> {
  return (await navigator.storage?.persist?.()) ?? false;
}
