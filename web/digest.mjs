// Writes dist/MANIFEST.json: what dist was built from, and what is in it. `--check` compares instead. README.md says how.
import { createHash } from "node:crypto";
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";

const WEB = dirname(fileURLToPath(import.meta.url));
const FOLDERS = ["dashboard", "lab", "shell", "viewer", "worklist"];
const FILES = ["index.html", "package-lock.json", "package.json", "tsconfig.json", "vite.config.ts"];
const MANIFEST = "MANIFEST.json";

const manifest = { source_digest: sourceDigest(), files: filesOfDist() };
const text = `${JSON.stringify(manifest, null, 2)}\n`;
const place = join(WEB, "dist", MANIFEST);

if (process.argv.includes("--check")) {
  if (readFileSync(place, "utf8") !== text) {
    console.error("web/dist is not what web/ builds. Run `npm ci && npm run build` in web/ and commit dist with the change.");
    process.exit(1);
  }
  console.log("web/dist is fresh");
} else {
  writeFileSync(place, text);
  console.log(`${MANIFEST}: ${manifest.source_digest}`);
}

/** SHA-256 over path NUL length NUL contents of each source file, in the byte order of the paths. */
function sourceDigest() {
  const hash = createHash("sha256");
  for (const path of inByteOrder([...FILES, ...FOLDERS.flatMap((folder) => filesUnder(join(WEB, folder), WEB))])) {
    const contents = readFileSync(join(WEB, path));
    hash.update(`${path}\0${contents.length}\0`, "utf8").update(contents);
  }
  return hash.digest("hex");
}

function filesOfDist() {
  const dist = join(WEB, "dist");
  const names = inByteOrder(filesUnder(dist, dist).filter((name) => name !== MANIFEST));
  return Object.fromEntries(names.map((name) => [name, createHash("sha256").update(readFileSync(join(dist, name))).digest("hex")]));
}

/** Files below `folder`, hidden ones left out, as paths from `root` with forward slashes. */
function filesUnder(folder, root) {
  return readdirSync(folder, { withFileTypes: true }).filter((entry) => !entry.name.startsWith(".")).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? filesUnder(path, root) : [relative(root, path).split(sep).join("/")];
  });
}

function inByteOrder(paths) {
  return paths.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
}
