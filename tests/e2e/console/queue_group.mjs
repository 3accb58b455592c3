// The queue by keyboard, in one browser and in two.
import assert from "node:assert/strict";
import { accessibility, assertCalm, fillSignIn, inFocus, leave, leaveCalm, open, signIn, signInTo, untilFocused } from "./browser.mjs";
import { base, call, fill, person, site, statusOf, submit, until } from "./server.mjs";

const pending = async () => Number((await call("ModerationService", "GetQueueStats", { parent: `sites/${site}` })).stats?.pendingCount ?? 0);

let anna;

export async function before() {
  anna = await person("anna");
}

export default {
  async "a queue of 200 is worked by keyboard, and what was pressed is what is stored"() {
    const comments = await fill(Number(process.env.CONSOLE_QUEUE ?? 200));
    const page = await signInTo(anna, comments[0]);
    const keys = ["a", "s", "t"];
    const expected = { a: "COMMENT_STATUS_APPROVED", s: "COMMENT_STATUS_SPAM", t: "COMMENT_STATUS_TRASHED" };
    const pressed = [];
    const begun = Date.now();
    for (let at = 0; at < comments.length; at++) {
      const name = await inFocus(page);
      const key = keys[at % 3];
      pressed.push([name, key]);
      await page.keyboard.press(key);
      // The next one is there at once, before the server has answered.
      if (at < comments.length - 1) await page.waitForFunction((before) => document.querySelector("article.card")?.dataset.comment !== before, name);
    }
    const seconds = (Date.now() - begun) / 1000;
    console.log(`${comments.length} decisions by one key each in ${seconds.toFixed(1)} s, ${Math.round(comments.length / (seconds / 60))} a minute`);
    await page.getByText("Nothing waits for you").waitFor();
    assert.equal(new Set(pressed.map(([name]) => name)).size, comments.length);
    await until(async () => (await pending()) === 0, "every decision to be stored");
    for (const [name, key] of pressed.filter((_, at) => at % 9 === 0)) assert.equal(await statusOf(name), expected[key], name);
    await leaveCalm(page);
  },

  async "any decision is undone, one after the other, and the comment is in focus again"() {
    const [first, second] = await fill(2);
    const page = await signInTo(anna, first);
    await page.keyboard.press("s");
    await untilFocused(page, second);
    await page.keyboard.press("a");
    await until(async () => (await statusOf(second)) === "COMMENT_STATUS_APPROVED", "the decision");
    await page.keyboard.press("u");
    await untilFocused(page, second);
    await page.keyboard.press("u");
    await untilFocused(page, first);
    assert.equal(await statusOf(first), "COMMENT_STATUS_PENDING");
    assert.equal(await statusOf(second), "COMMENT_STATUS_PENDING");
    await page.keyboard.press("t");
    await page.keyboard.press("t");
    await until(async () => (await pending()) === 0, "the rest");
    await leaveCalm(page);
  },

  async "two people never hold one item, and whoever was slower is told"() {
    const tomas = await person("tomas");
    const comments = await fill(12);
    const hers = await signInTo(anna, comments[0]);
    await until(async () => Number((await call("ModerationService", "GetQueueStats", { parent: `sites/${site}` })).stats.leasedCount) >= 4, "leases");
    const other = await signIn(tomas);
    await other.locator("article.card").waitFor();
    const theirs = await inFocus(other);
    assert.notEqual(theirs, comments[0].name);
    // Anna's item is shown as held, and cannot be decided.
    await other.locator(".line", { hasText: "Number 1:" }).locator(".line-main").click();
    await untilFocused(other, comments[0]);
    await other.getByText("Held for Anna, who has it open or comes to it next.").waitFor();
    await other.keyboard.press("s");
    await other.getByText("Anna holds this comment at the moment").waitFor();
    await hers.keyboard.press("a");
    await other.getByText("Anna was faster: approved.").waitFor();
    assert.equal(await statusOf(comments[0]), "COMMENT_STATUS_APPROVED");
    // Taken back, it is as it was for the other too.
    await hers.keyboard.press("u");
    await untilFocused(hers, comments[0]);
    await other.getByText("Anna was faster: approved.").waitFor({ state: "detached" });
    await hers.keyboard.press("a");
    await other.getByText("Anna was faster: approved.").waitFor();
    // What somebody decides elsewhere leaves the other's list by itself.
    const second = await inFocus(hers);
    await hers.keyboard.press("t");
    await until(async () => (await other.locator(".line", { hasText: "Number 2:" }).count()) === 0, "the decided one to leave");
    assert.equal(await statusOf(second), "COMMENT_STATUS_TRASHED");
    assertCalm(hers);
    assertCalm(other);
    // Whoever goes gives back what they held: by a call that outlives the page, and that a browser which ends would cut off.
    await other.goto("about:blank");
    await until(async () => (await call("ModerationService", "ListQueue", { parent: `sites/${site}` })).items.every(({ lease }) => lease?.holder !== "Tomas"), "the leases to be given back");
    await leave(other);
    // What the other has given back is free at once, although no word of it came.
    for (let at = 0; at < 10; at++) {
      const name = await inFocus(hers);
      await until(async () => {
        await hers.keyboard.press("t");
        return (await hers.locator(`article.card[data-comment="${name}"]`).count()) === 0;
      }, "the next one");
    }
    await until(async () => (await pending()) === 0, "the rest");
    await leave(hers);
  },

  async "what one holds in another window keeps one from nothing"() {
    const comments = await fill(3);
    const page = await signInTo(anna, comments[0]);
    const second = await page.context().newPage();
    await second.goto(`${base}/console/`);
    await untilFocused(second, comments[0]);
    await second.getByText("Held for you by another window").waitFor();
    await second.keyboard.press("s");
    await untilFocused(second, comments[1]);
    await until(async () => (await statusOf(comments[0])) === "COMMENT_STATUS_SPAM", "the decision of the second window");
    await second.keyboard.press("x");
    await second.keyboard.press("j");
    await second.keyboard.press("x");
    await second.keyboard.press("t");
    await second.getByRole("dialog").getByText("2 comments", { exact: true }).waitFor();
    // One act was asked for: Enter does it. Where there is a choice, it does nothing.
    await second.keyboard.press("Enter");
    await second.getByText("2 comments moved to the trash.").waitFor();
    for (const comment of comments.slice(1)) assert.equal(await statusOf(comment), "COMMENT_STATUS_TRASHED");
    await leaveCalm(page);
  },

  async "a new comment appears by itself"() {
    const page = await signIn(anna);
    await page.getByText("Nothing waits for you").waitFor();
    const comment = await submit("Has anybody seen the kingfisher this week?");
    await untilFocused(page, comment);
    await page.keyboard.press("a");
    await until(async () => (await statusOf(comment)) === "COMMENT_STATUS_APPROVED", "the decision");
    await leaveCalm(page);
  },

  async "the sheet lists the keys, and keys rest while one types"() {
    const [comment] = await fill(1);
    const page = await signInTo(anna, comment);
    await page.keyboard.press("?");
    const sheet = page.getByRole("dialog", { name: "One key an act" });
    for (const words of ["Approve", "Spam", "Undo the last decision, escalation or block", "Escalate to an operator", "Search what waits"]) await sheet.getByText(words, { exact: true }).waitFor();
    await page.keyboard.press("Escape");
    await page.keyboard.press("/");
    await page.keyboard.type("assat");
    assert.equal(await page.getByLabel("Search what waits").inputValue(), "assat");
    assert.equal(await statusOf(comment), "COMMENT_STATUS_PENDING");
    await page.keyboard.press("Enter");
    await page.getByText("Nothing like that waits").waitFor();
    await page.getByRole("button", { name: "Show all that waits" }).click();
    await untilFocused(page, comment);
    // A note, an escalation: for an operator it is still there.
    await page.keyboard.press("n");
    await page.getByLabel("For moderators only").fill("Ask Tomas about the kingfisher.");
    await page.getByRole("button", { name: "Keep the note" }).click();
    await page.getByRole("region", { name: "Notes and decisions" }).getByText("Ask Tomas about the kingfisher.").waitFor();
    await page.keyboard.press("e");
    await page.getByLabel("What should they look at?").fill("Is this the same person?");
    await page.getByRole("dialog").getByRole("button", { name: "Escalate", exact: true }).click();
    await page.getByText("Escalated: an operator decides.").waitFor();
    const { item } = await call("ModerationService", "GetReview", { name: comment.name });
    assert.equal(item.escalation.reason, "Is this the same person?");
    await call("ModerationService", "ModerateComments", { actions: [{ comment: comment.name, action: "DECISION_ACTION_TRASH" }] });
    await leaveCalm(page);
  },

  async "signing in fails with one word for a wrong name and a wrong password, and the session survives a reload"() {
    await fill(3);
    const page = await open();
    await page.goto(`${base}/console/`);
    for (const somebody of [{ handle: "nobody", password: "something long" }, { handle: "anna", password: "something long" }]) {
      await fillSignIn(page, somebody);
      await page.getByText("Name and password do not belong together.").waitFor();
    }
    assert.deepEqual(await accessibility(page), []);
    await fillSignIn(page, anna);
    await page.locator(".shell").waitFor();
    await page.locator("article.card").waitFor();
    // A page that goes gives back what it held: the next one is not locked out by it.
    const held = await inFocus(page);
    const begun = Date.now();
    await page.reload();
    await page.locator(`article.card[data-comment="${held}"]`).waitFor();
    console.log(`the first comment ${Date.now() - begun} ms after a reload`);
    assert.equal(await page.getByText("Held for you by another window").count(), 0);
    await page.getByRole("button", { name: "Anna: account and colours" }).click();
    await page.getByRole("button", { name: "Sign out", exact: true }).click();
    await page.getByRole("heading", { name: "Sign in to replyguard" }).waitFor();
    await leaveCalm(page);
  },
};
