// Lines that break and sessions that end, without losing work; the second factor; links.
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { fillSignIn, inFocus, leaveCalm, open, signIn, signInTo, untilFocused } from "./browser.mjs";
import { base, call, fill, person, server, site, statusOf, until } from "./server.mjs";

// RFC 6238, as an app computes it.
function codeOf(secret, step) {
  const bits = [...secret.replace(/=+$/, "")].map((letter) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(letter).toString(2).padStart(5, "0")).join("");
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const mac = createHmac("sha1", key).update(counter).digest();
  const offset = mac[19] & 15;
  return String((mac.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}

let anna;

// Servers forget a session within a second, unless they stand still: until the page's own is refused.
const sessionEnded = (page) => until(async () => {
  const answer = await page.request.post(`${base}/replyguard.v1.ModerationService/ListQueue`, { data: { parent: "sites/-" } });
  return answer.status() === 401;
}, "the session to end");

export async function before() {
  anna = await person("anna");
}

export default {
  async "a lost connection is told, and what was decided meanwhile arrives when it returns"() {
    const comments = await fill(4);
    const page = await signInTo(anna, comments[0]);
    await page.locator(".line-state.live").waitFor();
    await server("stop");
    await page.getByText("No connection. Trying again").waitFor();
    const decided = await inFocus(page);
    await page.keyboard.press("a");
    await page.getByText("1 decision waits for the server").waitFor();
    await server("start");
    await page.locator(".line-state.live").waitFor();
    await until(async () => (await statusOf(decided)) === "COMMENT_STATUS_APPROVED", "the decision to arrive");
    await page.keyboard.press("s");
    await leaveCalm(page);
  },

  async "what had not reached the server when the page was left arrives from the next page, and can be undone there"() {
    const comments = await fill(3);
    const page = await signInTo(anna, comments[0]);
    await page.keyboard.press("t");
    await untilFocused(page, comments[1]);
    await until(async () => (await statusOf(comments[0])) === "COMMENT_STATUS_TRASHED", "the first decision");
    await page.route("**/*.ModerationService/ModerateComments", (route) => route.abort());
    await page.keyboard.press("a");
    await page.getByText("1 decision waits for the server").waitFor();
    const kept = await page.evaluate(() => JSON.stringify(localStorage) + JSON.stringify(sessionStorage));
    assert.ok(kept.includes(comments[1].name) && !kept.includes("neighbour") && !kept.includes("example.org"), kept);
    await page.unroute("**/*.ModerationService/ModerateComments");
    await page.reload();
    await untilFocused(page, comments[2]);
    await page.getByText("1 decision from before this page was loaded is saved now.").waitFor();
    assert.equal(await statusOf(comments[1]), "COMMENT_STATUS_APPROVED");
    assert.equal(await page.evaluate(() => Object.keys(localStorage).filter((key) => key.startsWith("undecided")).length), 0);
    await page.keyboard.press("u");
    await untilFocused(page, comments[1]);
    await page.keyboard.press("u");
    await untilFocused(page, comments[0]);
    assert.equal(await statusOf(comments[0]), "COMMENT_STATUS_PENDING");
    assert.equal(await statusOf(comments[1]), "COMMENT_STATUS_PENDING");
    await leaveCalm(page);
  },

  async "a folder that could not be read is read when the line is there again"() {
    const [comment] = await fill(1);
    await call("ModerationService", "ModerateComments", { actions: [{ comment: comment.name, action: "DECISION_ACTION_SPAM" }] });
    const page = await signIn(anna);
    await page.getByText("Nothing waits for you").waitFor();
    await page.context().setOffline(true);
    await page.getByText("No connection. Trying again").waitFor();
    assert.equal(await page.locator(".line-state.live").count(), 0);
    await page.context().setOffline(false);
    await page.locator(".line-state.live").waitFor();
    await page.route("**/replyguard.v1.*/**", (route) => route.abort());
    await page.keyboard.press("2");
    await page.getByText("This page tries again by itself.").waitFor();
    await page.getByText("No connection. Trying again").waitFor();
    await page.unroute("**/replyguard.v1.*/**");
    await untilFocused(page, comment);
    await page.getByText("No connection. Trying again").waitFor({ state: "detached" });
    await leaveCalm(page);
  },

  async "when the session ends, a dialog asks for it, and the decision that was pressed is sent then"() {
    const [first] = await fill(2);
    const page = await signInTo(anna, first);
    const comment = first.name;
    await call("AccountService", "SignOutEverywhere", { name: "people/anna" });
    await sessionEnded(page);
    if (!(await page.getByRole("dialog", { name: "Your session has ended" }).isVisible())) await page.keyboard.press("t");
    const pressedBefore = !(await page.locator(`article.card[data-comment="${comment}"]`).isVisible());
    await page.getByRole("dialog", { name: "Your session has ended" }).waitFor();
    await fillSignIn(page, anna);
    await page.getByRole("dialog", { name: "Your session has ended" }).waitFor({ state: "detached" });
    if (!pressedBefore) await page.keyboard.press("t");
    await until(async () => (await statusOf(comment)) === "COMMENT_STATUS_TRASHED", "the decision to arrive");
    await leaveCalm(page);
  },

  async "whoever signs in as somebody else, after a session ended, finds nothing of what the former one saw or did"() {
    const [first, second] = await fill(2);
    const ben = await person("ben");
    const page = await signInTo(anna, first);
    await page.keyboard.press("s");
    await until(async () => (await statusOf(first)) === "COMMENT_STATUS_SPAM", "the decision");
    await untilFocused(page, second);
    await page.evaluate(() => { window.hers = true; });
    await call("AccountService", "SignOutEverywhere", { name: "people/anna" });
    await sessionEnded(page);
    if (!(await page.getByRole("dialog", { name: "Your session has ended" }).isVisible())) await page.keyboard.press("t");
    await page.getByRole("button", { name: "Sign in as somebody else" }).click();
    await page.getByRole("dialog", { name: "Your session has ended" }).waitFor({ state: "detached" });
    await fillSignIn(page, ben);
    await page.locator(".shell").waitFor();
    assert.equal(await page.evaluate(() => window.hers), undefined, "what was in memory is gone");
    await page.keyboard.press("u");
    await page.waitForTimeout(1000);
    assert.equal(await statusOf(first), "COMMENT_STATUS_SPAM", "her decision is not his to take back");
    await leaveCalm(page);
  },

  async "who loses the role of the site in front is told, and goes on with the others, or is told that there are none"() {
    await call("AdminService", "CreateSite", { siteId: "harbour", site: { displayName: "Harbour News", languages: ["en"] } });
    const rui = await person("rui", "ROLE_MODERATOR", "harbour");
    const give = (where, role) => call("AccountService", "UpdateMembership", { name: "people/rui", membership: { site: `sites/${where}`, role } });
    await give(site, "ROLE_MODERATOR");
    const [comment] = await fill(1);
    const page = await signIn(rui);
    await page.locator(".site-picker select").selectOption(site);
    await untilFocused(page, comment);
    await page.locator(".line-state.live").waitFor();
    await give(site, "ROLE_UNSPECIFIED");
    await page.getByText("You may not review").waitFor();
    await page.getByText("Nothing waits for you").waitFor();
    await page.locator(".site-only", { hasText: "harbour" }).waitFor();
    await page.locator(".line-state.live").waitFor();
    await give("harbour", "ROLE_UNSPECIFIED");
    await page.getByText("Your account may not do this.").waitFor();
    await page.locator(".line-state").waitFor({ state: "detached" });
    await give(site, "ROLE_MODERATOR");
    // The server knows of a role within a second.
    const asked = (method, data, headers) => page.request.post(`${base}/replyguard.v1.${method}`, { data, headers });
    const { csrfToken } = await (await asked("AccountService/GetSession", {})).json();
    await until(async () => (await asked("ModerationService/ListQueue", { parent: "sites/-" }, { "x-csrf-token": csrfToken })).ok(), "the role");
    // As where it learns of it between two calls of the page: the line is refused, and the queue is not.
    let readings = 0;
    let letGo;
    const gone = new Promise((resolve) => { letGo = resolve; });
    await page.route("**/*.ModerationService/{ListQueue,LeaseNext}", async (route) => {
      readings++;
      await gone;
      await route.continue();
    });
    await page.route("**/*.ModerationService/WatchQueue", (route) => route.fulfill({ status: 403 }), { times: 1 });
    const resumed = page.waitForResponse("**/*.AccountService/GetSession");
    await page.getByRole("button", { name: "Try again" }).click();
    await (await resumed).finished();
    await until(() => readings >= 2, "the queue to be asked for");
    letGo();
    await until(async () => {
      const card = page.locator(`article.card[data-comment="${comment.name}"]`);
      if (await card.isVisible()) return await page.locator(".line-state.live").isVisible();
      await page.getByRole("button", { name: "Try again" }).click({ timeout: 1000 }).catch(() => undefined);
      // A second click would begin anew.
      await card.waitFor({ timeout: 3000 }).catch(() => undefined);
      return false;
    }, "the comment to be shown again");
    await leaveCalm(page);
  },

  async "an invitation is accepted by its link, once, and the second factor is turned on and asked for"() {
    const { token } = await call("AccountService", "InvitePerson", {
      person: { name: "people/mira", displayName: "Mira", memberships: [{ site: `sites/${site}`, role: "ROLE_MODERATOR" }] },
    });
    const page = await open();
    await page.goto(`${base}/console/invite#${token}`);
    await page.getByLabel("Password").fill("a lantern in the fog");
    await page.getByLabel("Once more").fill("a lantern in the fig");
    await page.getByRole("button", { name: "Set the password" }).click();
    await page.getByText("The two passwords differ.").waitFor();
    await page.getByLabel("Once more").fill("a lantern in the fog");
    await page.getByRole("button", { name: "Set the password" }).click();
    await page.getByText("Your password is set. Sign in with it, as mira.").waitFor();
    assert.equal(await page.getByLabel("Name", { exact: true }).inputValue(), "mira");
    await fillSignIn(page, { handle: "mira", password: "a lantern in the fog" });
    await page.locator(".shell").waitFor();
    // A moderator sees no operator's views.
    assert.equal(await page.getByRole("link", { name: "People" }).count(), 0);
    await page.goto(`${base}/console/account`);
    await page.getByRole("button", { name: "Turn it on" }).click();
    await page.getByLabel("Your password").fill("a lantern in the fog");
    await page.getByRole("button", { name: "Go on" }).click();
    const secret = (await page.locator("code.secret").innerText()).replace(/\s/g, "");
    await page.locator("svg.qr").waitFor();
    const step = Math.floor(Date.now() / 30_000);
    await page.getByLabel("The six digits it shows now").fill(codeOf(secret, step));
    await page.getByRole("button", { name: "Turn it on" }).last().click();
    const codes = page.getByRole("dialog", { name: "Your recovery codes" });
    await codes.waitFor();
    const recovery = await codes.locator("li code").first().innerText();
    assert.equal(await codes.locator("li").count(), 10);
    await codes.getByRole("button", { name: "I have kept them" }).click();
    await page.getByText("10 recovery codes are left").waitFor();
    await page.getByRole("button", { name: "Mira: account and colours" }).click();
    await page.getByRole("button", { name: "Sign out", exact: true }).click();
    await fillSignIn(page, { handle: "mira", password: "a lantern in the fog" });
    await page.getByLabel("Code").fill("000000");
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
    await page.getByText("That code is not right").waitFor();
    await page.getByLabel("Code").fill(recovery);
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
    await page.locator(".shell").waitFor();
    // Where one is signed in, in words.
    await page.goto(`${base}/console/account`);
    await page.getByText("Chrome on Linux").first().waitFor();
    // The link is dead, and says so before anything is typed.
    await page.goto(`${base}/console/invite#${token}`);
    await page.reload();
    await page.getByText("This link does not hold any more").waitFor();
    assert.equal(await page.locator("input").count(), 0);
    await leaveCalm(page);
  },

  async "a new password by an operator's link"() {
    const { token } = await call("AccountService", "CreatePasswordReset", { name: "people/anna" });
    const page = await open();
    await page.goto(`${base}/console/reset#${token}`);
    await page.getByLabel("Password").fill("a second lantern here");
    await page.getByLabel("Once more").fill("a second lantern here");
    await page.getByRole("button", { name: "Set the password" }).click();
    await fillSignIn(page, { handle: "anna", password: "a second lantern here" });
    await page.locator(".shell").waitFor();
    await leaveCalm(page);
  },
};
