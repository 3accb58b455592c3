// How the queue is read ahead of whoever works fast, or jumps in it.
import assert from "node:assert/strict";
import { inFocus, leaveCalm, signIn, signInTo, untilFocused } from "./browser.mjs";
import { call, fill, person, site, until } from "./server.mjs";

const stats = async () => (await call("ModerationService", "GetQueueStats", { parent: `sites/${site}` })).stats;

let anna;

export async function before() {
  anna = await person("anna");
}

export default {
  async "whoever decides faster than the server answers is told of nothing only when nothing waits"() {
    const comments = await fill(90);
    const page = await signIn(anna);
    // Events would help out by chance.
    const silent = "**/*.ModerationService/WatchQueue";
    await page.route(silent, () => {});
    await page.reload();
    await inFocus(page);
    const slow = "**/*.ModerationService/{LeaseNext,ListQueue,ModerateComments}";
    await page.route(slow, async (route) => {
      await new Promise((resolve) => setTimeout(resolve, 400));
      await route.continue().catch(() => undefined); // or it is no longer ours
    });
    for (let at = 0; at < comments.length; at++) {
      const name = await inFocus(page);
      await page.keyboard.press("t");
      await page.waitForFunction((before) => document.querySelector("article.card")?.dataset.comment !== before, name);
    }
    await page.getByText("Nothing waits for you").waitFor();
    await until(async () => !Number((await stats())?.pendingCount), "every decision to be stored");
    await page.unroute(slow);
    await page.unroute(silent);
    await leaveCalm(page);
  },

  async "whoever looks far down the list leases what is there, and no more"() {
    const comments = await fill(50);
    const page = await signInTo(anna, comments[0]);
    let leases = 0;
    page.on("request", (request) => { leases += Number(request.url().endsWith("ModerationService/LeaseNext")); });
    await page.locator(".line", { hasText: "Number 41:" }).locator(".line-main").click();
    await untilFocused(page, comments[40]);
    await page.waitForTimeout(2_000);
    assert.ok(leases <= 4, `${leases} calls`);
    await page.getByRole("link", { name: "Spam folder" }).first().click();
    await until(async () => !Number((await stats())?.leasedCount), "what was held to be given back");
    leases = 0;
    await page.waitForTimeout(1_000);
    assert.equal(leases, 0);
    await leaveCalm(page);
  },
};
