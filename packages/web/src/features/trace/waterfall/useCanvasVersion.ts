import { useEffect, useState } from 'react';
import { useTheme } from '../../../ui/theme.ts';

/**
 * Changes whenever something that a canvas cannot see by itself has changed: the theme, the screen's resolution (a window moved
 * to another screen, zoomed), the fonts that have arrived. What paints a canvas names it as a dependency.
 */
export function useCanvasVersion(): string {
  const theme = useTheme();
  const [ratio, setRatio] = useState(() => window.devicePixelRatio);
  const [fontsLoaded, setFontsLoaded] = useState(() => document.fonts.status === 'loaded');
  useEffect(() => {
    const query = matchMedia(`(resolution: ${ratio}dppx)`);
    const onChange = () => setRatio(window.devicePixelRatio);
    query.addEventListener('change', onChange);
    return () => query.removeEventListener('change', onChange);
  }, [ratio]);
  useEffect(() => {
    let live = true;
    void document.fonts.ready.then(() => {
      if (live) setFontsLoaded(true);
    });
    return () => {
      live = false;
    };
  }, []);
  return `${theme} ${ratio} ${fontsLoaded}`;
}
