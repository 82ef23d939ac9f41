// Walks a running Slideway as people do, in Chromium: choose a reader, take a case, see tissue, sign out; hand over, order extra work, offer; recall, read second, answer what came after; look at the dashboard; decide about a doubtful scan.
//   BASE_URL  where Slideway answers, default http://127.0.0.1:8080      OUT_DIR  where the pictures go, default e2e-out
//   CHROMIUM  the browser, default /usr/bin/chromium                     PERSONA  whose key to choose, default the pathologist with most to read
//   ROWS      how many rows the list must show before it is looked at, default 1; waited for two minutes at most
// Pictures: chooser, worklist, viewer-fit, viewer, sign-out, signed, those of hands.mjs and after.mjs, counts, rota, week-ahead, lab, lab-rescan.
// Prints "N passed" and exits 0, or says in words what failed and exits 1.
import { mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { afterJourneys } from "./after.mjs";
import { handsJourneys } from "./hands.mjs";

const BASE = process.env.BASE_URL ?? "http://127.0.0.1:8080";
const OUT = process.env.OUT_DIR ?? "e2e-out";
const AXE = join(dirname(fileURLToPath(import.meta.url)), "../node_modules/axe-core/axe.min.js");
const ROWS = Number(process.env.ROWS ?? 1), ROWS_MS = 120_000;
const PATIENCE_MS = 30_000;
const FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-quic", "--disable-background-networking", "--disable-component-update", "--disable-sync"];

let passed = 0;
const troubles = [];

/** Counts a thing that held, or stops with what did not. */
function must(holds, words) {
  if (!holds) throw new Error(words);
  passed += 1;
  console.log(`ok  ${words}`);
}

async function run() {
  mkdirSync(OUT, { recursive: true });
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: FLAGS });
  try {
    const page = await openPage(browser);
    await readingJourney(page);
    const tools = { base: BASE, must, look, rowsMs: ROWS_MS };
    await handsJourneys(page, tools);
    await afterJourneys(page, tools);
    await page.goto(`${BASE}/?drawer=canvas`);
    await page.waitForSelector(".top [title^='End this session']");
    await dashboardJourney(page);
    await labJourney(page);
    must(troubles.length === 0, troubles.length === 0 ? "no policy violation and no console error" : `the console was not silent: ${troubles.join(" | ")}`);
  } finally {
    await browser.close();
  }
}

/** A page that reports what it should not do, and can load axe from its own origin as the policy asks. */
async function openPage(browser) {
  const context = await browser.newContext({ viewport: { width: 1920, height: 1080 }, locale: "en-GB" });
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE_MS);
  page.on("pageerror", (error) => troubles.push(error.message));
  page.on("console", (message) => {
    // The first question of every visit is "who is reading?", and 401 is its honest answer.
    const asksWho = message.location().url.endsWith("/api/v1/session") && message.text().includes("401");
    // One rota is refused on purpose.
    const refusesRota = message.location().url.endsWith("/api/v1/rota") && message.text().includes("422");
    if (message.type() === "error" && !asksWho && !refusesRota) troubles.push(`${message.text()} ${message.location().url}`);
  });
  await page.exposeFunction("reportViolation", (words) => { troubles.push(words); });
  await page.addInitScript(() => addEventListener("securitypolicyviolation", (event) => {
    void window.reportViolation(`policy: ${event.violatedDirective} refused ${event.blockedURI}`);
  }));
  await page.route("**/axe-for-tests.js", (route) => route.fulfill({ path: AXE, contentType: "text/javascript" }));
  return page;
}

async function readingJourney(page) {
  await page.goto(`${BASE}/?drawer=canvas`);
  await page.waitForSelector("[data-persona]");
  await look(page, "chooser");
  await page.click(`[data-persona="${process.env.PERSONA ?? await busiest(page)}"]`);
  await page.waitForSelector(".list tbody tr[data-reading]");
  must(await page.title() === "Worklist · Slideway", "the worklist has its title");
  must(await page.locator(".strip", { hasText: "Not for clinical use" }).isVisible(), "the strip stands on the worklist");
  await waitForRows(page);
  await page.keyboard.press("j");
  must(await page.locator(".list tr.chosen").count() === 1, "J selects a row");
  await page.waitForFunction(() => {
    const pictures = [...document.querySelectorAll(".peek .thumbs img")];
    return pictures.length > 0 && pictures.every((picture) => picture.complete && picture.naturalWidth > 0);
  });
  must(true, "the details show pictures of the case's slides");
  await look(page, "worklist");
  await page.keyboard.press("n");
  await page.waitForURL("**/read/**", { timeout: PATIENCE_MS }).catch(async () => {
    throw new Error(`N opened no case; the page says: ${await page.locator(".say-bar").first().innerText().catch(() => "nothing")}`);
  });
  await seeTissue(page);
  await signOut(page);
  await page.keyboard.press("Escape");
  await page.waitForSelector(".wl");
  must(new URL(page.url()).pathname === "/", "Escape leads back to the worklist");
}

/** The key of the pathologist with most rows; returns when somebody has as many as ROWS, or after two minutes. */
async function busiest(page) {
  for (const end = Date.now() + ROWS_MS; ; await page.waitForTimeout(2_000)) {
    const found = await page.evaluate(async () => {
      const ask = (method, path, body) => fetch(`/api/v1${path}`, { method, body: body && JSON.stringify(body), headers: { "X-Slideway": "1", "Content-Type": "application/json" } });
      const all = [];
      for (const { key, role } of await (await ask("GET", "/session/personas")).json()) {
        if (role !== "pathologist") continue;
        await ask("POST", "/session", { persona: key });
        all.push({ key, rows: (await (await ask("GET", "/worklist")).json()).rows.length });
      }
      await ask("DELETE", "/session");
      return all.sort((a, b) => b.rows - a.rows)[0];
    });
    if (found.rows >= ROWS || Date.now() > end) return found.key;
  }
}

/** Shows new cases as they come, as a person would, until the list is as long as it should be. */
async function waitForRows(page) {
  const end = Date.now() + ROWS_MS;
  const rows = page.locator(".list tbody tr[data-reading]");
  while (await rows.count() < ROWS && Date.now() < end) {
    await page.keyboard.press(".");
    await page.waitForTimeout(1_000);
  }
  must(await rows.count() >= ROWS, `the worklist shows ${await rows.count()} rows, at least ${ROWS} are asked for`);
}

async function seeTissue(page) {
  await page.waitForSelector('.glass[data-painted]:not([data-painted=""])');
  await page.waitForFunction(colouredShare, 0.01, { polling: 200 });
  const share = await page.evaluate(colouredShare, 0);
  must(share > 0.01, `tissue is painted: ${Math.round(share * 100)} % of the field has colour`);
  must((await page.locator(".idbar .who").innerText()).length > 0, "the patient's name stands above the slide");
  must(await page.locator(".strip").isVisible(), "the strip stands on the reading page");
  must(/µm|mm|No scale/.test(await page.locator(".plate.scale").innerText()), "the scale is stated");
  await page.waitForFunction(() => [...document.querySelectorAll(".tray .sl:not(:disabled)")].every((slide) => (slide.querySelector("img")?.naturalWidth ?? 0) > 0));
  must(true, "every slide in the tray has its picture");
  await page.screenshot({ path: join(OUT, "viewer-fit.png") });
  await goNear(page);
  await look(page, "viewer");
  await page.mouse.move(0, 0);
  await page.keyboard.press("f");
}

/** Rests the pointer on the most tissue and presses the key of 10x: what lies under the pointer stays there, so cells are seen. */
async function goNear(page) {
  const at = await page.evaluate(mostTissue);
  await page.mouse.move(at.x, at.y);
  await page.keyboard.press("4");
  await page.waitForFunction(colouredShare, 0.2, { polling: 200 });
  must(await page.locator('.tools [aria-pressed="true"]').count() > 0, "key 4 sets a magnification");
  const share = await page.evaluate(colouredShare, 0);
  must(share > 0.2, `the field near by is full of tissue: ${Math.round(share * 100)} % has colour`);
  await page.waitForTimeout(500);
}

/** Where on the page, left of the plates, most pixels in a square of the field have colour. */
function mostTissue() {
  const canvas = document.querySelector(".glass .openseadragon-canvas canvas");
  const { width, height } = canvas;
  const { data } = canvas.getContext("2d").getImageData(0, 0, width, height);
  const side = Math.round(height / 3), step = 8;
  let best = { share: -1, x: 0, y: 0 };
  for (let top = 0; top + side <= height; top += side / 4) {
    for (let left = 0; left + side <= width * 0.8; left += side / 4) {
      let coloured = 0;
      for (let y = Math.round(top); y < top + side; y += step) {
        for (let x = Math.round(left); x < left + side; x += step) {
          const at = (y * width + x) * 4;
          if (Math.max(data[at], data[at + 1], data[at + 2]) - Math.min(data[at], data[at + 1], data[at + 2]) > 24) coloured += 1;
        }
      }
      if (coloured > best.share) best = { share: coloured, x: left + side / 2, y: top + side / 2 };
    }
  }
  const box = canvas.getBoundingClientRect();
  return { x: box.left + (best.x / width) * box.width, y: box.top + (best.y / height) * box.height };
}

/** The share of pixels of the field's canvas that are not grey; with a positive `least`, false until it is reached. */
function colouredShare(least) {
  const canvas = document.querySelector(".glass .openseadragon-canvas canvas");
  const pen = canvas?.getContext("2d");
  if (!pen || canvas.width === 0) return false;
  const { data } = pen.getImageData(0, 0, canvas.width, canvas.height);
  let coloured = 0, seen = 0;
  for (let at = 0; at < data.length; at += 4 * 37) {
    seen += 1;
    if (Math.max(data[at], data[at + 1], data[at + 2]) - Math.min(data[at], data[at + 1], data[at + 2]) > 24) coloured += 1;
  }
  const share = coloured / seen;
  return least > 0 ? share > least : least < 0 ? true : share;
}

async function signOut(page) {
  await page.fill("#diagnosis", "Written by the test of the pages: no abnormality in invented tissue.");
  await page.waitForFunction(() => /Draft saved/.test(document.querySelector(".rep")?.textContent ?? ""));
  must(true, "the draft is saved while writing");
  await page.keyboard.press("Control+Enter");
  await page.waitForSelector("dialog[open]");
  for (const box of await page.locator("dialog .tickline input").all()) await box.check();
  await look(page, "sign-out");
  const button = page.locator("dialog .btn.main");
  if (await button.isDisabled()) throw new Error(`sign-out is blocked: ${await page.locator("dialog").innerText()}`);
  await button.click();
  await page.waitForFunction(() => /Signed out at/.test(document.querySelector(".rep .end")?.textContent ?? "") || document.querySelector("dialog [role=alert]"));
  const refusal = await page.locator("dialog [role=alert]").allInnerTexts();
  must(refusal.length === 0, refusal.length === 0 ? "the case is signed out" : `the server refused the sign-out: ${refusal.join(" ")}`);
  await page.screenshot({ path: join(OUT, "signed.png") });
}

async function dashboardJourney(page) {
  await page.click(".top [title^='End this session']");
  await page.click("[data-role=manager]");
  await page.click(".nav a[href='/dashboard']");
  await page.waitForSelector(".kpi");
  must(await page.title() === "Now · Dashboard · Slideway", "the dashboard has its title");
  const numbers = await page.locator(".kpi .big").allInnerTexts();
  must(numbers.length >= 6 && numbers.every((text) => /^[\d,]+$/.test(text.trim())), `the dashboard shows its numbers: ${numbers.join(" ")}`);
  must(numbers[0].trim() !== "0", "the manager's laboratory has had slides delivered");
  await look(page, "counts");
  await rotaJourney(page);
}

/** A rota with an unknown name is refused by its line; the table to fill in is recorded, and the week ahead is read again. */
async function rotaJourney(page) {
  await page.click("button:has-text('Record a rota')");
  const file = page.getByLabel("File");
  const csv = (text) => ({ name: "rota.csv", mimeType: "text/csv", buffer: Buffer.from(text) });
  await file.setInputFiles(csv("pathologist,duty,from,to\nDr NOBODY,reading,2030-12-02T08:00:00Z,2030-12-02T17:00:00Z\n"));
  await page.getByText("1 shift in rota.csv").waitFor();
  await page.click("dialog .btn.main");
  const refused = await page.locator("dialog [role=alert]").innerText();
  must(/line 2/.test(refused), `a rota that names nobody is refused by its line: ${refused}`);
  await look(page, "rota");
  const table = await page.getByText("A table to fill in").getAttribute("href");
  await file.setInputFiles(csv(decodeURIComponent(table.split(",").slice(1).join(","))));
  await page.click("dialog .btn.main");
  await page.waitForSelector("dialog", { state: "detached" });
  await page.locator(".panel:has-text('The week ahead') > table td").first().waitFor();
  const shift = page.locator(".week .shift").first();
  await shift.waitFor();
  must(/^08:00–17:00$/.test((await shift.innerText()).trim()), "who is recorded stands in the week ahead, beside the hours that nobody covers");
  await page.locator(".week tr").last().scrollIntoViewIfNeeded();
  await look(page, "week-ahead");
}

/** An operator looks at a doubtful scan, asks for a rescan, and finds it on the scanner's list. */
async function labJourney(page) {
  await page.click(".top [title^='End this session']");
  await page.waitForSelector("[data-persona]");
  const who = await flaggedOperator(page);
  must(who !== null, "an operator has a doubtful scan to look at");
  await page.click(`[data-persona="${who}"]`);
  await page.click(".nav a[href='/lab']");
  await page.waitForSelector(".trays .item");
  must(await page.title() === "Lab · Slideway", "the laboratory has its title");
  await page.locator('.item:has-text("Look at it") button').first().click();
  await page.waitForFunction(() => (document.querySelector(".heat img")?.naturalWidth ?? 0) > 0);
  must(true, "the heat map of the doubtful scan is shown");
  await look(page, "lab");
  const glass = await page.locator(".flagged h3").innerText();
  await page.click(".flagged .btn.main");
  await page.fill("dialog input", "Left part is blurred: clean the glass, focus again.");
  await page.keyboard.press("Enter");
  await page.waitForSelector(".rescans .glass");
  must((await page.locator(".rescans .glass").first().innerText()).includes(glass), `${glass} stands on its scanner's list`);
  await look(page, "lab-rescan");
}

/** The key of an operator in whose quality tray something lies; waited for two minutes at most. */
async function flaggedOperator(page) {
  for (const end = Date.now() + ROWS_MS; Date.now() < end; await page.waitForTimeout(2_000)) {
    const found = await page.evaluate(async () => {
      const ask = (method, path, body) => fetch(`/api/v1${path}`, { method, body: body && JSON.stringify(body), headers: { "X-Slideway": "1", "Content-Type": "application/json" } });
      let found = null;
      for (const { key, role } of await (await ask("GET", "/session/personas")).json()) {
        if (role !== "operator" || found) continue;
        await ask("POST", "/session", { persona: key });
        if ((await (await ask("GET", "/trays/quality")).json()).rows.length > 0) found = key;
      }
      await ask("DELETE", "/session");
      return found;
    });
    if (found) return found;
  }
  return null;
}

/** Takes a picture and asks axe; a serious finding stops the walk. */
async function look(page, name) {
  await page.screenshot({ path: join(OUT, `${name}.png`) });
  if (!await page.evaluate(() => "axe" in window)) await page.addScriptTag({ url: "/axe-for-tests.js" });
  const { violations } = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
  const serious = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
  const words = serious.map(({ id, nodes }) => `${id} at ${nodes.slice(0, 3).map((node) => node.target.join(" ")).join(", ")}`);
  must(serious.length === 0, serious.length === 0 ? `axe finds nothing serious on ${name}` : `axe on ${name}: ${words.join(" | ")}`);
}

run().then(() => console.log(`${passed} passed`), (error) => {
  console.error(`FAILED after ${passed} passed: ${error.message}`);
  process.exitCode = 1;
});
