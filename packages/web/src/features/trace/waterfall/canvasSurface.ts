/**
 * Gives a canvas the size of `widthPx` × `heightPx` CSS pixels at `ratio` screen pixels each, emptied, with a context that
 * counts in CSS pixels. Null where the browser has no canvas.
 */
export function prepareCanvas(canvas: HTMLCanvasElement, widthPx: number, heightPx: number, ratio: number): CanvasRenderingContext2D | null {
  const width = Math.max(1, Math.round(widthPx * ratio));
  const height = Math.max(1, Math.round(heightPx * ratio));
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
  canvas.style.width = `${widthPx}px`;
  canvas.style.height = `${heightPx}px`;
  const context = canvas.getContext('2d');
  if (context === null) return null;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, widthPx, heightPx);
  return context;
}
