// One page, three lazily loaded parts. Nothing is inlined: the content policy allows only files from 'self'.
import { defineConfig } from "vite";

export default defineConfig({
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: {
    outDir: "dist",
    assetsInlineLimit: 0,
    sourcemap: false,
    modulePreload: { polyfill: false },
    license: { fileName: "LICENSES.md" },
    // The libraries keep their names over our changes, so that a new build moves few bytes in the history.
    rolldownOptions: { output: { codeSplitting: { groups: [
      { name: "openseadragon", test: /node_modules\/openseadragon/ },
      { name: "preact", test: /node_modules\/(@?preact)/ },
    ] } } },
  },
  server: { proxy: { "/api": "http://127.0.0.1:8080" } },
});
