// Many at once: what it will hit is shown first, and one undo takes the whole back.
import assert from "node:assert/strict";
import { leaveCalm, signIn, signInTo, untilFocused } from "./browser.mjs";
import { call, fill, person, site, statusOf, submit, until } from "./server.mjs";

const all = async (comments, status) => (await Promise.all(comments.map(statusOf))).every((one) => one === status);

let anna;

export async function before() {
  anna = await person("anna");
}

export default {
  async "a selection is previewed, decided, and undone as a whole"() {
    const comments = await fill(6);
    const page = await signInTo(anna, comments[0]);
    for (let at = 0; at < 3; at++) {
      await page.keyboard.press("x");
      await page.keyboard.press("j");
    }
    await page.getByText("3 comments selected").waitFor();
    await page.keyboard.press("s");
    const dialog = page.getByRole("dialog");
    await dialog.getByText("3 comments", { exact: true }).waitFor();
    assert.ok(await all(comments.slice(0, 3), "COMMENT_STATUS_PENDING"), "a preview decides nothing");
    await dialog.getByRole("button", { name: "Spam 3" }).click();
    await page.getByText("3 comments marked as spam.").waitFor();
    assert.ok(await all(comments.slice(0, 3), "COMMENT_STATUS_SPAM"));
    assert.ok(await all(comments.slice(3), "COMMENT_STATUS_PENDING"));
    await page.keyboard.press("u");
    await page.getByText("All 3 taken back.").waitFor();
    assert.ok(await all(comments, "COMMENT_STATUS_PENDING"));
    await leaveCalm(page);
  },

  async "all by one author, and all alike"() {
    const text = (number) => `Make easy money at home with our wonderful system, order number ${number} today and be rich before the next winter begins, my friends!`;
    const campaign = [];
    for (let at = 0; at < 7; at++) campaign.push(await submit(text(at), { authorName: "Lucky Star" }));
    const byOne = [];
    for (const words of ["The first of my three remarks about the ferry.", "Also, the timetable on the pier is wrong.", "And whoever painted the benches did well!"]) {
      byOne.push(await submit(words, { authorName: "Busy Writer", authorEmail: "busy@example.org" }));
    }
    // Copies are counted a moment after they came.
    await until(async () => {
      const { items } = await call("ModerationService", "ListQueue", { parent: `sites/${site}`, pageSize: 50 });
      return items.some(({ alikeCount }) => alikeCount === 7);
    }, "the seven to be known as alike");
    const page = await signIn(anna);
    await page.locator(".line", { hasText: "Lucky Star" }).first().locator(".line-main").click();
    await page.getByRole("button", { name: /7 alike/ }).waitFor();
    await page.keyboard.press("c");
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("button", { name: "Spam 7" }).click();
    await page.getByText("7 comments marked as spam.").waitFor();
    await until(() => all(campaign, "COMMENT_STATUS_SPAM"), "the campaign to be spam");
    await page.locator(".line", { hasText: "Busy Writer" }).first().locator(".line-main").click();
    await page.getByRole("button", { name: "All by this author" }).click();
    await dialog.getByRole("button", { name: "Approve 3" }).waitFor();
    await page.keyboard.press("Enter"); // out of habit: where there is a choice, it chooses nothing
    assert.ok(await all(byOne, "COMMENT_STATUS_PENDING"));
    await dialog.getByRole("button", { name: "Approve 3" }).click();
    await page.getByText("3 comments approved.").waitFor();
    await until(() => all(byOne, "COMMENT_STATUS_APPROVED"), "the author's to be approved");
    await page.keyboard.press("u");
    await page.getByText("All 3 taken back.").waitFor();
    assert.ok(await all(byOne, "COMMENT_STATUS_PENDING"));
    await leaveCalm(page);
  },

  async "a mistake is rescued from the spam folder, found by search, and both are in the history"() {
    const comment = await submit("Could somebody repair the lamp beside the chapel, please?");
    await call("ModerationService", "ModerateComments", { actions: [{ comment: comment.name, action: "DECISION_ACTION_SPAM" }] });
    const page = await signIn(anna, "spam");
    await untilFocused(page, comment);
    await page.keyboard.press("a");
    await until(async () => (await statusOf(comment)) === "COMMENT_STATUS_APPROVED", "the rescue");
    await page.keyboard.press("3");
    await page.getByLabel("Words of the comment or its author").fill("chapel lamp");
    await page.keyboard.press("Enter");
    await untilFocused(page, comment);
    await page.getByRole("article").getByText("Approved by a person").waitFor();
    await page.getByRole("region", { name: "Notes and decisions" }).getByText("marked as spam").waitFor();
    await page.getByRole("link", { name: "History" }).click();
    const row = page.getByRole("row", { name: /Anna.*repair the lamp.*Spam → Approved/ }).first();
    await row.getByRole("button", { name: "Undo" }).click();
    await until(async () => (await statusOf(comment)) === "COMMENT_STATUS_SPAM", "the undo");
    // What was taken back says so, and offers no second undo; the row names its comment and leads to it.
    await row.getByText("taken back", { exact: true }).waitFor();
    assert.equal(await row.getByRole("button", { name: "Undo" }).count(), 0);
    await page.getByRole("button", { name: "About many" }).click();
    await page.getByRole("region", { name: "Decisions about many" }).getByText("taken back").first().waitFor();
    await page.getByRole("button", { name: "Decisions", exact: true }).click();
    await row.getByRole("link", { name: /repair the lamp/ }).click();
    await untilFocused(page, comment);
    await page.reload();
    await untilFocused(page, comment);
    await page.keyboard.press("a");
    await page.getByRole("article").getByText("Approved by a person").waitFor();
    await page.keyboard.press("u");
    await page.getByRole("article").getByText("Called spam by a person").waitFor();
    assert.equal(await statusOf(comment), "COMMENT_STATUS_SPAM");
    await leaveCalm(page);
  },

  async "the author is blocked from the card, without anybody seeing the address"() {
    const comment = await submit("Visit my page for wonderful offers.", { authorName: "Shop", authorEmail: "shop@example.net" });
    const page = await signIn(anna);
    await page.locator(".line", { hasText: "Shop" }).first().locator(".line-main").click();
    await untilFocused(page, comment);
    await page.keyboard.press("b");
    await page.getByLabel("Why?").fill("Only ever advertises.");
    await page.getByRole("button", { name: "Block", exact: true }).last().click();
    await page.getByText("Blocked by a rule of the site.").waitFor();
    const { rules } = await call("AdminService", "ListRules", { parent: `sites/${site}` });
    assert.equal(rules[0].reason, "Only ever advertises.");
    const next = await submit("Visit my page again, please.", { authorName: "Shop", authorEmail: "shop@example.net" });
    assert.equal(next.status, "COMMENT_STATUS_SPAM");
    assert.ok(!(await page.content()).includes("shop@example.net"));
    await leaveCalm(page);
  },
};
