import { defineConfig } from 'vitest/config';

/** One run for every package. Browser tests live in packages/web/test and start the built program themselves. */
export default defineConfig({
  resolve: { conditions: ['source'] },
  ssr: { resolve: { conditions: ['source'] } },
  test: {
    include: ['packages/*/src/**/*.test.{ts,tsx}', 'packages/*/test/**/*.test.ts', 'scripts/**/*.test.mjs'],
    pool: 'forks',
    execArgv: ['--conditions=source'],
    testTimeout: 90_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
    // On a noisy machine a test of the whole program may be too late once. CI tries such a test again, and its report names it.
    retry: Number(process.env.TEST_RETRIES ?? 0),
  },
});
