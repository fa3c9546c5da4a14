import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** The supervisor says where the controller really listens. */
const center =
  process.env['HEAT_CENTER_API'] ?? `http://127.0.0.1:${process.env['HEAT_CENTER_HTTP_PORT'] ?? '8080'}`;

/** The center's API checks Origin, so the proxy speaks as the center's own page would. */
const proxied = { target: center, changeOrigin: true, ws: true, headers: { origin: center } };

export default defineConfig({
  plugins: [react()],
  // No inlined assets: the center serves them under `default-src 'self'`.
  build: {
    outDir: 'dist',
    target: 'es2023',
    assetsInlineLimit: 0,
    rolldownOptions: {
      output: {
        // zod is told how to work in the chunk that holds it: in another one that would come after the first schemas.
        codeSplitting: { groups: [{ name: 'zod', test: /node_modules\/zod\/|src\/zod-config\.ts$/ }] },
      },
    },
  },
  server: {
    host: '127.0.0.1',
    port: 5173,
    proxy: { '/api': proxied, '/health': proxied, '/metrics': proxied },
  },
});
