// Writes into the service worker what it keeps on the device, and an edition that changes with any byte of it.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Plugin } from "vite";

const PLACE = "__PRECACHE__";

export function precache(): Plugin {
  let publicDir = "";
  return {
    name: "givre-precache",
    apply: "build",
    configResolved(config) {
      publicDir = config.publicDir;
    },
    generateBundle: {
      order: "post",
      handler(_options, bundle) {
        const seen = createHash("sha256");
        const files: string[] = [];
        const take = (name: string, content: string | Uint8Array): void => {
          files.push(name === "index.html" ? "/" : `/app/${name}`);
          seen.update(`${name}\0`).update(content);
        };
        for (const name of readdirSync(publicDir).sort()) take(name, readFileSync(join(publicDir, name)));
        for (const name of Object.keys(bundle).sort()) {
          const file = bundle[name];
          if (!file || name === "sw.js" || name.endsWith(".map")) continue;
          take(name, file.type === "chunk" ? file.code : file.source);
        }
        const worker = bundle["sw.js"];
        if (worker?.type !== "chunk") throw new Error("there is no service worker to write into");
        seen.update(worker.code);
        const told = JSON.stringify({ edition: seen.digest("hex").slice(0, 16), files });
        if (!worker.code.includes(PLACE)) throw new Error(`the service worker has no ${PLACE}`);
        worker.code = worker.code.replace(PLACE, () => told);
      },
    },
  };
}
