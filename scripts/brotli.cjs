// Write a .br beside every script and drawing of a folder; Python's library has no Brotli.
const { readFileSync, readdirSync, writeFileSync } = require("node:fs");
const { brotliCompressSync, constants } = require("node:zlib");

const folder = process.argv[2];
for (const name of readdirSync(folder).filter((one) => /\.(css|js|svg|words)$/.test(one))) {
  const whole = readFileSync(`${folder}/${name}`);
  const params = { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY };
  writeFileSync(`${folder}/${name}.br`, brotliCompressSync(whole, { params }));
}
