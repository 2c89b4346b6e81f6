import { defineConfig } from 'vite';

// The build lands inside the Python package: whoever installs Toguna needs no Node.
export default defineConfig({
  base: '/static/',
  build: {
    outDir: '../src/toguna/web/static',
    emptyOutDir: true,
    target: 'es2022',
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0, // no data: addresses, so that the page can forbid them
    chunkSizeWarningLimit: 1200, // the map is one large chunk, loaded after the first paint
  },
  server: { proxy: { '/api': 'http://127.0.0.1:8347', '/lite': 'http://127.0.0.1:8347' } },
});
