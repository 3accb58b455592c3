// Writes what the server embeds: assets.S, the bytes of all files one after the other, and assets.inc, the table of
// service/console/assets.cpp.
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { extname, join } from "node:path";

const types = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".svg": "image/svg+xml",
};

// `names`: files of the folder `out`, each with its compressed twin beside it. `pages`: the paths that index.html is at.
export function embed(out, names, pages) {
  const rows = [];
  const parts = [];
  let at = 0;
  const place = (name) => {
    const size = readFileSync(join(out, name)).length;
    parts.push(`    .incbin "${name}"`);
    at += size;
    return [at - size, size];
  };
  for (const name of names) {
    const plain = place(name);
    const gzip = place(`${name}.gz`);
    const etag = createHash("sha256").update(readFileSync(join(out, name))).digest("hex").slice(0, 32);
    const hashed = /-[A-Z0-9]{8}\.[a-z]+$/.test(name);
    const paths = name === "index.html" ? pages : [`/console/assets/${name}`];
    for (const path of paths) {
      rows.push([path, `ASSET("${path}", "${types[extname(name)]}", "\\"${etag}\\"", ${hashed}, ${[...plain, ...gzip].join(", ")})`]);
    }
  }
  rows.sort(([a], [b]) => (a < b ? -1 : 1));
  writeFileSync(join(out, "assets.inc"), rows.map(([, row]) => row + "\n").join(""));
  writeFileSync(join(out, "assets.S"), `    .section .rodata
    .balign 8
    .global kReplyguardConsoleBytes
    .hidden kReplyguardConsoleBytes
kReplyguardConsoleBytes:
${parts.join("\n")}
    .section .note.GNU-stack,"",%progbits
`);
}
