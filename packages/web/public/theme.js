// Runs before the first paint, so that no page flashes in the wrong theme. A file of its own because the
// content security policy allows no inline script. src/ui/theme.ts keeps the choice under the same key.
(() => {
  let choice = null;
  try {
    choice = localStorage.getItem('sightglass.theme');
  } catch {
    // Storage is refused: the system's theme holds.
  }
  const dark = choice === 'dark' || (choice !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.dataset.theme = dark ? 'dark' : 'light';
})();
