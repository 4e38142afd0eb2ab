import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

// The API server to develop against: `JIESHI_API=http://127.0.0.1:8686 npm run dev`.
const api = process.env.JIESHI_API ?? 'http://127.0.0.1:8686';

export default defineConfig({
  plugins: [react()],
  // dist/.gitkeep lets the Go package build before the bundle exists; see public/.gitkeep.
  build: { target: 'es2022', sourcemap: false, chunkSizeWarningLimit: 900, assetsInlineLimit: 0 },
  server: { host: '127.0.0.1', proxy: { '/api': api } },
  preview: { host: '127.0.0.1', proxy: { '/api': api } },
  test: { environment: 'node', include: ['src/**/*.test.{ts,tsx}'] },
});
