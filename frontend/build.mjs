// Builds everything a browser loads into core's static folder. Run it with node; it needs no options.
import { build } from "esbuild";
import { copyFile, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { deflateSync, gzipSync } from "node:zlib";
import { unwoff } from "./woff.mjs";
import { cloth, favicon, four, hem, petal, tile, touch } from "./art/petal.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, "..");
const out = join(root, "src/heterospace/core/assets/core");
const modules = join(root, "node_modules");
const put = (name, text) => writeFile(join(out, name), text);

await rm(out, { recursive: true, force: true });
await mkdir(join(out, "art"), { recursive: true });

// Who chose dark gets the block that the system would have chosen.
function repeatDark(css) {
  const block = css.match(
    /@media \(prefers-color-scheme: dark\) \{\s*:root:not\(\[data-theme="light"\]\) \{([\s\S]*?)\n    \}\s*\}/,
  );
  if (!block) throw new Error("tokens.css: the dark block was not found");
  const chosen = /:root\[data-theme="dark"\] \{\s*color-scheme: dark;\s*\}/;
  if (!chosen.test(css)) throw new Error("tokens.css: the place for people who chose dark was not found");
  return css.replace(chosen, `:root[data-theme="dark"] { color-scheme: dark; ${block[1]} }`);
}

// Places in the week (half-hour rows) and on the board (quarter-hour columns), as classes because styles may not stand in the page.
function places() {
  let css = "";
  for (let n = 1; n <= 64; n += 1)
    css += `.slots .r${n}{grid-row-start:${n}}.slots .n${n}{grid-row-end:span ${n}}.week-hours .n${n}{grid-row-end:span ${n}}`;
  let board = "";
  for (let h = 1; h <= 24; h += 1) board += `.h${h}{--h:${h};--q:${h * 4}}`;
  for (let n = 1; n <= 96; n += 1) board += `.q${n}{grid-column-start:${n}}.w${n}{grid-column-end:span ${n}}`;
  return `@layer parts{@container week (min-width:720px){${css}}${board}}`;
}

const sources = {
  name: "sources",
  setup(b) {
    b.onLoad({ filter: /tokens\.css$/ }, async (a) => ({
      contents: repeatDark(await readFile(a.path, "utf8")),
      loader: "css",
    }));
    b.onLoad({ filter: /time\.css$/ }, async (a) => ({
      contents: (await readFile(a.path, "utf8")) + places(),
      loader: "css",
    }));
  },
};

await build({
  entryPoints: ["css/app.css", "css/display.css", "css/checkin.css", "js/app.js", "js/display.js", "js/display-worker.js", "js/sheets.js"].map((name) =>
    join(here, name),
  ),
  outdir: out,
  entryNames: "[name]",
  bundle: true,
  minify: true,
  format: "iife",
  target: ["chrome109", "firefox115", "safari16.4"],
  external: ["./art/*", "./*.woff2"],
  legalComments: "none",
  plugins: [sources],
  logLevel: "warning",
});

// The calendar's library has a page of its own to load it.
await build({
  entryPoints: [join(here, "css/calendar.css"), join(here, "js/calendar.js")],
  outdir: out,
  entryNames: "[name]",
  bundle: true,
  minify: true,
  format: "iife",
  target: ["chrome109", "firefox115", "safari16.4"],
  conditions: ["browser", "production"],
  legalComments: "eof",
  logLevel: "warning",
});

// The door of an event. Its reader of codes makes its worker from a text, which our policy forbids: the text becomes a
// file of ours, and whoever asks for the worker gets that file.
const reader = join(modules, "qr-scanner/qr-scanner-worker.min.js");
globalThis.Worker = class {
  constructor(text) {
    this.text = text;
  }
};
const makeAddress = URL.createObjectURL;
URL.createObjectURL = (text) => text;
const { text } = (await import(reader)).createWorker();
URL.createObjectURL = makeAddress;
await put("qr-worker.js", await text.text());
const ownWorker = {
  name: "own worker",
  setup(b) {
    b.onLoad({ filter: /qr-scanner-worker\.min\.js$/ }, () => ({
      contents: `export const createWorker = () => new Worker(JSON.parse(document.getElementById("about").textContent).qrWorker);`,
    }));
  },
};
await build({
  entryPoints: { checkin: join(here, "checkin/main.js"), "checkin-worker": join(here, "checkin/worker.js") },
  outdir: out,
  bundle: true,
  minify: true,
  format: "iife",
  target: ["chrome109", "firefox115", "safari16.4"],
  legalComments: "eof",
  plugins: [ownWorker],
  logLevel: "warning",
});

await copyFile(
  join(modules, "@fontsource-variable/plus-jakarta-sans/files/plus-jakarta-sans-latin-wght-normal.woff2"),
  join(out, "plus-jakarta-sans.woff2"),
);

// What typst sets paper with reads no WOFF: the same fonts unpacked, and Javanese letters to fall back on.
await mkdir(join(out, "fonts"), { recursive: true });
for (const [family, subset, weight] of [
  ["plus-jakarta-sans", "latin", 400],
  ["plus-jakarta-sans", "latin", 700],
  ["noto-sans-javanese", "javanese", 400],
  ["noto-sans-javanese", "javanese", 700],
  ["noto-sans-javanese", "latin-ext", 400],
]) {
  const file = `${family}-${subset}-${weight}-normal.woff`;
  const packed = await readFile(join(modules, "@fontsource", family, "files", file));
  await put(`fonts/${family}-${subset}-${weight}.ttf`, unwoff(packed));
}

const names = JSON.parse(await readFile(join(here, "icons.json"), "utf8"));
let sprite = '<svg xmlns="http://www.w3.org/2000/svg">';
for (const name of [...new Set(names)].sort()) {
  const svg = await readFile(join(modules, "lucide-static/icons", `${name}.svg`), "utf8");
  const body = svg
    .replace(/<!--[\s\S]*?-->/g, "")
    .replace(/<svg[\s\S]*?>/, "")
    .replace("</svg>", "")
    .replace(/\s+/g, " ")
    .replace(/ \/>/g, "/>")
    .trim();
  sprite += `<symbol id="${name}" viewBox="0 0 24 24">${body}</symbol>`;
}
await put("icons.svg", `${sprite}</svg>`);
await put("art/cloth.svg", cloth);
await put("art/kawung.svg", tile);
await put("art/hem.svg", hem);
await put(
  "art/mark.svg",
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="-18 -18 36 36" fill="#8a4b24">${four(petal)}</svg>`,
);
await put("favicon.svg", favicon);
await put("touch.svg", touch);
await put("touch.png", png(180));
await put("icon-192.png", png(192));
await put("icon-512.png", png(512));

for (const name of ["app.css", "app.js", "calendar.css", "calendar.js", "checkin.css", "checkin.js", "qr-worker.js", "display.css", "display.js", "icons.svg", "art/cloth.svg"]) {
  const bytes = await readFile(join(out, name));
  console.log(
    name.padEnd(14),
    String(bytes.length).padStart(7),
    "bytes,",
    String(gzipSync(bytes).length).padStart(6),
    "compressed",
  );
}

// The mark as a PNG for phones that want one: the same petal, four samples a pixel.
function png(size) {
  const inside = (x, y) => {
    for (let q = 0; q < 4; q += 1) {
      const a = Math.PI / 4 + (q * Math.PI) / 2;
      const u = x * Math.cos(a) + y * Math.sin(a),
        v = -x * Math.sin(a) + y * Math.cos(a);
      if (u < 3 || u > 22) continue;
      let lo = 0,
        hi = 1; // the lens is the curve x(t) = 3..22, y(t) = 22.5 t (1 - t)
      for (let i = 0; i < 30; i += 1) {
        const t = (lo + hi) / 2;
        const w = 1 - t;
        if (3 * w ** 3 + 24 * w * w * t + 51 * w * t * t + 22 * t ** 3 < u) lo = t;
        else hi = t;
      }
      if (Math.abs(v) <= 22.5 * lo * (1 - lo)) return 1;
    }
    return 0;
  };
  const ground = [138, 75, 36],
    ink = [251, 247, 240],
    rows = Buffer.alloc(size * (size * 3 + 1));
  const scale = 54 / size;
  for (let y = 0; y < size; y += 1)
    for (let x = 0; x < size; x += 1) {
      let n = 0;
      for (const dx of [0.25, 0.75])
        for (const dy of [0.25, 0.75]) n += inside((x + dx - size / 2) * scale, (y + dy - size / 2) * scale);
      for (let c = 0; c < 3; c += 1)
        rows[y * (size * 3 + 1) + 1 + x * 3 + c] = Math.round(ground[c] + ((ink[c] - ground[c]) * n) / 4);
    }
  const chunk = (type, data) => {
    const body = Buffer.concat([Buffer.from(type), data]),
      length = Buffer.alloc(4),
      sum = Buffer.alloc(4);
    length.writeUInt32BE(data.length);
    sum.writeUInt32BE(crc(body));
    return Buffer.concat([length, body, sum]);
  };
  const head = Buffer.alloc(13);
  head.writeUInt32BE(size, 0);
  head.writeUInt32BE(size, 4);
  head.set([8, 2, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]),
    chunk("IHDR", head),
    chunk("IDAT", deflateSync(rows, { level: 9 })),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}
function crc(bytes) {
  let c = ~0;
  for (const b of bytes) {
    c ^= b;
    for (let k = 0; k < 8; k += 1) c = c & 1 ? (c >>> 1) ^ 0xedb88320 : c >>> 1;
  }
  return ~c >>> 0;
}
