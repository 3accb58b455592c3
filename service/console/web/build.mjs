// Builds the console: types from proto/, one bundle of modules with hashed names, each file precompressed, index.html that
// names them, and what the server embeds.   node build.mjs [--out FOLDER] [--proto FOLDER] [--protoc PROGRAM]
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { constants, gzipSync } from "node:zlib";
import { build } from "esbuild";
import { embed } from "./embed.mjs";

const kFirstViewBytesMax = 100_000;
const here = dirname(fileURLToPath(import.meta.url));

function option(name, fallback) {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? fallback : process.argv[at + 1];
}

const out = resolve(option("out", join(here, "dist")));
const proto = resolve(option("proto", join(here, "../../../proto")));
const protoc = option("protoc", "protoc");
const gen = join(here, "gen");

function generateTypes() {
  rmSync(gen, { recursive: true, force: true });
  mkdirSync(gen, { recursive: true });
  const files = readdirSync(join(proto, "replyguard/v1")).filter((name) => name.endsWith(".proto"));
  execFileSync(protoc, [
    `-I${proto}`,
    `--plugin=protoc-gen-es=${join(here, "node_modules/.bin/protoc-gen-es")}`,
    `--es_out=${gen}`,
    "--es_opt=target=ts",
    ...files.map((name) => `replyguard/v1/${name}`),
  ], { stdio: "inherit" });
}

async function bundle() {
  const shared = {
    bundle: true,
    minify: true,
    metafile: true,
    target: ["es2021"],
    legalComments: "none",
    outdir: out,
    alias: { "@gen": join(gen, "replyguard/v1") },
    absWorkingDir: here,
    logLevel: "warning",
  };
  const modules = await build({
    ...shared,
    entryPoints: { console: "src/main.tsx", style: "src/styles/main.css" },
    format: "esm",
    splitting: true,
    jsx: "automatic",
    jsxImportSource: "preact",
    entryNames: "[name]-[hash]",
    chunkNames: "part-[hash]",
    assetNames: "[name]-[hash]",
  });
  // Runs before the first paint, so that no page flashes in the wrong colours: hence apart, and no module.
  const theme = await build({
    ...shared, entryPoints: { theme: "src/theme_first.ts" }, format: "iife", entryNames: "[name]-[hash]",
  });
  return { ...modules.metafile.outputs, ...theme.metafile.outputs };
}

const entryOf = (outputs, source) => {
  const found = Object.entries(outputs).find(([, output]) => output.entryPoint === source);
  return relative(out, resolve(here, found[0]));
};

// What the first view loads besides its entry: the static imports of it, all the way down.
function staticImports(outputs, name, seen = new Set()) {
  for (const { path, kind } of outputs[name].imports) {
    if (kind === "import-statement" && !seen.has(path)) {
      seen.add(path);
      staticImports(outputs, path, seen);
    }
  }
  return seen;
}

rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
if (!process.argv.includes("--keep-types")) generateTypes();
const outputs = await bundle();
const entry = Object.entries(outputs).find(([, output]) => output.entryPoint === "src/main.tsx")[0];
const preloads = [...staticImports(outputs, entry)].map((path) => relative(out, resolve(here, path)));
const page = readFileSync(join(here, "src/index.html"), "utf8")
  .replace("{{theme}}", entryOf(outputs, "src/theme_first.ts"))
  .replace("{{style}}", entryOf(outputs, "src/styles/main.css"))
  .replace("{{script}}", entryOf(outputs, "src/main.tsx"))
  .replace("{{preloads}}", preloads.map((name) => `<link rel="modulepreload" href="/console/assets/${name}">`).join("\n    "));
writeFileSync(join(out, "index.html"), page);
writeFileSync(join(out, "icon.svg"), readFileSync(join(here, "src/icon.svg")));

let firstView = 0;
const names = readdirSync(out).sort();
for (const name of names) {
  const packed = gzipSync(readFileSync(join(out, name)), { level: constants.Z_BEST_COMPRESSION });
  writeFileSync(join(out, `${name}.gz`), packed);
  if (name.endsWith(".js") && (preloads.includes(name) || /^(console|theme)-/.test(name))) firstView += packed.length;
}
// The views' addresses are the router's.
const routes = /routes = \[([^\]]*)\]/.exec(readFileSync(join(here, "src/router.ts"), "utf8"))[1].match(/"[a-z]+"/g);
embed(out, names, ["/console/", ...routes.map((route) => `/console/${JSON.parse(route)}`)]);
console.log(`console: ${names.length} files, ${(firstView / 1000).toFixed(1)} kB of gzipped script before the first view`);
if (firstView > kFirstViewBytesMax) throw new Error(`the first view takes more than ${kFirstViewBytesMax} bytes of gzipped script`);
