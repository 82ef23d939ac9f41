// Cases that go from hand to hand, walked as people do: handed over, waiting for extra work and glass, offered and accepted.
// Pictures: hand-over, handed, extra-work, waited-for, on-glass, who, offer, offered.
import { be, claimRow, dialogGone, found } from "./people.mjs";

/** Walks the three; `tools` are those of the journeys: where Slideway answers, what must hold, how to look, how long to wait. */
export async function handsJourneys(page, tools) {
  const given = await found(page, tools);
  tools.must(given !== null, "a case waits that two may read and somebody may not");
  await handOver(page, tools, given);
  await extraWork(page, tools);
  await onGlass(page, tools);
  const offer = await found(page, tools);
  tools.must(offer !== null, "another such case waits");
  await offerAndAccept(page, tools, offer);
}

/** A pathologist claims a case, writes, and gives it to a colleague, who finds it with the text. */
async function handOver(page, { base, must, look }, { from, to, not, row }) {
  await be(page, base, from.key);
  await claimRow(page, row);
  await page.fill("#diagnosis", "Begun by the one, to be ended by the other.");
  await page.keyboard.press("Escape");
  await page.keyboard.press("h");
  await choosePerson(page, must, to, not);
  await page.getByLabel("Reason").fill("Off duty from now on.");
  await look(page, "hand-over");
  await page.keyboard.press("Enter");
  await dialogGone(page);
  await page.waitForFunction((name) => document.body.textContent.includes(`is with ${name}`), to.name);
  must(true, `${row.number} is handed over to ${to.name}, ${to.organisation}`);
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

/** Chooses `to` in the open dialog; `not` is shown with the reason and cannot be chosen. */
async function choosePerson(page, must, to, not) {
  const refused = page.locator(`dialog [data-person="${not.name}"]`);
  await refused.waitFor();
  must(await refused.locator("input").isDisabled() && (await refused.innerText()).includes(not.why[0]), `${not.name} is shown with the reason and cannot be chosen`);
  const chosen = page.locator(`dialog [data-person="${to.name}"]`);
  must((await chosen.innerText()).includes(to.organisation), `${to.name} stands with the organisation`);
  await chosen.locator("input").check();
}

/** Who holds the case asks for a stain, sees that it is waited for, in a new window too, and cancels it. */
async function extraWork(page, { must, look }) {
  await page.keyboard.press("e");
  await page.getByLabel("Stains, with commas between them").fill("Invented stain");
  await page.getByLabel("Reason").fill("To see more.");
  await look(page, "extra-work");
  await page.keyboard.press("Enter");
  await page.locator(".owed", { hasText: "Asked for by you: To see more" }).waitFor();
  await page.locator(".tray .sl:disabled", { hasText: "Invented stain" }).waitFor();
  must(true, "the slide that was asked for is expected in the tray");
  await page.evaluate(() => sessionStorage.clear());
  await page.reload();
  await page.locator(".owed", { hasText: "Invented stain" }).waitFor();
  must(true, "what is waited for is the case's, not the window's");
  await page.click(".end button:has-text('More')");
  await page.locator("dialog", { hasText: "Interim report" }).waitFor();
  must(true, "an interim report can be written while extra work is waited for");
  await page.keyboard.press("Escape");
  await look(page, "waited-for");
  await page.click(".owed button:has-text('Cancel')");
  await page.getByLabel("Reason").fill("Seen enough.");
  await page.keyboard.press("Enter");
  await dialogGone(page);
  await page.waitForFunction(() => !document.querySelector(".owed"));
  await page.locator(".tray .sl", { hasText: "Invented stain" }).filter({ hasText: "Waived" }).waitFor();
  must(true, "cancelled, the slide is waived and nothing is waited for");
}

/** A slide is deferred to its glass, named before signing, and read. */
async function onGlass(page, { must, look }) {
  await page.click(".end button:has-text('More')");
  await page.click("dialog button:has-text('to glass')");
  await page.getByLabel("Why the picture is not enough").fill("Folded.");
  await page.keyboard.press("Enter");
  await dialogGone(page);
  await page.locator(".owed", { hasText: "Folded" }).waitFor();
  await page.locator(".end .check", { hasText: "to be read on glass" }).waitFor();
  must(await page.locator(".tray .sl", { hasText: "To be read on glass" }).count() === 1, "the deferred slide says so in the tray and before signing");
  await look(page, "on-glass");
  await page.click(".owed button:has-text('The glass was read')");
  await page.waitForFunction(() => !document.querySelector(".owed"));
  must(true, "read on glass, nothing is waited for");
  await page.keyboard.press("Escape");
}

/** A manager sees who may read a waiting case and offers it; the pathologist is called on the screen and accepts it in the list. */
async function offerAndAccept(page, { base, must, look }, { manager, to, not, row }) {
  await be(page, base, manager);
  await page.click(`tr[data-reading="${row.reading}"]`);
  await page.click(".peek button:has-text('Who may read it')");
  await page.locator(`dialog [data-person="${to.name}"]`, { hasText: "May read it" }).waitFor();
  await page.locator(`dialog [data-person="${not.name}"]`, { hasText: not.why[0] }).waitFor();
  must(true, "a manager sees who may read a case, and why not the others");
  await look(page, "who");
  await page.keyboard.press("Escape");
  await page.keyboard.press("o");
  await choosePerson(page, must, to, not);
  await page.locator("dialog input[type=number]").fill("120");
  await look(page, "offer");
  await page.keyboard.press("Enter");
  await dialogGone(page);
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
