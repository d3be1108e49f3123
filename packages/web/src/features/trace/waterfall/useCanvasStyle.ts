import { useEffect, useMemo, useState } from 'react';
import { useTheme } from '../../../ui/theme.ts';
import { type Palette, readPalette } from './palette.ts';

/** What a canvas is painted with. A new object means: paint again. */
export interface CanvasStyle {
  palette: Palette;
  /** Screen pixels a CSS pixel. */
  ratio: number;
}

/** Follows what a canvas cannot see by itself: the theme, the screen's resolution (a window moved or zoomed), the fonts that arrive. */
export function useCanvasStyle(): CanvasStyle {
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
    const onLoaded = () => setFontsLoaded(true);
    document.fonts.addEventListener('loadingdone', onLoaded);
    return () => document.fonts.removeEventListener('loadingdone', onLoaded);
  }, []);
  return useMemo(() => ({ palette: readPalette(theme, fontsLoaded), ratio }), [theme, fontsLoaded, ratio]);
}
