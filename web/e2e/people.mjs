// Whose session it is, and who can be given what: shared by the journeys of several people.

const REST_MS = 1_000;

/** Ends the session that is open once its page is at rest, so that no question of it is left unanswered. */
export async function endSession(page, base) {
  await page.goto(`${base}/?drawer=canvas`);
  await page.waitForSelector("[data-persona], .wl .rows, .wl .void");
  if (await page.locator("[data-persona]").count() > 0) return;
  await page.waitForTimeout(REST_MS);
  await page.click(".top [title^='End this session']");
  await page.waitForSelector("[data-persona]");
}

/** Begins the session of `key` and waits for the list, which may be empty. */
export async function be(page, base, key) {
  await endSession(page, base);
  await page.click(`[data-persona="${key}"]`);
  await page.waitForSelector(".list tbody tr[data-reading], .mid .void");
}

/** Leaves for the chooser and looks until `pairOf` finds something; null after the time for rows. */
export async function found(page, { base, rowsMs }) {
  await endSession(page, base);
  for (const end = Date.now() + rowsMs; Date.now() < end; await page.waitForTimeout(2_000)) {
    const pair = await page.evaluate(pairOf);
    if (pair) return pair;
  }
  return null;
}

/** Runs in the page: a waiting case of a manager's organisation, two who may read it now, and somebody who may not. */
async function pairOf() {
  const ask = (method, path, body) => fetch(`/api/v1${path}`, { method, body: body && JSON.stringify(body), headers: { "X-Slideway": "1", "Content-Type": "application/json" } });
  const get = async (path) => (await ask("GET", path)).json();
  const people = await get("/session/personas");
  const keyed = (one) => ({ ...one, key: people.find(({ name }) => name === one.name)?.key });
  let pair = null;
  for (const manager of people.filter(({ role }) => role === "manager")) {
    await ask("POST", "/session", { persona: manager.key });
    const me = await get("/session");
    const quiet = (row) => row.organisation === me.organisation && row.priority !== "immediate" && row.slides.here === row.slides.expected && row.flags.every(({ mark }) => mark !== "bad");
    const rows = (await get("/worklist?view=waiting")).rows.filter(quiet);
    for (const row of rows) {
      if (pair) break;
      const all = (await get(`/readings/${row.reading}/eligibility`)).people.map(keyed);
      const [from, to] = all.filter((one) => one.may && one.key);
      const not = all.find((one) => !one.may);
      if (from && to && not) pair = { manager: manager.key, from, to, not, row };
    }
  }
  await ask("DELETE", "/session");
  return pair;
}

/** Claims the case of a row in the list out of order; the reading page is open afterwards. */
export async function claimRow(page, row) {
  await page.click(`tr[data-reading="${row.reading}"]`);
  await page.keyboard.press("c");
  await page.getByLabel("Why this one, and not the next").fill("Walked by the test of the pages.");
  await page.keyboard.press("Enter");
  await page.waitForSelector("#diagnosis");
}

/** Waits until no dialog stands over the page; what a dialog says against it ends the walk. */
export async function dialogGone(page) {
  await page.waitForFunction(() => !document.querySelector("dialog[open]") || document.querySelector("dialog [role=alert]"));
  const refusal = await page.locator("dialog [role=alert]").allInnerTexts();
  if (refusal.length > 0) throw new Error(`the dialog says: ${refusal.join(" ")}`);
}
