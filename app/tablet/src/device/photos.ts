// Photographs of an act: made small and silent here, sealed on the disk, named by digest in the scan, sent after it.
import { signal } from "@preact/signals";
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import type { Photo } from "./database.ts";
import { database } from "./database.ts";
import { StorageFull } from "./queue.ts";
import { ask } from "./reach.ts";
import { session, tokenOf } from "./session.ts";
import { sealBytes, unsealBytes } from "./vault.ts";

/** How many photographs wait to be sent, and how many the service did not want; 0 until the disk was read. */
export const photosUnsent = signal(0);
export const photosRefused = signal(0);

/** Longest sides in pixels, tried one after the other until the picture is small enough. */
const SIDES = [2000, 1600, 1200, 900];
/** Bytes; the service reads messages of a megabyte. */
const MOST = 900_000;
const QUALITY = 0.85;
/** Milliseconds after which a photograph that no act ever named is forgotten. */
const DRAFT = 24 * 3_600_000;
const SLOW = 60_000;
const REFUSALS = new Set([403, 404, 409, 413, 422]);

/** A photograph as it is shown in a form: its digest, and an address that lasts as long as the page. */
export interface Shot {
  readonly sha256: string;
  readonly url: string;
}

/** Take a picture in: drawn anew, so that nothing but what is seen goes on; on the disk when this resolves. */
export async function keepPhoto(file: Blob): Promise<Shot> {
  const blob = await small(file);
  const bytes = new Uint8Array(await blob.arrayBuffer());
  const digest = bytesToHex(sha256(bytes));
  const kept: Photo = { sha256: digest, type: blob.type, at: Date.now(), acts: [], ...(await sealBytes(digest, bytes)) };
  const base = await database();
  try {
    const change = base.transaction("photos", "readwrite", { durability: "strict" });
    const there = await change.store.get(digest);
    if (!there) await change.store.put(kept);
    await change.done;
  } catch (error) {
    if (error instanceof DOMException && error.name === "QuotaExceededError") throw new StorageFull();
    throw error;
  }
  return { sha256: digest, url: URL.createObjectURL(blob) };
}

/** Send one photograph whose act the service has; true when one went, so that there may be another. */
export async function sendPhoto(): Promise<boolean> {
  const photo = await next();
  const act = photo?.acts[0];
  if (!photo || !act) return false;
  const token = (await tokenOf(act.person)) ?? (session.value ? await tokenOf(session.value.login) : null);
  const bytes = token === null ? null : await unsealBytes(photo.sha256, photo);
  if (token === null || bytes === null) return false;
  const body = new FormData();
  body.append("bag_id", act.bag_id);
  body.append("scan_id", act.scan_id);
  body.append("file", new Blob([bytes], { type: photo.type }), "photo.jpg");
  const answer = await ask("/api/v1/attachments", { method: "POST", headers: { authorization: `Bearer ${token}` }, body }, SLOW);
  const told = (await answer.json().catch(() => null)) as { readonly code?: unknown; readonly sha256?: unknown } | null;
  // Only an answer of ours counts: a portal answers 201 and 404 to anything.
  if (answer.status === 201 && told?.sha256 === photo.sha256) return change(photo.sha256, ({ acts }) => ({ acts: acts.slice(1) }));
  if (REFUSALS.has(answer.status) && typeof told?.code === "string") return change(photo.sha256, () => ({ refused: String(told.code) }));
  return false;
}

/** Read the counts from the disk, and forget what no act ever named. */
export async function recountPhotos(now: number = Date.now()): Promise<void> {
  const base = await database();
  let unsent = 0;
  let refused = 0;
  let cursor = await base.transaction("photos", "readwrite").store.openCursor();
  while (cursor) {
    const { acts, at, refused: code } = cursor.value;
    if (acts.length === 0 && at < now - DRAFT) await cursor.delete();
    else if (code !== undefined) refused += 1;
    else if (acts.length > 0) unsent += 1;
    cursor = await cursor.continue();
  }
  [photosUnsent.value, photosRefused.value] = [unsent, refused];
}

async function next(): Promise<Photo | null> {
  let cursor = await (await database()).transaction("photos").store.openCursor();
  while (cursor) {
    if (cursor.value.acts.length > 0 && cursor.value.refused === undefined) return cursor.value;
    cursor = await cursor.continue();
  }
  return null;
}

async function change(digest: string, made: (photo: Photo) => Partial<Photo>): Promise<boolean> {
  const work = (await database()).transaction("photos", "readwrite", { durability: "strict" });
  const photo = await work.store.get(digest);
  const after = photo && { ...photo, ...made(photo) };
  // Every act that names it has it: the bytes are the service's now.
  if (after) await (after.acts.length === 0 ? work.store.delete(digest) : work.store.put(after));
  await work.done;
  await recountPhotos();
  return true;
}

async function small(file: Blob): Promise<Blob> {
  const bitmap = await createImageBitmap(file);
  try {
    for (const side of SIDES) {
      const scale = Math.min(1, side / Math.max(bitmap.width, bitmap.height));
      const canvas = document.createElement("canvas");
      [canvas.width, canvas.height] = [Math.round(bitmap.width * scale), Math.round(bitmap.height * scale)];
      canvas.getContext("2d")?.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
      const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/jpeg", QUALITY));
      if (blob && blob.size <= MOST) return blob;
    }
  } finally {
    bitmap.close();
  }
  throw new RangeError("a picture that will not become small");
}
