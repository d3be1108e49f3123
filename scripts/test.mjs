// npm test: every test, the browser ones included. Arguments are handed to vitest: npm test -- journal
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { buildIfStale, checkNode, installIfMissing, run, runTool } from './setUp.mjs';

checkNode();
installIfMissing();
buildIfStale();
const chromium = findChromium() ?? installChromium();
runTool('vitest', ['run', ...process.argv.slice(2)], { stdio: 'inherit', env: { ...process.env, SIGHTGLASS_TEST_CHROMIUM: chromium } });

function findChromium() {
  const candidates = [process.env.SIGHTGLASS_TEST_CHROMIUM];
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    for (const name of ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']) candidates.push(join(folder, name));
  }
  candidates.push('/Applications/Google Chrome.app/Contents/MacOS/Google Chrome', '/Applications/Chromium.app/Contents/MacOS/Chromium');
  return candidates.find((path) => path !== undefined && path !== '' && existsSync(path));
}

/** As root on Debian or Ubuntu it is installed; elsewhere a person is told how. */
function installChromium() {
  if (process.platform === 'linux' && process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
    console.error('Installing Chromium for the browser tests …');
    run('apt-get', ['update', '-qq']);
    run('apt-get', ['install', '-y', '-qq', 'chromium'], { env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } });
    const found = findChromium();
    if (found !== undefined) return found;
  }
  console.error(
    'The browser tests need Chromium. Install it (Debian: sudo apt-get install chromium; Fedora: sudo dnf install chromium; macOS: brew install --cask chromium), or set SIGHTGLASS_TEST_CHROMIUM to its path, then run npm test again.',
  );
  process.exit(1);
}
