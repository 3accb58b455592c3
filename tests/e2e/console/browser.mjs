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

// The browser's process and the connection to it. The process has a group of its own, so that all of it can be ended.
let server;
let browser;

// A page that no longer answers keeps every question waiting that has no limit of its own: nothing here waits longer.
const kAnswerMs = 5_000;
const within = (promise, milliseconds = kAnswerMs) => {
  let timer;
  const late = new Promise((_, reject) => { timer = setTimeout(() => reject(new Error(`no answer in ${milliseconds} ms`)), milliseconds); });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
};

async function launch() {
  server = await chromium.launchServer({
    executablePath: executable(), timeout: 60_000,
    args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"],
  });
  browser = await chromium.connect(server.wsEndpoint(), { timeout: 30_000 });
}

// Ends a browser's session as a person does: the page goes, then the rest.
export async function leave(page) {
  await page.goto("about:blank");
  await within(page.context().close());
}

async function describePage(page) {
  const body = await within(page.locator("body").innerText()).catch(String);
  const toasts = await within(page.locator(".toast").allInnerTexts()).catch(() => []);
  return `--- ${page.url()}\n${body.slice(0, 1500)}\n${toasts.join("; ")}\n${page.complaints?.join("\n") ?? ""}\n`;
}

// What the pages show, for the report of a test that failed.
export async function seen() {
  const pages = browser?.contexts().flatMap((context) => context.pages()) ?? [];
  return (await Promise.all(pages.map(describePage))).join("");
}

// Ends the browser, whatever state it is in; the next page opens a new one.
export async function closeBrowser() {
  const ending = server;
  const connection = browser;
  server = browser = undefined;
  await within(connection?.close()).catch(() => undefined);
  if (!ending) return;
  try {
    process.kill(-ending.process().pid, "SIGKILL");
  } catch {
    // It has ended by itself.
  }
  await within(ending.kill()).catch(() => undefined);
}

export async function open(options = {}) {
  if (!browser) await launch();
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

export async function fillSignIn(page, { handle, password }) {
  await page.getByRole("button", { name: "Sign in", exact: true }).waitFor();
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

// Of somebody whose queue begins with `comment`, once that is in front.
export async function signInTo(somebody, comment) {
  const page = await signIn(somebody);
  await untilFocused(page, comment);
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

// What a test that went well ends with.
export async function leaveCalm(page) {
  assertCalm(page);
  await leave(page);
}
