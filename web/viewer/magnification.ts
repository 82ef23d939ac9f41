// From pixels to magnification, lengths and the scale bar. Pure.
//
//   A magnification is a resolution: 1x is 10 µm in one device pixel, so 40x is 0.25 µm. Objective power is not used:
//   scanners leave it out or mean different things by it. Without µm per pixel there is no magnification, only a zoom.

export const MAGNIFICATIONS = [1.25, 2.5, 5, 10, 20, 40];
export const PLAIN_ZOOMS = [1 / 32, 1 / 16, 1 / 8, 1 / 4, 1 / 2, 1];
const MICRONS_PER_PIXEL_AT_1X = 10;
const LONGEST_BAR = 200;

/** Device pixels per pixel of the scan at this magnification. */
export function zoomFor(magnification: number, micronsPerPixel: number): number {
  return (micronsPerPixel * magnification) / MICRONS_PER_PIXEL_AT_1X;
}

/** The magnification at which one pixel of the scan takes `zoom` device pixels. */
export function magnificationAt(zoom: number, micronsPerPixel: number): number {
  return (zoom * MICRONS_PER_PIXEL_AT_1X) / micronsPerPixel;
}

/** "20×", "1.25×", "7.3×". */
export function magnificationWords(magnification: number): string {
  return `${magnification >= 10 ? Math.round(magnification) : Number(magnification.toFixed(magnification < 3 ? 2 : 1))}×`;
}

/** The six steps of a scan as buttons; `beyond` is finer than the scanner saw. */
export function steps(micronsPerPixel: number | null): { zoom: number; text: string; beyond: boolean }[] {
  if (micronsPerPixel === null) {
    return PLAIN_ZOOMS.map((zoom) => ({ zoom, text: `${zoom < .1 ? (zoom * 100).toFixed(1) : Math.round(zoom * 100)} %`, beyond: false }));
  }
  return MAGNIFICATIONS.map((magnification) => {
    const zoom = zoomFor(magnification, micronsPerPixel);
    return { zoom, text: `${magnification}×`, beyond: zoom > 1.1 };
  });
}

/** True when `zoom` is the step, within the width of a hair. */
export function isStep(zoom: number, step: number): boolean { return Math.abs(zoom / step - 1) < 0.01; }

/** The longest bar of 1, 2 or 5 times a power of ten that stays within 200 pixels, so at least 80 long. */
export function scaleBar(micronsPerScreenPixel: number): { pixels: number; text: string } {
  const most = micronsPerScreenPixel * LONGEST_BAR;
  const power = 10 ** Math.floor(Math.log10(most));
  const microns = ([5, 2, 1].find((step) => step * power <= most * 1.000001) ?? 1) * power;
  return { pixels: microns / micronsPerScreenPixel, text: lengthWords(microns) };
}

/** "100 µm", "0.5 µm", "2 mm", "1.5 mm". */
export function lengthWords(microns: number): string {
  if (microns >= 1000) return `${Number((microns / 1000).toFixed(1))} mm`;
  return `${microns >= 1 ? Math.round(microns) : Number(microns.toPrecision(2))} µm`;
}

/** "667 × 445 µm", "12.4 × 8.3 mm": one unit for both sides, chosen by the longer. */
export function fieldWords(width: number, height: number): string {
  if (Math.max(width, height) < 1000) return `${Math.round(width)} × ${Math.round(height)} µm`;
  return `${(width / 1000).toFixed(1)} × ${(height / 1000).toFixed(1)} mm`;
}
