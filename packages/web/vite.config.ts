import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, gzip } from 'node:zlib';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

const SERVER = 'http://127.0.0.1:4318';

/** Text below this is not worth a second file. */
const COMPRESS_FROM_BYTES = 1024;

/**
 * Puts `.br` and `.gz` beside every text asset: the server sends them as they are and never compresses while someone
 * waits. Done on the written files, because plugins change their text until the last moment.
 */
const precompress: Plugin = {
  name: 'precompress',
  apply: 'build',
  async writeBundle({ dir }, bundle) {
    if (dir === undefined) return;
    for (const name of Object.keys(bundle)) {
      if (!/\.(?:js|css|svg)$/.test(name)) continue;
      const path = join(dir, name);
      const content = await readFile(path);
      if (content.length < COMPRESS_FROM_BYTES) continue;
      await Promise.all([
        promisify(brotliCompress)(content).then((packed) => writeFile(`${path}.br`, packed)),
        promisify(gzip)(content).then((packed) => writeFile(`${path}.gz`, packed)),
      ]);
    }
  },
};

export default defineConfig({
  plugins: [react(), precompress],
  resolve: { conditions: ['source', 'module', 'browser', 'development|production'] },
  build: {
    // tsc writes dist/types.
    outDir: 'dist/app',
    emptyOutDir: true,
    target: 'es2022',
    // A data: URL would need a wider content security policy than 'self'.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  server: {
    proxy: {
      '/api': SERVER,
      '/v1': SERVER,
      '/ws': { target: SERVER, ws: true },
    },
  },
});
