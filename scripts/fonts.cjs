// Make the fonts of a folder lighter: letters that no language of ours has keep one weight only.
// How each letter thickens (table gvar) is half of a variable font; the rest stays as it was.
const { readFileSync, readdirSync, writeFileSync } = require("node:fs");
const { brotliCompressSync, brotliDecompressSync, constants } = require("node:zlib");

const OURS = /[A-Za-zА-яЁёІіӘәҒғҚқҢңӨөҰұҮүҺһ]/u;
const CMAP = 0, GLYF = 10, LOCA = 11, POST = 7, GVAR = 48, NAMED = 63; // numbers of tables in a WOFF2 directory

/* How near letters stand (GPOS; GDEF serves it alone) is kept for Cyrillic only: it is a sixth of
   the Latin file, which is asked for digits and a few names, and Kazakh letters stand between
   letters of another file, where nothing of it holds. */
const NEAR = [26, 27], KEEPS_NEAR = /-cyrillic-wght/;
const UPRIGHT = (table) => ![23, 24].includes(table.known) && table.tag !== "VVAR"; // not for columns

const directory = (font) => {
  let at = 48;
  const number = () => {
    for (let read = 0, value = 0; read < 5; read++) {
      const byte = font[at++];
      value = value * 128 + (byte & 127);
      if (!(byte & 128)) return value;
    }
    throw new Error("no number");
  };
  const tables = [];
  for (let n = font.readUInt16BE(12); n > 0; n--) {
    const flags = font[at++], known = flags & 63, way = flags >> 6;
    const tag = known === NAMED ? font.toString("latin1", at, (at += 4)) : "";
    const whole = number();
    const changed = known === GLYF || known === LOCA ? way !== 3 : way !== 0;
    tables.push({ flags, known, tag, whole, changed, sent: changed ? number() : whole });
  }
  return { tables, at };
};
const written = (value) => {
  const bytes = [value & 127];
  for (let rest = value >> 7; rest; rest >>= 7) bytes.unshift((rest & 127) | 128);
  return Buffer.from(bytes);
};
/* Code points by glyph, of the cmap's format 4. */
const letters = (cmap) => {
  const found = new Map();
  for (let n = cmap.readUInt16BE(2), i = 0; i < n; i++) {
    const sub = cmap.subarray(cmap.readUInt32BE(8 + 8 * i));
    if (sub.readUInt16BE(0) !== 4) continue;
    const segments = sub.readUInt16BE(6) / 2, word = (part, s) => 14 + part * 2 * segments + (part ? 2 : 0) + 2 * s;
    for (let s = 0; s < segments; s++) {
      const end = sub.readUInt16BE(word(0, s)), start = sub.readUInt16BE(word(1, s));
      const delta = sub.readUInt16BE(word(2, s)), place = word(3, s), offset = sub.readUInt16BE(place);
      for (let code = start; code <= end && code !== 0xffff; code++) {
        const glyph = offset ? sub.readUInt16BE(place + offset + 2 * (code - start)) : code;
        const id = (glyph + delta) & 0xffff;
        found.set(id, [...(found.get(id) || []), String.fromCodePoint(code)]);
      }
    }
  }
  return found;
};
const lighter = (gvar, unused) => {
  const count = gvar.readUInt16BE(12), long = gvar.readUInt16BE(14) & 1, data = gvar.readUInt32BE(16);
  const offset = (i) => (long ? gvar.readUInt32BE(20 + 4 * i) : 2 * gvar.readUInt16BE(20 + 2 * i));
  const head = Buffer.from(gvar.subarray(0, 20)), offsets = Buffer.alloc(4 * (count + 1)), parts = [];
  let total = 0;
  for (let i = 0; i < count; i++) {
    offsets.writeUInt32BE(total, 4 * i);
    if (unused(i)) continue;
    parts.push(gvar.subarray(data + offset(i), data + offset(i + 1)));
    total += offset(i + 1) - offset(i);
  }
  offsets.writeUInt32BE(total, 4 * count);
  const shared = gvar.subarray(gvar.readUInt32BE(8), gvar.readUInt32BE(8) + 2 * gvar.readUInt16BE(4) * gvar.readUInt16BE(6));
  head.writeUInt16BE(1, 14);
  head.writeUInt32BE(20 + offsets.length, 8);
  head.writeUInt32BE(20 + offsets.length + shared.length, 16);
  const whole = Buffer.concat([head, offsets, shared, ...parts]);
  return Buffer.concat([whole, Buffer.alloc((4 - (whole.length % 4)) % 4)]);
};
const remade = (font, near) => {
  const found = directory(font), { at } = found;
  const all = brotliDecompressSync(font.subarray(at, at + font.readUInt32BE(20)));
  let from = 0;
  for (const table of found.tables) table.bytes = all.subarray(from, (from += table.sent));
  const tables = found.tables.filter((table) => UPRIGHT(table) && (near || !NEAR.includes(table.known)));
  const names = tables.find((table) => table.known === POST); // of glyphs: no browser asks
  names.bytes = Buffer.from(names.bytes.subarray(0, 32));
  names.bytes.writeUInt32BE(0x00030000, 0);
  names.whole = names.sent = 32;
  const gvar = tables.find((table) => table.known === GVAR);
  const cmap = tables.find((table) => table.known === CMAP);
  if (!gvar || !cmap) return font;
  const used = letters(cmap.bytes);
  const unused = (id) => (used.get(id) || ["-"]).every((one) => /\p{L}/u.test(one) && !OURS.test(one));
  gvar.bytes = lighter(gvar.bytes, unused);
  gvar.whole = gvar.sent = gvar.bytes.length;
  const params = { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY, [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_FONT };
  const packed = brotliCompressSync(Buffer.concat(tables.map((table) => table.bytes)), { params });
  const list = tables.flatMap((table) => [Buffer.from([table.flags]), Buffer.from(table.tag, "latin1"), written(table.whole), table.changed ? written(table.sent) : Buffer.alloc(0)]);
  const head = Buffer.from(font.subarray(0, 48)), body = Buffer.concat([...list, packed]);
  const made = Buffer.concat([head, body, Buffer.alloc((4 - (body.length % 4)) % 4)]);
  made.writeUInt32BE(made.length, 8);
  made.writeUInt16BE(tables.length, 12);
  const sfnt = tables.reduce((sum, table) => sum + Math.ceil(table.whole / 4) * 4, 12 + 16 * tables.length);
  made.writeUInt32BE(sfnt, 16);
  made.writeUInt32BE(packed.length, 20);
  return made;
};

const folder = process.argv[2];
for (const name of readdirSync(folder).filter((one) => one.endsWith(".woff2"))) {
  const font = readFileSync(`${folder}/${name}`), made = remade(font, KEEPS_NEAR.test(name));
  if (made.length < font.length) writeFileSync(`${folder}/${name}`, made);
}
