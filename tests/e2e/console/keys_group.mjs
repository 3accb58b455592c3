// Keys after the mouse, keys that take back, keys while one types.
import assert from "node:assert/strict";
import { inFocus, leaveCalm, signInTo, untilFocused } from "./browser.mjs";
import { call, fill, person, site, statusOf, submit, until } from "./server.mjs";

const focusedTag = (page) => page.evaluate(() => document.activeElement?.tagName);
const escalationOf = async ({ name }) => (await call("ModerationService", "GetReview", { name })).item?.escalation;
const rulesOf = async () => (await call("AdminService", "ListRules", { parent: `sites/${site}` })).rules ?? [];

async function block(page, why) {
  await page.keyboard.press("b");
  await page.getByLabel("Why?").fill(why);
  await page.getByRole("button", { name: "Block", exact: true }).last().click();
  await page.locator("dialog[open]").waitFor({ state: "detached" });
  await page.getByText("Blocked by a rule of the site.").first().waitFor();
}

let anna;

export async function before() {
  anna = await person("anna");
}

export default {
  async "a box that the mouse has ticked takes no key but the space bar"() {
    const comments = await fill(4);
    const page = await signInTo(anna, comments[0]);
    const boxes = page.locator(".line input[type=checkbox]");
    await boxes.nth(1).click();
    await boxes.nth(2).click();
    await page.getByText("2 comments selected").waitFor();
    await page.keyboard.press(" ");
    await page.getByText("1 comment selected").waitFor();
    await page.keyboard.press(" ");
    await page.getByText("2 comments selected").waitFor();
    await page.keyboard.press("s");
    const dialog = page.getByRole("dialog");
    await dialog.getByText("2 comments", { exact: true }).waitFor();
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "detached" });
    await page.keyboard.press("Escape");
    await page.keyboard.press("j");
    await untilFocused(page, comments[1]);
    await leaveCalm(page);
  },

  async "a select gives the keys back to the mouse, and keeps its own for the keyboard"() {
    const comments = await fill(3);
    const page = await signInTo(anna, comments[0]);
    const order = page.getByLabel("Order");
    // With the mouse: then the keys are the queue's again.
    await order.dispatchEvent("pointerdown");
    await order.focus();
    await order.selectOption({ label: "Newest first" });
    await untilFocused(page, comments[2]);
    assert.notEqual(await focusedTag(page), "SELECT");
    await page.keyboard.press("t");
    await until(async () => (await statusOf(comments[2])) === "COMMENT_STATUS_TRASHED", "the decision after a choice");
    // Opened and closed without a choice.
    await order.dispatchEvent("pointerdown");
    await order.focus();
    const before = await inFocus(page);
    await page.keyboard.press("a");
    await until(async () => (await statusOf(before)) === "COMMENT_STATUS_APPROVED", "the decision beside a select");
    // With the keyboard: arrows and letters choose, and decide nothing.
    await page.getByLabel("Search what waits").focus();
    await page.keyboard.press("Tab");
    assert.equal(await focusedTag(page), "SELECT");
    const chosen = () => order.evaluate((element) => element.selectedOptions[0].textContent);
    await page.keyboard.press("ArrowUp");
    assert.equal(await chosen(), "Oldest first");
    await page.keyboard.press("n");
    assert.equal(await chosen(), "Newest first");
    assert.equal(await focusedTag(page), "SELECT");
    assert.equal(await page.locator("dialog[open]").count(), 0);
    assert.equal(await statusOf(comments[0]), "COMMENT_STATUS_PENDING");
    await leaveCalm(page);
  },

  async "u takes an escalation back, and then what was decided before it"() {
    const [first, second, third] = await fill(3);
    const page = await signInTo(anna, first);
    await page.keyboard.press("t");
    await untilFocused(page, second);
    await page.keyboard.press("e");
    await page.getByRole("dialog").getByRole("button", { name: "Escalate", exact: true }).click();
    await untilFocused(page, third);
    assert.ok(await escalationOf(second));
    // It outlives the page, as other acts do.
    await page.reload();
    await page.locator("article.card").waitFor();
    await page.keyboard.press("u");
    await untilFocused(page, second);
    await page.getByText("Undone: it is no longer escalated").waitFor();
    assert.equal(await escalationOf(second), undefined);
    assert.equal(await page.locator("article.card .notice").count(), 0);
    assert.equal(await statusOf(first), "COMMENT_STATUS_TRASHED");
    await page.keyboard.press("u");
    await untilFocused(page, first);
    assert.equal(await statusOf(first), "COMMENT_STATUS_PENDING");
    // What an operator has decided meanwhile is not taken back, and nothing else is instead.
    await page.keyboard.press("t");
    await until(async () => (await statusOf(first)) === "COMMENT_STATUS_TRASHED", "the decision");
    await untilFocused(page, second);
    await page.keyboard.press("e");
    await page.getByRole("dialog").getByRole("button", { name: "Escalate", exact: true }).click();
    await untilFocused(page, third);
    await call("ModerationService", "ModerateComments", { actions: [{ comment: second.name, action: "DECISION_ACTION_SPAM" }] });
    await page.keyboard.press("u");
    await page.getByText("Not undone: The escalated comment waits no longer").waitFor();
    assert.equal(await statusOf(first), "COMMENT_STATUS_TRASHED");
    await leaveCalm(page);
  },

  async "u takes one's own block back, and nothing that was decided before it"() {
    const [first] = await fill(1);
    const shop = await submit("Visit my page for wonderful offers.", { authorName: "Shop", authorEmail: "u-shop@example.net" });
    const page = await signInTo(anna, first);
    await page.keyboard.press("t");
    await untilFocused(page, shop);
    await block(page, "A slip of the hand.");
    const before = await rulesOf();
    assert.ok(before.some(({ reason }) => reason === "A slip of the hand."));
    await page.keyboard.press("u");
    await page.getByText("Undone: the rule that blocked is gone.").waitFor();
    assert.ok(!(await rulesOf()).some(({ reason }) => reason === "A slip of the hand."));
    assert.equal(await statusOf(first), "COMMENT_STATUS_TRASHED");
    // A rule that an operator has removed meanwhile: told, and the next press is for the act before.
    await block(page, "Again.");
    for (const { name } of await rulesOf()) await call("AdminService", "DeleteRule", { name });
    await page.keyboard.press("u");
    await page.getByText("Not undone: ").waitFor();
    assert.equal(await statusOf(first), "COMMENT_STATUS_TRASHED");
    await page.keyboard.press("u");
    await untilFocused(page, first);
    await leaveCalm(page);
  },
};
