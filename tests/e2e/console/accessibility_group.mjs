// axe-core finds nothing, on any view, light or dark, narrow or wide; the first view is small and quick; nothing is wider than
// the screen.
import assert from "node:assert/strict";
import { accessibility, leaveCalm, open, signIn, untilFocused } from "./browser.mjs";
import { base, call, fill, person, submit } from "./server.mjs";

const views = ["", "spam", "search", "comment", "audit", "sites", "rules", "models", "imports", "keys", "people", "account"];
const kFirstViewBytesMax = 100_000;

const settled = (page) => page.waitForFunction(() => !document.querySelector(".loading") && document.querySelector("#main h1, #main .empty"));

// Which elements reach beyond the screen.
const wide = (page) => page.evaluate(() => [...document.querySelectorAll("#main *")].filter((element) => element.getBoundingClientRect().right > innerWidth + 1)
  .slice(0, 4).map((element) => `${element.tagName}.${element.className} ${(element.textContent ?? "").slice(0, 40)}`).join("; "));

let olga;

export async function before() {
  olga = await person("olga", "ROLE_OPERATOR");
}

export default {
  async "no view has a violation"() {
    const comments = await fill(5);
    await submit("Buy pills at https://pills.example and click here now!", { authorUrl: "https://pills.example" });
    await call("ModerationService", "ModerateComments", { actions: [
      { comment: comments[0].name, action: "DECISION_ACTION_SPAM" }, { comment: comments[1].name, action: "DECISION_ACTION_APPROVE", note: "Fine." },
    ] });
    for (const colorScheme of ["light", "dark"]) {
      for (const width of [1440, 360]) {
        const page = await signIn(olga, "", { colorScheme, viewport: { width, height: 800 }, bypassCSP: true });
        for (const view of views) {
          await page.goto(`${base}/console/${view}`);
          await page.locator(".shell").waitFor();
          await settled(page);
          const where = `${colorScheme} ${width} /${view}`;
          assert.deepEqual(await accessibility(page), [], where);
          assert.ok((await page.evaluate(() => document.documentElement.scrollWidth)) <= width, `${where} is wider than the screen: ${await wide(page)}`);
        }
        await leaveCalm(page);
      }
    }
  },

  async "no dialog has a violation"() {
    await fill(3);
    const page = await signIn(olga, "", { bypassCSP: true });
    await page.locator("article.card").waitFor();
    for (const key of ["?", "n", "e", "b", "r", "f"]) {
      await page.keyboard.press(key);
      await page.locator("dialog[open]").waitFor();
      assert.deepEqual(await accessibility(page), [], `the dialog of ${key}`);
      await page.keyboard.press("Escape");
      await page.locator("dialog[open]").waitFor({ state: "detached" });
    }
    await page.keyboard.press("x");
    await page.keyboard.press("s");
    await page.locator("dialog[open] .bulk-total").waitFor();
    assert.deepEqual(await accessibility(page), [], "the preview of many");
    await leaveCalm(page);
  },

  async "the queue is worked without a mouse, from the sign-in on"() {
    await fill(1);
    const page = await open();
    await page.goto(`${base}/console/`);
    await page.getByRole("heading", { name: "Sign in to replyguard" }).waitFor();
    await page.keyboard.type("olga");
    await page.keyboard.press("Tab");
    await page.keyboard.type("quiet river stones olga");
    await page.keyboard.press("Enter");
    await page.locator(".shell").waitFor();
    await page.keyboard.press("Tab");
    assert.equal(await page.evaluate(() => document.activeElement.textContent), "Skip to the content");
    await leaveCalm(page);
  },

  async "on a narrow screen every act and view is in reach"() {
    const comment = await submit("Is the p\u0430ypal button of the shop broken?");
    const page = await signIn(olga, "", { viewport: { width: 360, height: 740 }, bypassCSP: true });
    await untilFocused(page, comment);
    await page.getByRole("button", { name: "More" }).click();
    assert.deepEqual(await accessibility(page), [], "the acts behind More");
    await page.getByRole("button", { name: "Reason" }).click();
    await page.getByRole("dialog", { name: "Decide with a reason" }).waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "More" }).click();
    await page.getByRole("button", { name: "Keys" }).click();
    await page.getByRole("dialog", { name: "One key an act" }).waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Menu" }).click();
    assert.deepEqual(await accessibility(page), [], "the menu");
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Close the menu" }).waitFor({ state: "detached" });
    await page.getByRole("button", { name: "Menu" }).click();
    await page.getByRole("link", { name: "People" }).click();
    // A table is a list of cards, whose cells say which column they are of.
    await page.getByRole("region", { name: "People" }).waitFor();
    const before = await page.locator("tbody td").nth(1).evaluate((cell) => [getComputedStyle(cell, "::before").content, cell.closest(".table-wrap").scrollWidth]);
    assert.deepEqual([before[0], before[1] <= 360], ['"State"', true]);
    await leaveCalm(page);
  },

  async "the first view takes little script, and every file is served for good under its own name"() {
    const page = await open();
    const scripts = [];
    page.on("response", (response) => { if (response.url().endsWith(".js")) scripts.push(response); });
    await page.goto(`${base}/console/`);
    await page.getByRole("heading", { name: "Sign in to replyguard" }).waitFor();
    let bytes = 0;
    for (const { url } of scripts.map((response) => ({ url: response.url() }))) {
      const answer = await fetch(url, { headers: { "accept-encoding": "gzip" } });
      assert.equal(answer.headers.get("content-encoding"), "gzip");
      assert.equal(answer.headers.get("cache-control"), "public, max-age=31536000, immutable");
      bytes += Number(answer.headers.get("content-length"));
    }
    assert.ok(scripts.length >= 2 && bytes > 10_000 && bytes < kFirstViewBytesMax, `${scripts.length} scripts of ${bytes} bytes`);
    const document_ = await fetch(`${base}/console/`);
    const policy = document_.headers.get("content-security-policy");
    for (const part of ["default-src 'none'", "script-src 'self'", "style-src 'self'", "connect-src 'self'", "frame-ancestors 'none'", "base-uri 'none'"]) assert.ok(policy.includes(part), part);
    assert.ok(!/<script(?![^>]* src=)|<style| style=| on[a-z]+=/.test(await document_.text()), "nothing inline");
    await leaveCalm(page);
  },
};
