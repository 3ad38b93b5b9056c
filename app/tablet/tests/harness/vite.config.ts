import { resolve } from "node:path";
import { defineConfig } from "vite";

// Built like the app, into a folder of the test's own.
export default defineConfig({
  root: import.meta.dirname,
  base: "/app/",
  publicDir: resolve(import.meta.dirname, "..", "..", "public"),
  build: { target: ["chrome111"], assetsInlineLimit: 0, emptyOutDir: true, modulePreload: { polyfill: false } },
  worker: { format: "es" },
});
