// What follows a signature, walked as people do: recalled while a second opinion is waited for, read second, then answered; an absence is looked at beforehand.
// Pictures: second-asked, recall, question, second-sign, to-answer, no-change, addendum, added, absence, absence-listed.
import { be, claimRow, dialogGone, endSession, found } from "./people.mjs";

export async function afterJourneys(page, tools) {
  const pair = await found(page, tools);
  tools.must(pair !== null, "a case waits that two may read, one after the other");
  await askAndSign(page, tools, pair);
  await recall(page, tools);
  await readSecond(page, tools, pair);
  await answer(page, tools, pair, "No change", "no-change", (dialog) => dialog.getByLabel("Why it changes nothing").fill("The words were typed wrongly, nothing else."));
  await page.locator(".say-bar", { hasText: "Answered: no change" }).waitFor();
  await answer(page, tools, pair, "Addendum", "addendum", (dialog) => dialog.getByLabel("What is added").fill("Added by the test of the pages."));
  await page.locator(".rep .signed", { hasText: "Added by the test" }).waitFor();
  tools.must(true, "the addendum stands beside the report");
  await tools.look(page, "added");
  await absence(page, tools, pair);
}

/** The first reader asks for a second opinion, which the report waits for, and signs. */
async function askAndSign(page, { base, must, look }, { from, row }) {
  await be(page, base, from.key);
  await claimRow(page, row);
  await page.fill("#diagnosis", "Written first, to be read by a second.");
  await page.keyboard.press("Escape");
  await page.click(".end button:has-text('More')");
  await page.click("dialog button:has-text('Ask a colleague')");
  await page.getByLabel("Question").fill("Is it invasive?");
  await look(page, "second-asked");
  await page.keyboard.press("Enter");
  await dialogGone(page);
  await sign(page);
  must(true, `${row.number} is signed while a second opinion is waited for`);
}

/** Signs what is written; every missing slide is ticked, and a further reading agrees. */
async function sign(page) {
  await page.waitForFunction(() => /Draft saved/.test(document.querySelector(".rep")?.textContent ?? ""));
  await page.keyboard.press("Control+Enter");
  await page.waitForSelector("dialog[open]");
  for (const box of await page.locator("dialog input[type=checkbox]").all()) await box.check();
  const agrees = page.getByLabel("It agrees with the first report");
  if (await agrees.count() > 0) await agrees.check();
  await page.locator("dialog .btn.main").click();
  await dialogGone(page);
  await page.waitForFunction(() => /Signed out at/.test(document.querySelector(".rep .end")?.textContent ?? ""));
}

/** The signer takes the report back, finds its text, and signs again. */
async function recall(page, { must, look }) {
  await page.click(".rep .signed button:has-text('Recall')");
  await page.getByLabel("Reason").fill("One more look.");
  await look(page, "recall");
  await page.keyboard.press("Enter");
  await dialogGone(page);
  await page.waitForFunction(() => document.querySelector("#diagnosis")?.value.startsWith("Written first"));
  await page.waitForFunction(() => /Yours|Held/.test(document.querySelector(".idbar .claim")?.textContent ?? ""));
  must(true, "the recalled report's case is held again, with its text");
  await sign(page);
  must(true, "it is signed again");
  await page.keyboard.press("Escape");
}

/** The second reader sees the question above the field and how the readings compare in the dialog. */
async function readSecond(page, { base, must, look }, { to, row }) {
  await be(page, base, to.key);
  await page.goto(`${base}/read/${row.case}?drawer=canvas`);
  await page.click(".end button:has-text('Claim this case')");
  await page.getByLabel("Why this one, and not the next").fill("Asked for.");
  await page.keyboard.press("Enter");
  await page.locator("section[aria-label='What is asked']", { hasText: "Is it invasive?" }).waitFor();
  must(true, "the question stands above the field of who is asked");
  await look(page, "question");
  await page.fill("#diagnosis", "Read second: it agrees.");
  await page.keyboard.press("Escape");
  await page.waitForFunction(() => /Draft saved/.test(document.querySelector(".rep")?.textContent ?? ""));
  await page.keyboard.press("Control+Enter");
  await page.locator("dialog", { hasText: "Compared with the first report" }).waitFor();
  must(await page.locator("dialog .btn.main").isDisabled(), "a second reading is not signed before it is compared");
  await look(page, "second-sign");
  await page.keyboard.press("Escape");
  await sign(page);
  must(true, "the second opinion is signed out");
  await page.keyboard.press("Escape");
}

/** The order changes after the signature; the signer is told in the worklist and answers in the case. */
async function answer(page, { base, must, look }, { manager, from, row }, how, picture, fill) {
  await endSession(page, base);
  must(await page.evaluate(changeOrder, { manager, of: row.case }), "a manager corrects the words of the order after the signature");
  await be(page, base, from.key);
  await page.click(".next button:has-text('To answer')");
  await page.locator("dialog .answers button", { hasText: row.number }).waitFor();
  await look(page, "to-answer");
  await page.locator("dialog .answers button", { hasText: row.number }).click();
  await page.waitForURL(`**/read/${row.case}*`);
  await page.click(`section[aria-label='To answer'] button:has-text('${how}')`);
  const dialog = page.locator("dialog");
  await fill(dialog);
  for (const box of await dialog.locator("input[type=checkbox]:not(:checked)").all()) await box.check();
  await look(page, picture);
  await dialog.locator(".btn.main").click();
  await dialogGone(page);
  await page.waitForFunction(() => !document.querySelector("section[aria-label='To answer']"));
  must(true, `${row.number} is answered: ${how.toLowerCase()}`);
}

/** What an absence would move is shown before it can be recorded; recorded, it is listed until it is cancelled. */
async function absence(page, { base, must, look }, { from }) {
  await be(page, base, from.key);
  await plan(page);
  const year = new Date().getFullYear() + 1;
  await page.getByLabel("From").fill(`${year}-03-02T08:00`);
  await page.getByLabel("To", { exact: true }).fill(`${year}-03-06T18:00`);
  await page.getByLabel("Reason, in a word").fill("Leave");
  must(await page.locator("dialog .btn.main", { hasText: "Record" }).count() === 0, "an absence is not recorded before it was shown what it moves");
  await page.click("dialog .btn.main");
  await page.locator("dialog .btn.main", { hasText: "Record" }).waitFor();
  must(/Nothing is owned|looked at/.test(await page.locator("dialog section").innerText()), "what an absence would move is said in words");
  await look(page, "absence");
  await page.click("dialog .btn.main");
  await page.getByText("Recorded.").waitFor();
  await page.keyboard.press("Escape");
  await dialogGone(page);
  await plan(page);
  const listed = page.locator("dialog .away li");
  await listed.waitFor();
  must(/2 Mar/.test(await listed.innerText()), "an absence that was recorded is listed with its times");
  await look(page, "absence-listed");
  await listed.getByText("Cancel it").click();
  await listed.waitFor({ state: "detached" });
  must(true, "it is cancelled from there");
  await page.keyboard.press("Escape");
}

async function plan(page) {
  await page.click(".top button:has-text('Planned absence')");
  await page.waitForSelector("dialog[open]");
}

/** Runs in the page: the words of the order as they should have been; true when they are kept. */
async function changeOrder({ manager, of }) {
  const ask = (method, path, body) => fetch(`/api/v1${path}`, { method, body: body && JSON.stringify(body), headers: { "X-Slideway": "1", "Content-Type": "application/json" } });
  await ask("POST", "/session", { persona: manager });
  const { ok } = await ask("POST", `/cases/${of}/content`, { requester: "Dr FICTIVE Ola", clinical_details: "Corrected by the test of the pages.", reason: "Typed wrongly." });
  await ask("DELETE", "/session");
  return ok;
}
