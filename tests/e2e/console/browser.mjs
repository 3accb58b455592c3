// A Chromium of the machine, with a fresh profile, and the steps that every test begins with. Whatever a page complains of, or
// asks another host for, fails the test.
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { base } from "./server.mjs";

const require = createRequire(new URL("../../package.json", import.meta.url));
const { chromium } = require("playwright-core");
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

const kWaitMs = Number(process.env.CONSOLE_WAIT_MS ?? 15_000);

function executable() {
  const found = [process.env.REPLYGUARD_TEST_CHROMIUM, "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find((path) => path && existsSync(path));
  assert.ok(found, "no Chromium: install the package chromium, or name it in REPLYGUARD_TEST_CHROMIUM");
  return found;
}

let browser;

// Chromium sometimes never answers that a context or itself has been closed; the process ends it then.
const kCloseMs = 5_000;
const closed = (what) => Promise.race([what?.close(), new Promise((resolve) => setTimeout(resolve, kCloseMs))]);

// Ends a browser's session as a person does: the page goes, then the rest.
export async function leave(page) {
  await page.goto("about:blank");
  await closed(page.context());
}

// What the pages show, for the report of a test that failed; then they are closed.
export async function seen() {
  let text = "";
  for (const context of browser?.contexts() ?? []) {
    for (const page of context.pages()) {
      text += `--- ${page.url()}\n${(await page.locator("body").innerText().catch(String)).slice(0, 1500)}\n${(await page.locator(".toast").allInnerTexts().catch(() => [])).join("; ")}\n${page.complaints?.join("\n") ?? ""}\n`;
    }
    for (const page of context.pages()) await page.goto("about:blank").catch(() => undefined);
    await closed(context);
  }
  return text;
}

export async function open(options = {}) {
  browser ??= await chromium.launch({
    executablePath: executable(),
    args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"],
  });
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: "en-GB", timezoneId: "Europe/Berlin", reducedMotion: "reduce", ...options });
  context.setDefaultTimeout(kWaitMs);
  const page = await context.newPage();
  page.complaints = [];
  page.on("pageerror", (error) => page.complaints.push(`error: ${error.message}`));
  page.on("console", (message) => {
    // That a call failed is written by the browser itself; the tests that make calls fail look at what the page says of it.
    if (message.type() === "error" && !/Failed to load resource/.test(message.text())) page.complaints.push(message.text());
  });
  page.on("request", (request) => {
    if (!request.url().startsWith(base) && !request.url().startsWith("data:")) page.complaints.push(`asked for ${request.url()}`);
  });
  page.on("dialog", (dialog) => { page.complaints.push(`a script opened a dialog: ${dialog.message()}`); void dialog.dismiss(); });
  return page;
}

export async function closeBrowser() {
  await closed(browser);
}

export async function fillSignIn(page, { handle, password }) {
  const name = page.getByLabel("Name", { exact: true });
  if (await name.isEditable()) await name.fill(handle);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
}

// A page of somebody who is signed in, at the view `path`.
export async function signIn(somebody, path = "", options = {}) {
  const page = await open(options);
  await page.goto(`${base}/console/${path}`);
  await fillSignIn(page, somebody);
  await page.locator(".shell").waitFor();
  return page;
}

export const inFocus = (page) => page.locator("article.card").getAttribute("data-comment");

export async function untilFocused(page, comment) {
  await page.locator(`article.card[data-comment="${comment.name ?? comment}"]`).waitFor();
}

// The violations that axe-core finds in the page as it stands.
export async function accessibility(page) {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ["violations"] }));
  return violations.map(({ id, help, nodes }) => `${id}: ${help} (${nodes.map(({ target, failureSummary }) => `${target.join(" ")}: ${failureSummary}`).slice(0, 3).join("; ")})`);
}

export function assertCalm(page) {
  assert.deepEqual(page.complaints, []);
}
