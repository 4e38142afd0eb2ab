// Runs the kernel in node: node drive.mjs WASM_EXEC KERNEL SRID PIECES LINES...
// Files hold little-endian float64s. Writes for each line its figures, then its
// parts, each preceded by their count; times go to stderr.
import { readFileSync } from 'node:fs';

const [exec, kernelFile, srid, pieceCount, piecesFile, ...lineFiles] = process.argv.slice(2);
(0, eval)(readFileSync(exec, 'utf8'));
const go = new globalThis.Go();
const { instance } = await WebAssembly.instantiate(readFileSync(kernelFile), go.importObject);
void go.run(instance);
const kernel = globalThis.jieshiKernel;

const bytes = (file) => new Uint8Array(readFileSync(file));
const check = (error) => { if (error) throw new Error(error); };
const out = [];
const put = (content) => out.push(Buffer.from(Float64Array.of(content.length / 8).buffer), Buffer.from(content));

check(kernel.lay(Number(srid), bytes(piecesFile)));
const took = [];
for (const file of lineFiles) {
  const line = bytes(file);
  const figures = new Uint8Array(Number(pieceCount) * 7 * 8);
  const began = performance.now();
  check(kernel.divide(line, figures));
  const parts = kernel.parts();
  took.push(performance.now() - began);
  put(figures);
  put(parts);
}
took.sort((a, b) => a - b);
process.stderr.write(`${lineFiles.length} lines, p50 ${took[took.length >> 1].toFixed(2)} ms, most ${took.at(-1).toFixed(2)} ms\n`);
await new Promise((done) => process.stdout.write(Buffer.concat(out), done));
process.exit(0);
