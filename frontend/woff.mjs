// A WOFF 1.0 file is a TrueType font whose tables are packed one by one; this unpacks them.
import { inflateSync } from "node:zlib";

/** The TrueType font inside a WOFF 1.0 file. */
export function unwoff(woff) {
  if (woff.toString("latin1", 0, 4) !== "wOFF") throw new Error("This is no WOFF 1.0 font");
  const count = woff.readUInt16BE(12);
  const power = 2 ** Math.floor(Math.log2(count));
  const head = Buffer.alloc(12 + 16 * count);
  woff.copy(head, 0, 4, 8); // what kind of outlines
  [count, power * 16, Math.log2(power), (count - power) * 16].forEach((n, place) => head.writeUInt16BE(n, 4 + 2 * place));
  const tables = [head];
  let offset = head.length;
  for (let n = 0; n < count; n += 1) {
    const entry = 44 + 20 * n;
    const [from, packed, length] = [4, 8, 12].map((place) => woff.readUInt32BE(entry + place));
    const bytes = woff.subarray(from, from + packed);
    const table = packed < length ? inflateSync(bytes) : bytes;
    if (table.length !== length) throw new Error("A table of this font is not as long as it says");
    woff.copy(head, 12 + 16 * n, entry, entry + 4); // its tag
    woff.copy(head, 16 + 16 * n, entry + 16, entry + 20); // its checksum
    head.writeUInt32BE(offset, 20 + 16 * n);
    head.writeUInt32BE(length, 24 + 16 * n);
    tables.push(table, Buffer.alloc((4 - (length % 4)) % 4));
    offset += length + ((4 - (length % 4)) % 4);
  }
  return Buffer.concat(tables);
}
