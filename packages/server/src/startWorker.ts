import { Worker, type WorkerOptions } from 'node:worker_threads';

/** True when the program runs from its TypeScript sources (tsx, vitest), false when it runs the built `dist`. */
const FROM_SOURCE = import.meta.url.endsWith('.ts');

/**
 * Starts a worker thread from the `.ts` URL of its module, written as `new URL('./x.ts', import.meta.url)`.
 * From sources the thread loads TypeScript through tsx; from `dist` it loads the `.js` of the same name.
 */
export function startWorker(moduleUrl: URL, options: WorkerOptions = {}): Worker {
  if (!FROM_SOURCE) return new Worker(new URL(moduleUrl.href.replace(/\.ts$/, '.js')), options);
  return new Worker(loadThroughTsx(moduleUrl), { ...options, execArgv: [...(options.execArgv ?? []), '--conditions=source'] });
}

/** On Node 20 `--import tsx` does not reach a worker's own entry module, so a tiny first module registers tsx and then loads it. */
function loadThroughTsx(moduleUrl: URL): URL {
  const source = `import { register } from ${JSON.stringify(import.meta.resolve('tsx/esm/api'))}; register(); await import(${JSON.stringify(moduleUrl.href)});`;
  return new URL(`data:text/javascript,${encodeURIComponent(source)}`);
}
