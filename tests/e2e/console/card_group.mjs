// What a card says, and what is not lost by a slip.
import assert from "node:assert/strict";
import { accessibility, leaveCalm, signIn, untilFocused } from "./browser.mjs";
import { base, call, fill, person, site, statusOf, submit, until } from "./server.mjs";

const good = "the river walk was lovely, thank you for the photographs of the old mill";
const spam = "cheap pills and casino bonus, click here for guaranteed profit";
const arabic = "\u0647\u0644 \u0631\u0623\u064a\u062a \u0627\u0644\u0623\u0633\u0639\u0627\u0631 \u0627\u0644\u064a\u0648\u0645";
const maryam = "\u0645\u0631\u064a\u0645 \u0627\u0644\u0623\u0646\u0635\u0627\u0631\u064a";

// Until the machine decides by itself.
async function teach() {
  const examples = Array.from({ length: 80 }, (_, at) => ({
    externalId: `taught-${at}`, label: at % 2 ? "LABEL_SPAM" : "LABEL_HAM",
    submission: at % 2 ? { body: `${spam} ${at} ${arabic}`, authorName: maryam } : { body: `${good} ${at}`, authorName: "Ann" },
  }));
  await call("ModelService", "LearnComments", { parent: `sites/${site}`, importId: "taught", examples });
  await until(async () => Number((await call("ModelService", "GetModel", { name: `sites/${site}/model` })).model?.spamCount ?? 0) >= 40, "the model");
}

const policy = (change) => call("AdminService", "UpdateSite", { site: { name: `sites/${site}`, policy: change } });

let anna;

export async function before() {
  anna = await person("anna");
}

export default {
  async "a note, an escalation, a block and a reason are not thrown away by Escape"() {
    const [comment] = await fill(1);
    const page = await signIn(anna, "", { bypassCSP: true });
    await untilFocused(page, comment);
    const asking = page.getByRole("alertdialog", { name: "Throw away what you typed?" });
    for (const [key, label] of [["n", "For moderators only"], ["e", "What should they look at?"], ["b", "Why?"], ["r", "Private note"]]) {
      await page.keyboard.press(key);
      await page.getByLabel(label).fill("A long thought.");
      for (const answer of ["Escape", "Enter"]) { // Escape again stays, and so does the button in focus
        await page.keyboard.press("Escape");
        await asking.waitFor();
        await page.keyboard.press(answer);
        await asking.waitFor({ state: "detached" });
        assert.equal(await page.getByLabel(label).inputValue(), "A long thought.");
        assert.equal(await page.getByLabel(label).evaluate((element) => element === document.activeElement), true);
      }
      await page.keyboard.press("Escape");
      if (key === "n") assert.deepEqual(await accessibility(page), []);
      await page.getByRole("button", { name: "Throw it away" }).click();
      await page.locator("dialog[open]").waitFor({ state: "detached" });
      // Where nothing was typed, nothing is asked.
      await page.keyboard.press(key);
      await page.locator("dialog[open]").waitFor();
      await page.keyboard.press("Escape");
      await page.locator("dialog[open]").waitFor({ state: "detached" });
    }
    await leaveCalm(page);
  },

  async "a comment by its address begins at its head, and says how it stands"() {
    for (const viewport of [{ width: 1440, height: 900 }, { width: 390, height: 760 }]) {
      const comment = await submit(`Seen at ${viewport.width}. ${"A very long remark about the bridge and the ferry. ".repeat(120)}`);
      const page = await signIn(anna, `comment#${comment.name}`, { viewport });
      await untilFocused(page, comment);
      const [card, bar] = await page.evaluate(() => [".card", ".toolbar"].map((name) => document.querySelector(name).getBoundingClientRect()));
      assert.ok(card.top >= bar.bottom, `the card begins at ${card.top}, the bar ends at ${bar.bottom}`);
      await page.getByRole("article").getByText("Held by the machine").waitFor();
      await page.keyboard.press("s");
      await page.getByRole("article").getByText("Called spam by a person").waitFor();
      await until(async () => (await statusOf(comment)) === "COMMENT_STATUS_SPAM", "the first word");
      await page.getByRole("region", { name: "Notes and decisions" }).getByText("marked as spam").waitFor();
      await page.keyboard.press("h");
      await page.getByRole("article").getByText("Sent back by a person").waitFor();
      await until(async () => (await statusOf(comment)) === "COMMENT_STATUS_PENDING", "the last word");
      await page.keyboard.press("u");
      await page.getByRole("article").getByText("Called spam by a person").waitFor();
      await page.keyboard.press("u");
      await page.getByRole("article").getByText("Held by the machine").waitFor();
      await leaveCalm(page);
    }
  },

  async "on a narrow screen the list opens at the comment in focus"() {
    const comments = await fill(40);
    const page = await signIn(anna, "", { viewport: { width: 390, height: 760 } });
    await untilFocused(page, comments[0]);
    for (let at = 0; at < 25; at++) await page.keyboard.press("j");
    await untilFocused(page, comments[25]);
    await page.getByRole("button", { name: "List" }).click();
    await page.locator(".line.current").waitFor();
    const [line, pane] = await page.evaluate(() => [".line.current", ".list-pane"].map((name) => document.querySelector(name).getBoundingClientRect()));
    assert.ok(line.top >= pane.top && line.bottom <= pane.bottom, `${line.top} to ${line.bottom} in ${pane.top} to ${pane.bottom}`);
    await leaveCalm(page);
  },

  async "the history's filters stand in one row, and its name on the screen is an address too"() {
    const page = await signIn(anna, "history");
    await page.getByRole("heading", { name: "History" }).waitFor();
    const tops = await page.locator(".page-tools :is(select, input, button)").evaluateAll((all) => all.map((element) => Math.round(element.getBoundingClientRect().top)));
    assert.equal(tops.length, 5);
    assert.equal(new Set(tops).size, 1, tops.join(" "));
    await leaveCalm(page);
  },

  async "what was drawn blind says the same in the queue, by its address and in a search, and an undo sends it back for all to see"() {
    await teach();
    await policy({ blindSampleRate: 1 });
    const drawn = await submit(spam, { authorName: "Drawn" });
    assert.equal(drawn.status, "COMMENT_STATUS_SPAM");
    await policy({ blindSampleRate: 0 });
    const page = await signIn(anna, "search");
    await untilFocused(page, drawn);
    const said = async () => [await page.locator("article.card .chip").first().innerText(), await page.getByRole("region", { name: "Evidence" }).innerText()];
    const inSearch = await said();
    assert.match(inSearch.join(" "), /^Blind sample Judge for yourself/);
    assert.equal(await page.locator(".line.current .score").innerText(), "blind");
    await page.goto(`${base}/console/comment#${drawn.name}`);
    await untilFocused(page, drawn);
    assert.deepEqual(await said(), inSearch);
    assert.equal(await page.locator("article.card .chip:empty").count(), 0);
    await page.goto(`${base}/console/`);
    await page.locator(".shell").waitFor();
    await page.keyboard.press("f");
    await page.getByLabel("Why it is here").selectOption({ label: "Blind sample" });
    await page.getByRole("button", { name: "Show these" }).click();
    await untilFocused(page, drawn);
    assert.deepEqual(await said(), inSearch);
    await page.keyboard.press("a");
    await page.getByText("Nothing like that waits").waitFor();
    await page.keyboard.press("u");
    await untilFocused(page, drawn);
    assert.equal(await page.locator("article.card .notice").count(), 0);
    assert.equal(await statusOf(drawn), "COMMENT_STATUS_SPAM");
    const returned = await said();
    assert.match(returned.join(" "), /^Sent back Evidence/);
    await page.goto(`${base}/console/comment#${drawn.name}`);
    await untilFocused(page, drawn);
    assert.equal((await said())[1], returned[1]);
    await page.keyboard.press("s");
    await page.getByRole("article").getByText("Called spam by a person").waitFor();
    await page.getByRole("region", { name: "Evidence" }).getByText("What speaks for").waitFor();
    await leaveCalm(page);
  },

  async "an address that is cut within an escape names no comment"() {
    const page = await signIn(anna, "comment#sites%2Fdemo%2Fcomments%2F%E0");
    await page.getByText("Which comment?").waitFor();
    await leaveCalm(page);
  },

  async "words and names that the classifier folds are shown as they were written"() {
    await teach();
    const comment = await submit(arabic, { authorName: maryam });
    const page = await signIn(anna, `comment#${comment.name}`);
    await untilFocused(page, comment);
    const evidence = page.getByRole("region", { name: "Evidence" });
    await evidence.locator(".weighed-word").first().waitFor();
    const words = await evidence.locator(".weighed-word").allInnerTexts();
    assert.ok(words.includes(arabic.split(" ")[1]) && words.includes(maryam), words.join(", "));
    assert.ok(!words.some((word) => /[\u0600-\u06ff]/.test(word) && /[a-z\u0654]/.test(word)), words.join(", "));
    await leaveCalm(page);
  },
};
