// Shows a tile in Chromium as it is served, and compares its colours with our own reading of the same pixels.
//   node tile_colours.mjs TILE.jpg REGION.png      CHROMIUM  the browser, default /usr/bin/chromium
// The two decoders round differently (by a step or two); a wrong colour space is off by tens.
// Prints "N passed" and exits 0, or says in words what failed and exits 1.
import { readFileSync } from "node:fs";
import { chromium } from "playwright-core";

const FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-quic", "--disable-background-networking", "--disable-component-update", "--disable-sync"];
const STEPS = 4;

const [tile, region] = process.argv.slice(2);
if (!tile || !region) {
  console.error("node tile_colours.mjs TILE.jpg REGION.png");
  process.exit(2);
}

/** Runs in the page: the pixels of both pictures, and how far they are apart. */
async function compare([one, other]) {
  const pixels = async (url) => {
    const image = new Image();
    image.src = url;
    await image.decode();
    const canvas = Object.assign(document.createElement("canvas"), { width: image.width, height: image.height });
    const context = canvas.getContext("2d");
    context.drawImage(image, 0, 0);
    return { width: image.width, height: image.height, data: context.getImageData(0, 0, image.width, image.height).data };
  };
  const [shown, read] = [await pixels(one), await pixels(other)];
  let worst = 0;
  for (let i = 0; i < shown.data.length; i += 1) worst = Math.max(worst, Math.abs(shown.data[i] - read.data[i]));
  return { same: shown.width === read.width && shown.height === read.height, worst };
}

const url = (path, type) => `data:${type};base64,${readFileSync(path).toString("base64")}`;
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: FLAGS });
try {
  const page = await browser.newPage();
  const { same, worst } = await page.evaluate(compare, [url(tile, "image/jpeg"), url(region, "image/png")]);
  if (!same) throw new Error("the tile and the region differ in size");
  if (worst > STEPS) throw new Error(`the browser shows the tile ${worst} steps off what it holds: the colour space is wrong`);
  console.log(`ok  the browser shows the tile as it is (at most ${worst} of 255 steps apart)`);
  console.log("1 passed");
} catch (error) {
  console.error(`FAILED: ${error.message}`);
  process.exitCode = 1;
} finally {
  await browser.close();
}
