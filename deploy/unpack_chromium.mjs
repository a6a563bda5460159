// Unpack the Chromium of @sparticuz/chromium into the folder given, with a `run` script that starts
// it with the libraries and fonts that came along. Used only where the machine has no browser.
import { chmodSync, createReadStream, createWriteStream, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { createBrotliDecompress } from "node:zlib";

const folder = process.argv[2];
const require = createRequire(join(folder, "package.json"));
const tar = require("tar-fs");
const packed = join(folder, "node_modules/@sparticuz/chromium/bin");
const unbrotli = (name) => [createReadStream(join(packed, name)), createBrotliDecompress()];

await pipeline(...unbrotli("chromium.br"), createWriteStream(join(folder, "chromium")));
for (const name of ["al2023.tar.br", "fonts.tar.br", "swiftshader.tar.br"]) {
  await pipeline(...unbrotli(name), tar.extract(folder));
}
chmodSync(join(folder, "chromium"), 0o755);
writeFileSync(
  join(folder, "run"),
  `#!/bin/sh
here=$(cd "$(dirname "$0")" && pwd)
# Its own copies of the libraries that a bare machine lacks, only where they are lacking.
if ldd "$here/chromium" | grep -q "not found"; then export LD_LIBRARY_PATH="$here/lib"; fi
exec "$here/chromium" "$@"
`,
);
chmodSync(join(folder, "run"), 0o755);
