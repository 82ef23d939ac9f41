// Cases that go from hand to hand, walked as people do: handed over, waiting for extra work, offered and accepted.
// Pictures: hand-over, handed, extra-work, waited-for, offer, offered.

const REST_MS = 1_000;

/** Walks the three; `tools` are those of the journeys: where Slideway answers, what must hold, how to look, how long to wait. */
export async function handsJourneys(page, tools) {
  const given = await found(page, tools, "pathologist");
  tools.must(given !== null, "two colleagues read the same specialty and a case of it waits");
  await handOver(page, tools, given);
  await extraWork(page, tools);
  const offer = await found(page, tools, "manager");
  tools.must(offer !== null, "a case of a manager's organisation waits that one of its pathologists reads");
  await offerAndAccept(page, tools, offer);
}

/** A pathologist claims a case, writes, and gives it to a colleague, who finds it with the text. */
async function handOver(page, { base, must, look }, { from, to, row }) {
  await be(page, base, from);
  await page.click(`tr[data-reading="${row.reading}"]`);
  await page.keyboard.press("c");
  await page.fill("dialog input", "Walked by the test of the pages.");
  await page.keyboard.press("Enter");
  await page.waitForSelector("#diagnosis");
  await page.fill("#diagnosis", "Begun by the one, to be ended by the other.");
  await page.keyboard.press("Escape");
  await page.keyboard.press("h");
  await page.waitForSelector("dialog select:not(:disabled)");
  await page.locator("dialog select").selectOption({ value: to.id });
  await page.locator("dialog input").fill("Off duty from now on.");
  await look(page, "hand-over");
  await page.keyboard.press("Enter");
  await page.waitForFunction((name) => document.body.textContent.includes(`is with ${name}`) && !document.querySelector("dialog[open]"), to.name);
  must(true, `${row.number} is handed over to ${to.name}`);
  await page.keyboard.press("Escape");
  await be(page, base, to.key);
  const line = page.locator(`tr[data-reading="${row.reading}"]`);
  await line.filter({ hasText: "Held to" }).waitFor();
  must(true, `${to.name} finds ${row.number} among the cases held`);
  await line.dblclick();
  await page.waitForSelector("#diagnosis");
  await page.locator(".rep", { hasText: "Begun by the one" }).waitFor();
  must(true, "the receiver reads the unfinished text");
  await look(page, "handed");
}

/** Who holds the case asks for a stain, sees that it is waited for, and cancels it. */
async function extraWork(page, { must, look }) {
  await page.keyboard.press("e");
  await page.getByLabel("Stains, with commas between them").fill("Invented stain");
  await page.getByLabel("Reason").fill("To see more.");
  await look(page, "extra-work");
  await page.keyboard.press("Enter");
  await page.waitForSelector(".owed");
  await page.locator(".tray .sl:disabled", { hasText: "Invented stain" }).waitFor();
  must(true, "the slide that was asked for is expected in the tray");
  await page.click(".end button:has-text('More')");
  await page.locator("dialog", { hasText: "Interim report" }).waitFor();
  must(true, "an interim report can be written while slides are waited for");
  await page.keyboard.press("Escape");
  await look(page, "waited-for");
  await page.click(".owed button:has-text('Cancel')");
  await page.fill("dialog input", "Seen enough.");
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => !document.querySelector(".owed") && !document.querySelector("dialog[open]"));
  await page.locator(".tray .sl", { hasText: "Invented stain" }).filter({ hasText: "Waived" }).waitFor();
  must(true, "cancelled, the slide is waived and nothing is waited for");
  await page.keyboard.press("Escape");
}

/** A manager offers a waiting case; the pathologist is called on the screen and accepts it in the list. */
async function offerAndAccept(page, { base, must, look }, { from, to, row }) {
  await be(page, base, from);
  await page.click(`tr[data-reading="${row.reading}"]`);
  await page.keyboard.press("o");
  await page.waitForSelector("dialog select:not(:disabled)");
  await page.locator("dialog select").selectOption({ value: to.id });
  await page.locator("dialog input").fill("120");
  await look(page, "offer");
  await page.keyboard.press("Enter");
  await page.waitForSelector(".slot.told");
  must((await page.locator(".slot.told").innerText()).includes(`offered to ${to.name}`), `${row.number} is offered to ${to.name}`);
  await be(page, base, to.key);
  await page.waitForFunction((number) => document.querySelector(".strip [role=alert]")?.textContent.includes(number), row.number);
  await page.locator(".call").waitFor();
  must(true, "the offer calls in the strip and is announced");
  await page.click(`tr[data-reading="${row.reading}"]`);
  await page.locator(".peek", { hasText: "Offered to you until" }).waitFor();
  must(true, "the list says until when it is offered");
  await look(page, "offered");
  await page.keyboard.press("c");
  await page.waitForURL(`**/read/${row.case}*`);
  await page.waitForFunction(() => /Yours|Held/.test(document.querySelector(".idbar .claim")?.textContent ?? ""));
  must(true, "the accepted offer is a claim, open on the reading page");
  await page.keyboard.press("Escape");
}

/** Ends the session that is open once its page is at rest, so that no question of it is left unanswered. */
async function endSession(page, base) {
  await page.goto(`${base}/?drawer=canvas`);
  await page.waitForSelector("[data-persona], .wl .rows, .wl .void");
  if (await page.locator("[data-persona]").count() > 0) return;
  await page.waitForTimeout(REST_MS);
  await page.click(".top [title^='End this session']");
  await page.waitForSelector("[data-persona]");
}

/** Begins the session of `key` and waits for the list. */
async function be(page, base, key) {
  await endSession(page, base);
  await page.click(`[data-persona="${key}"]`);
  await page.waitForSelector(".list tbody tr[data-reading]");
}

/** Leaves for the chooser and looks until `pairOf` finds something; null after the time for rows. */
async function found(page, { base, rowsMs }, role) {
  await endSession(page, base);
  for (const end = Date.now() + rowsMs; Date.now() < end; await page.waitForTimeout(2_000)) {
    const pair = await page.evaluate(pairOf, role);
    if (pair) return pair;
  }
  return null;
}

/** Runs in the page: somebody of this role, a colleague who is there and has room, and a waiting case for both of them. */
async function pairOf(role) {
  const ask = (method, path, body) => fetch(`/api/v1${path}`, { method, body: body && JSON.stringify(body), headers: { "X-Slideway": "1", "Content-Type": "application/json" } });
  const get = async (path) => (await ask("GET", path)).json();
  const people = await get("/session/personas");
  let pair = null;
  for (const from of people.filter((one) => one.role === role)) {
    if (pair) break;
    await ask("POST", "/session", { persona: from.key });
    const me = await get("/session");
    const others = (await get("/pathologists")).filter((one) => one.name !== me.name && one.presence === "available" && one.held < one.capacity);
    for (const row of (await get("/worklist?view=waiting")).rows) {
      const to = others.find((one) => one.specialties.includes(row.specialty));
      const key = people.find((one) => one.name === to?.name)?.key;
      const theirs = role !== "manager" || row.organisation === me.organisation;
      if (key && theirs && row.priority !== "immediate") pair ??= { from: from.key, to: { ...to, key }, row };
    }
  }
  await ask("DELETE", "/session");
  return pair;
}
