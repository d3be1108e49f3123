// Every path that a document cites must exist, so that the docs cannot rot in silence.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { ROOT } from './setUp.mjs';

const documents = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '*.md'], { cwd: ROOT, encoding: 'utf8' })
  .split('\n')
  .filter(Boolean);
const problems = [];
for (const document of documents) {
  if (!existsSync(join(ROOT, document))) continue;
  const text = readFileSync(join(ROOT, document), 'utf8');
  for (const [, target = ''] of text.matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)) {
    if (/^[a-z]+:/.test(target)) continue;
    if (!existsSync(join(ROOT, normalize(join(dirname(document), target))))) problems.push(`${document}: link to ${target}`);
  }
  for (const [, path = ''] of text.matchAll(/`((?:packages|scripts|docs|bench|examples|deploy|\.ci)\/[\w./-]+)`/g)) {
    if (!existsSync(join(ROOT, path))) problems.push(`${document}: path ${path}`);
  }
}
if (problems.length > 0) {
  console.error(`Documents cite what does not exist:\n  ${problems.join('\n  ')}`);
  process.exit(1);
}
