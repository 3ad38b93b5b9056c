import { resolve } from "node:path";
import { defineConfig } from "vitest/config";
import { precache } from "./precache.ts";

// Everything but the page itself lies below /app/, so that the service has two routes for it and no more.
export default defineConfig({
  base: "/app/",
  plugins: [precache()],
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: {
    target: ["chrome111", "safari16.4"],
    assetsInlineLimit: 0, // our content security policy takes no data: address for a script or a style
    modulePreload: { polyfill: false },
    emptyOutDir: true,
    rollupOptions: {
      input: { main: resolve(import.meta.dirname, "index.html"), sw: resolve(import.meta.dirname, "src/worker/sw.ts") },
      output: { entryFileNames: (chunk) => (chunk.name === "sw" ? "sw.js" : "assets/[name]-[hash].js") },
    },
  },
  worker: { format: "es" },
  test: { include: ["tests/**/*.test.ts"], environment: "node", testTimeout: 120_000 },
});
