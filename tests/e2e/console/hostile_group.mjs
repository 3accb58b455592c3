// Comments that were written to do harm are shown, and do none.
import assert from "node:assert/strict";
import { accessibility, leaveCalm, signIn, untilFocused } from "./browser.mjs";
import { person, submit, until, statusOf } from "./server.mjs";

const hostile = {
  script: "<script>alert(1)</script><img src=x onerror=alert(2)><svg/onload=alert(3)>",
  markup: "</p></article><h1>Approved</h1><a href=\"javascript:alert(4)\">here</a> <style>body{display:none}</style> {{constructor.constructor('alert(5)')()}}",
  bidi: "Pay \u202etxt.exe\u202c now \u2066isolated\u2069 and \u200fright \u061c arabic \u05d0\u05d1\u05d2 mixed",
  invisible: "dol\u200blars and v\u00adi\u2060a\ufeffgra \u{e0061}\u{e0062} tags",
  emoji: "👩‍👩‍👧‍👦🏳️‍🌈🇩🇪".repeat(400),
  zalgo: "Z" + "\u0300\u0301\u0302\u0303\u0304\u0305".repeat(150) + "algo",
  lines: "line\n".repeat(3000),
  word: "w".repeat(65_000),
};

async function submitAll() {
  const comments = {};
  for (const [name, body] of Object.entries(hostile)) {
    comments[name] = await submit(body, { authorName: name === "word" ? "n".repeat(240) : `<b>${name}</b> \u202eevil`, authorUrl: "https://example.org/?q=onmouseover%3Dalert(6)" });
  }
  return comments;
}

let anna;

export async function before() {
  anna = await person("anna");
}

export default {
  async "each is shown harmlessly, in every place"() {
    const comments = await submitAll();
    const page = await signIn(anna);
    for (const [name, comment] of Object.entries(comments)) {
      await untilFocused(page, comment);
      const card = page.locator("article.card");
      assert.equal(await card.locator("script, img, svg[onload], h1, style, a:not(.card-link)").count(), 0, name);
      // Nothing overflows to the side, whatever the text.
      const wide = await page.evaluate(() => ({ page: document.documentElement.scrollWidth, card: document.querySelector("article.card").scrollWidth }));
      assert.ok(wide.page <= 1440 && wide.card <= 900, `${name}: ${JSON.stringify(wide)}`);
      await page.keyboard.press("j");
    }
    await page.locator(".line", { hasText: "<b>bidi</b>" }).locator(".line-main").click();
    await untilFocused(page, comments.bidi);
    const body = page.locator("article.card .untrusted p");
    const text = await body.evaluate((element) => element.textContent);
    assert.ok(text.includes("RLO") && text.includes("LRI") && text.includes("RLM"), text);
    assert.ok(!/[\u202a-\u202e\u2066-\u2069\u200f]/.test(text), "no control character reaches the page");
    assert.equal(await body.evaluate((element) => getComputedStyle(element).unicodeBidi), "isolate");
    assert.equal(await body.getAttribute("dir"), "auto");
    await page.locator(".line", { hasText: "<b>invisible</b>" }).locator(".line-main").click();
    await untilFocused(page, comments.invisible);
    for (const word of ["ZWSP", "SHY", "WJ", "BOM", "TAG"]) assert.ok((await body.innerText()).includes(word), word);
    await page.locator(".line", { hasText: "nnnn" }).locator(".line-main").click();
    await untilFocused(page, comments.word);
    await page.getByRole("button", { name: /Show all 65,000 characters/ }).click();
    assert.equal(await body.evaluate((element) => element.textContent.length), 65_000);
    assert.ok((await page.evaluate(() => document.documentElement.scrollWidth)) <= 1440);
    assert.deepEqual(await accessibility(page), []);
    await page.keyboard.press("s");
    await until(async () => (await statusOf(comments.word)) === "COMMENT_STATUS_SPAM", "the decision");
    // Nor in an attribute, a label, a title.
    const raw = await page.evaluate(() => [...document.querySelectorAll("*")].flatMap((element) =>
      [...element.attributes].map(({ name, value }) => `${name}=${value}`)).filter((text) => /[\u202a-\u202e\u2066\u2067\u200b\u2060\ufeff\u{e0000}-\u{e007f}]/u.test(text)));
    assert.deepEqual(raw, [], "no attribute holds what cannot be seen");
    await leaveCalm(page);
  },

  async "what parts Persian letters is no suspicion, and is one elsewhere"() {
    const name = "\u0645\u062d\u0645\u062f\u200c\u0631\u0636\u0627 \u062e\u0648\u0634\u200c\u0646\u0648\u06cc\u0633";
    const words = "\u062e\u0628\u0631\u200c\u0647\u0627 \u0645\u06cc\u0650\u200c\u062e\u0648\u0627\u0647\u0645 \u0915\u094d\u200c\u0937";
    const good = await submit(words, { authorName: name });
    // Between letters of another script, twice, at an end, beside one that connects to none.
    const bad = await submit("dol\u200clars \u062f\u200c\u200c\u0631 \u062f\u200c \u0621\u200c\u0628", { authorName: "vi\u200cagra" });
    const page = await signIn(anna);
    const card = page.locator("article.card");
    const named = async () => (await card.evaluate((element) => element.textContent)).match(/ZWNJ/g)?.length ?? 0;
    await page.locator(".line", { hasText: name }).locator(".line-main").click();
    await untilFocused(page, good);
    assert.equal(await named(), 0);
    assert.equal(await page.locator(".line", { hasText: name }).getByText("ZWNJ").count(), 0);
    await page.locator(".line", { hasText: "agra" }).locator(".line-main").click();
    await untilFocused(page, bad);
    assert.ok((await named()) >= 6, `${await named()} of five in the text and one in the name`);
    await leaveCalm(page);
  },

  async "they do not break a narrow screen"() {
    await submitAll();
    const page = await signIn(anna, "", { viewport: { width: 360, height: 740 } });
    await page.locator("article.card").waitFor();
    for (let at = 0; at < 7; at++) {
      assert.ok((await page.evaluate(() => document.documentElement.scrollWidth)) <= 360);
      await page.keyboard.press("j");
    }
    await leaveCalm(page);
  },
};
