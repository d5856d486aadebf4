import { fileURLToPath } from 'node:url';
import tailwind from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';
import { precompress } from './precompress.ts';

/** Where a server runs that `npm run dev` talks to. */
const server = process.env.CHAT_URL ?? 'http://127.0.0.1:8080';

export default defineConfig({
  // The server says where the files are: it may be mounted below the path of a proxy.
  base: './',
  plugins: [react(), tailwind(), precompress()],
  resolve: {
    alias: {
      'react-style-singleton': fileURLToPath(new URL('./src/lib/style-singleton.ts', import.meta.url)),
      // What a browser would get parses entities by innerHTML, which the page's policy forbids; this one has a table.
      'decode-named-character-reference': fileURLToPath(
        new URL('./node_modules/decode-named-character-reference/index.js', import.meta.url),
      ),
    },
  },
  build: {
    // The page's policy allows no data: or inline scripts, and fonts and images from files only.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: 'es2022',
  },
  server: {
    proxy: {
      '/api': server,
      '/attachments': server,
      '/dev': server,
      '/dashboard/chat/config.json': server,
    },
  },
  test: { environment: 'happy-dom', include: ['src/**/*.test.{ts,tsx}'] },
});
