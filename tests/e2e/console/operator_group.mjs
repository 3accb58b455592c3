// Every operator's page does what it says.
import assert from "node:assert/strict";
import { writeFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fillSignIn, leave, leaveCalm, open, signIn } from "./browser.mjs";
import { base, call, person, site, submit, until } from "./server.mjs";

const words = ["river", "stone", "lantern", "window", "bread", "music", "letter", "forest", "winter", "candle"];
const example = (label, at) => ({
  id: `${label}${at}`, label,
  text: label === "spam" ? `cheap pills ${words[at % 10]} casino bonus ${at} click here` : `the ${words[at % 10]} in the ${words[(at + 3) % 10]} was lovely, thank you, visitor ${at}`,
});
const policy = async () => (await call("AdminService", "GetSite", { name: `sites/${site}` })).site.policy ?? {};

let olga;

export async function before() {
  olga = await person("olga", "ROLE_OPERATOR");
}

export default {
  async "imports: labelled examples are learnt, with progress"() {
    const folder = mkdtempSync(join(tmpdir(), "console-import-"));
    const file = join(folder, "old-blog.jsonl");
    const rows = Array.from({ length: 60 }, (_, at) => [example("spam", at), example("ham", at)]).flat();
    writeFileSync(file, rows.map((row) => JSON.stringify(row) + "\n").join(""));
    const page = await signIn(olga, "imports");
    await page.getByLabel("File").setInputFiles(file);
    await page.getByText("120 examples: 60 spam, 60 good.").waitFor();
    assert.equal(await page.getByLabel("Name of the import").inputValue(), "old-blog.jsonl");
    await page.getByRole("button", { name: "Learn them" }).click();
    await page.getByText("120 of 120: 120 learnt.").waitFor();
    await page.getByRole("row", { name: /old-blog\.jsonl 60 60/ }).waitFor();
    rmSync(folder, { recursive: true });
    await leaveCalm(page);
  },

  async "sites: a policy is tried on past comments and saved; a wrong value is named"() {
    for (let at = 0; at < 3; at++) await submit(`See https://one.example and https://two.example, visitor ${at}.`);
    const page = await signIn(olga, "sites");
    await page.getByLabel("Hold from so many links").fill("2");
    await page.getByText("Not saved yet.").waitFor();
    await page.getByRole("button", { name: "Try on the last week" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByText(/Of 3 comments/).waitFor();
    await dialog.getByRole("button", { name: "Close" }).last().click();
    assert.equal((await policy()).linksMax ?? 0, 0, "trying changes nothing");
    await page.getByRole("button", { name: "Save", exact: true }).click();
    await page.getByText("Saved. Every server judges by it within a second.").waitFor();
    assert.equal((await policy()).linksMax, 2);
    // The reasons that moderators give: the site's own from now on, and back.
    const reasons = page.getByRole("region", { name: "Reasons" });
    await reasons.getByText("these are the built-in ones").waitFor();
    await reasons.getByRole("button", { name: "Add a reason" }).click();
    await reasons.getByLabel("Words").last().fill("Not about walks");
    await reasons.getByRole("button", { name: "Save the reasons" }).click();
    await page.getByText("The reasons are saved.").waitFor();
    const codes = async () => call("ModerationService", "ListReasonCodes", { parent: `sites/${site}` });
    assert.deepEqual((await codes()).reasonCodes.at(-1), { code: "NOT_ABOUT_WALKS", label: "Not about walks" });
    await reasons.getByRole("button", { name: "Back to the built-in ones" }).click();
    await page.getByText("The built-in reasons apply again.").waitFor();
    assert.ok(!(await codes()).own);
    await page.getByLabel("Languages").fill("not a language");
    await page.getByRole("button", { name: "Save", exact: true }).click();
    await page.getByRole("alert").waitFor();
    await page.getByRole("button", { name: "New site" }).click();
    await page.getByRole("dialog").getByLabel("Name", { exact: true }).fill("The second site");
    await page.getByRole("dialog").getByLabel("Key", { exact: true }).fill("second");
    await page.getByRole("button", { name: "Create" }).click();
    await page.getByRole("button", { name: "The second site second" }).waitFor();
    assert.equal((await call("AdminService", "GetSite", { name: "sites/second" })).site.displayName, "The second site");
    await leaveCalm(page);
  },

  async "rules: one is tried, added, removed, and brought back"() {
    await submit("There is more about it at https://two.example, as everybody knows.");
    const page = await signIn(olga, "rules");
    await page.getByRole("button", { name: "The test's site" }).click();
    await page.getByRole("button", { name: "New rule" }).click();
    await page.getByLabel("What it looks at").selectOption({ label: "Domain" });
    await page.getByLabel("What it looks for").fill("two.example");
    await page.getByLabel("What follows").selectOption({ label: "Spam" });
    // A reason is for the rule that is made, not for the one that is tried.
    await page.getByRole("button", { name: "Try it" }).click();
    // What earlier tests left stored, and the one above: how many depends on what was approved by itself.
    await page.getByRole("dialog").getByText(/Of \d+ comments?/).waitFor();
    // What the examples were and would be.
    const example = page.getByRole("region", { name: "Examples" }).getByRole("row", { name: /as everybody knows/ });
    assert.match((await example.innerText()).replace(/\s+/g, " "), /^Held Spam \d+ comments? nothing (See .*)?There is more about it/);
    await page.getByText(/The rule matches \d+: people approved 0 of these and called 0 spam\./).waitFor();
    await page.getByRole("dialog").getByRole("button", { name: "Close" }).last().click();
    await page.getByLabel("Why").fill("Only ever advertises.");
    await page.getByRole("button", { name: "Add" }).click();
    const row = page.getByRole("row", { name: /two\.example/ });
    await row.waitFor();
    await row.getByRole("button", { name: "Remove" }).click();
    await row.waitFor({ state: "detached" });
    await page.getByRole("button", { name: "Undo" }).click();
    await row.waitFor();
    const { rules } = await call("AdminService", "ListRules", { parent: `sites/${site}` });
    assert.deepEqual(rules.map(({ pattern, reason }) => [pattern, reason]), [["two.example", "Only ever advertises."]]);
    await leaveCalm(page);
  },

  async "keys: one is made, works, and is revoked"() {
    const page = await signIn(olga, "keys");
    await page.getByRole("button", { name: "New key" }).click();
    await page.getByRole("dialog").getByLabel("Name", { exact: true }).fill("The new website");
    await page.getByRole("dialog").getByLabel("Site", { exact: true }).selectOption({ label: "The test's site" });
    await page.getByRole("button", { name: "Make it" }).click();
    const secret = await page.getByRole("textbox", { name: "The key" }).inputValue();
    assert.match(secret, /^[0-9a-f]{48}$/);
    const list = () => call("CommentService", "ListEvents", { parent: `sites/${site}` }, null, { authorization: `Bearer ${secret}` });
    await list();
    await page.getByRole("button", { name: "I have kept it" }).click();
    const row = page.getByRole("row", { name: /The new website/ });
    await page.getByRole("columnheader", { name: "Last used" }).waitFor();
    await row.getByText(/^(never|now|.* ago)$/).first().waitFor();
    await row.getByRole("button", { name: "Revoke" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Revoke" }).click();
    await row.getByText("revoked").waitFor();
    await until(() => list().then(() => false, ({ code }) => code === "unauthenticated"), "the key to be refused");
    assert.ok(!(await page.content()).includes(secret));
    await leaveCalm(page);
  },

  async "model: reports, retraining with progress, the gate, activation, shadow, and rolling back"() {
    // Of a key, which is left out below; what the person brought in is left to compare by.
    const rows = Array.from({ length: 60 }, (_, at) => [example("spam", at + 100), example("ham", at + 100)]).flat();
    await call("ModelService", "LearnComments", {
      parent: `sites/${site}`, importId: "by-key",
      examples: rows.map(({ id, label, text }) => ({ externalId: id, label: `LABEL_${label.toUpperCase()}`, submission: { body: text } })),
    });
    // The page shows the model as it is when it is opened.
    await until(async () => Number((await call("ModelService", "GetModel", { name: `sites/${site}/model` })).model?.hamCount ?? 0) === 120, "the model");
    const page = await signIn(olga, "models");
    await page.getByRole("combobox", { name: "Site", exact: true }).selectOption({ label: "The test's site" });
    await page.getByText("What answers now").waitFor();
    await page.getByText("120 spam, 120 good").waitFor();
    await page.getByRole("button", { name: "What has changed" }).click();
    await page.getByText("The last week against the four before").waitFor();
    await page.getByRole("button", { name: "Shadow", exact: true }).click();
    await page.getByRole("heading", { name: "No shadow" }).waitFor();
    await page.getByRole("button", { name: "Generations" }).click();
    await page.getByRole("button", { name: "Retrain" }).click();
    await page.getByRole("dialog").getByRole("checkbox", { name: /olga/i }).waitFor();  // people can be left out, as keys can
    await page.getByRole("dialog").getByRole("checkbox", { name: /e2e operator/ }).check();
    await page.getByLabel("Note").fill("A second try");
    await page.getByRole("dialog").getByRole("button", { name: "Retrain" }).click();
    await page.getByRole("dialog", { name: "What was found" }).waitFor({ timeout: 60_000 });
    await page.getByRole("row", { name: /Good comments lost/ }).waitFor();
    // Both columns are in sight.
    const table = page.getByRole("region", { name: "Two generations compared" });
    const [shown, whole] = await table.evaluate((element) => [element.clientWidth, element.scrollWidth]);
    assert.ok(whole <= shown, `${whole} of ${shown} pixels`);
    await page.getByRole("dialog").getByRole("button", { name: "Close" }).click();
    const second = page.getByRole("row", { name: /^2/ });
    await second.getByRole("button", { name: "Shadow" }).click();
    await second.getByText("shadow", { exact: true }).waitFor();
    await page.getByRole("button", { name: "Take the shadow off" }).click();
    await page.getByText("The shadow is off.").waitFor();
    await second.getByRole("button", { name: "Activate" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Activate" }).click();
    await second.getByText("answers").waitFor();
    // What it leaves out is ticked beforehand.
    await page.getByRole("button", { name: "Retrain" }).click();
    await page.getByText("Ticked is what generation 2, which answers, leaves out.").waitFor();
    assert.equal(await page.getByRole("dialog").getByRole("checkbox", { name: /e2e operator/ }).isChecked(), true);
    await page.getByRole("dialog").getByRole("button", { name: "Cancel" }).click();
    // Rolling back asks, and says where to.
    await page.getByRole("button", { name: "Roll back" }).click();
    await page.getByRole("dialog", { name: "Roll back to generation 1?" }).getByRole("button", { name: "Cancel" }).click();
    await second.getByText("answers").waitFor();
    await page.getByRole("button", { name: "Roll back" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Roll back to 1" }).click();
    await page.getByText("Rolled back: generation 1 answers now.").waitFor();
    await page.getByRole("row", { name: /^1/ }).getByText("answers").waitFor();
    assert.ok(await page.getByRole("button", { name: "Roll back" }).isDisabled(), "nothing lies below the first");
    const { generations } = await call("ModelService", "ListModelGenerations", {});
    assert.equal(generations.find(({ active }) => active).name, "modelGenerations/1");
    await leaveCalm(page);
  },

  async "people: invited, given a role, kept out, let in again"() {
    const page = await signIn(olga, "people");
    await page.getByRole("button", { name: "Invite" }).click();
    await page.getByLabel("Name to sign in with").fill("pavel");
    await page.getByLabel("Name to show").fill("Pavel");
    await page.getByRole("button", { name: "Make the link" }).click();
    const link = await page.getByLabel("The link").inputValue();
    await page.getByRole("button", { name: "Done" }).click();
    const guest = await open();
    await guest.goto(link);
    await guest.getByLabel("Password").fill("a ladder to the moon");
    await guest.getByLabel("Once more").fill("a ladder to the moon");
    await guest.getByRole("button", { name: "Set the password" }).click();
    await fillSignIn(guest, { handle: "pavel", password: "a ladder to the moon" });
    await guest.locator(".shell").waitFor();
    await page.reload();
    const row = page.getByRole("row", { name: /Pavel/ });
    await row.getByText("active").waitFor();
    await row.getByRole("button", { name: "Roles" }).click();
    await page.getByLabel("Role").selectOption({ label: "Operator" });
    await page.getByRole("button", { name: "Give it" }).click();
    await page.getByRole("dialog").getByText("Operator on every site").waitFor();
    await page.keyboard.press("Escape");
    await row.getByRole("button", { name: "Keep out" }).click();
    await row.getByText("deactivated").waitFor();
    await fillSignIn(guest, { handle: "pavel", password: "a ladder to the moon" }).catch(() => undefined);
    await guest.goto(`${base}/console/`);
    await fillSignIn(guest, { handle: "pavel", password: "a ladder to the moon" });
    await guest.getByText("Name and password do not belong together.").waitFor();
    await row.getByRole("button", { name: "Let in again" }).click();
    await row.getByText("active").waitFor();
    await fillSignIn(guest, { handle: "pavel", password: "a ladder to the moon" });
    await guest.locator(".shell").waitFor();
    // What was done is in the history.
    await page.getByRole("link", { name: "History" }).click();
    await page.getByRole("button", { name: "Accounts" }).click();
    await page.getByText("pavel: deactivated").waitFor();
    await leaveCalm(page);
    await leave(guest);
  },
};
