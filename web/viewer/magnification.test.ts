import { describe, expect, it } from "vitest";
import { fieldWords, isStep, lengthWords, magnificationAt, magnificationWords, scaleBar, steps, zoomFor } from "./magnification";

describe("magnification is a resolution", () => {
  it("puts 0.25 µm in a pixel at 40×", () => expect(zoomFor(40, 0.25)).toBe(1));
  it("goes back and forth", () => expect(magnificationAt(zoomFor(12.5, 0.499), 0.499)).toBeCloseTo(12.5));
  it("has six steps and marks what the scanner did not see", () => {
    expect(steps(0.499).map((step) => step.text)).toEqual(["1.25×", "2.5×", "5×", "10×", "20×", "40×"]);
    expect(steps(0.499).map((step) => step.beyond)).toEqual([false, false, false, false, false, true]);
    expect(steps(0.25).some((step) => step.beyond)).toBe(false);
  });
  it("is a plain zoom without a scale", () => expect(steps(null).map((step) => step.text)).toEqual(["3.1 %", "6.3 %", "13 %", "25 %", "50 %", "100 %"]));
  it("reads as people write it", () => expect([20.04, 1.25, 7.31, 0.62].map(magnificationWords)).toEqual(["20×", "1.25×", "7.3×", "0.62×"]));
  it("knows a step from its neighbour", () => expect([isStep(0.998, 0.998), isStep(1.2, 0.998)]).toEqual([true, false]));
});

describe("scale bar", () => {
  it("is 100 µm and 200 pixels at 20× of half a micron", () => {
    const bar = scaleBar(0.499);
    expect(bar.text).toBe("50 µm");
    expect(scaleBar(0.5)).toEqual({ pixels: 200, text: "100 µm" });
  });
  it("stays between 80 and 200 pixels and steps by 1, 2, 5", () => {
    for (let scale = 0.01; scale < 200; scale *= 1.07) {
      const { pixels } = scaleBar(scale);
      expect(pixels).toBeLessThanOrEqual(200.01);
      expect(pixels).toBeGreaterThanOrEqual(79.99);
      const microns = pixels * scale;
      const lead = microns / 10 ** Math.floor(Math.log10(microns) + 1e-9);
      expect([1, 2, 5].some((step) => Math.abs(lead - step) < 1e-6)).toBe(true);
    }
  });
  it("has units for people", () => expect([0.5, 50, 1000, 2000, 1500].map(lengthWords)).toEqual(["0.5 µm", "50 µm", "1 mm", "2 mm", "1.5 mm"]));
  it("gives a field one unit", () => expect([fieldWords(667.2, 445), fieldWords(12_400, 800)]).toEqual(["667 × 445 µm", "12.4 × 0.8 mm"]));
});
