import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import react from '@vitejs/plugin-react';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';

// The API server to develop against: `JIESHI_API=http://127.0.0.1:8686 npm run dev`.
const api = process.env.JIESHI_API ?? 'http://127.0.0.1:8686';

/** Lays packed copies beside each large asset; the binary sends them to browsers that take them. */
function packed(): Plugin {
  return {
    name: 'packed',
    apply: 'build',
    writeBundle({ dir }) {
      const assets = join(dir!, 'assets');
      for (const name of readdirSync(assets)) {
        if (!/\.(js|css|wasm)$/.test(name)) continue;
        const content = readFileSync(join(assets, name));
        if (content.length <= 2048) continue;
        writeFileSync(join(assets, `${name}.gz`), gzipSync(content, { level: constants.Z_BEST_COMPRESSION }));
        writeFileSync(join(assets, `${name}.br`), brotliCompressSync(content, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } }));
      }
    },
  };
}

export default defineConfig({
  plugins: [react(), packed()],
  // dist/.gitkeep lets the Go package build before the bundle exists; see public/.gitkeep.
  build: { target: 'es2022', sourcemap: false, chunkSizeWarningLimit: 900, assetsInlineLimit: 0 },
  server: { host: '127.0.0.1', proxy: { '/api': api } },
  preview: { host: '127.0.0.1', proxy: { '/api': api } },
  test: { environment: 'node', include: ['src/**/*.test.{ts,tsx}'] },
});
