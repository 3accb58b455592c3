// node screenshots.mjs FOLDER: the main views, light and dark, narrow and wide.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { closeBrowser, leave, signIn } from "./browser.mjs";
import { base, closeControl, site } from "./server.mjs";
import { seed } from "./story.mjs";

const folder = process.argv[2];
mkdirSync(folder, { recursive: true });
const somebody = await seed();
const views = [["", "queue"], ["spam", "spam"], ["search", "search"], ["audit", "history"], ["sites", "sites"], ["rules", "rules"], ["models", "model"], ["imports", "imports"], ["keys", "keys"], ["people", "people"], ["account", "account"]];
const settled = (page) => page.waitForFunction(() => !document.querySelector(".loading, .spinner"));

for (const colorScheme of ["light", "dark"]) {
  for (const [width, height] of [[1440, 900], [820, 1100], [360, 740]]) {
    const page = await signIn(somebody, "", { colorScheme, viewport: { width, height } });
    for (const [view, name] of views) {
      if (view) await page.goto(`${base}/console/${view}`);
      await page.locator(".shell").waitFor();
      await settled(page);
      if (!view) await page.getByRole("region", { name: "Author" }).getByText(/comment/).first().waitFor();
      if (!view) await page.evaluate((site) => sessionStorage.setItem("site", site), site);
      await page.screenshot({ path: join(folder, `${name}-${width}-${colorScheme}.png`) });
    }
    await page.goto(`${base}/console/`);
    await page.locator("article.card").waitFor();
    if (width < 760) {
      await page.getByRole("button", { name: "More" }).click();
      await page.screenshot({ path: join(folder, `more-${width}-${colorScheme}.png`) });
      await page.getByRole("button", { name: "More" }).click();
      await page.getByRole("button", { name: "Menu" }).click();
      await page.screenshot({ path: join(folder, `menu-${width}-${colorScheme}.png`) });
      await page.getByRole("button", { name: "Close the menu" }).click({ position: { x: width - 10, y: 300 } });
    } else {
      await page.locator(".line", { hasText: "Service" }).locator(".line-main").click();
      await page.locator(".disguises").first().waitFor();
      await page.screenshot({ path: join(folder, `disguise-${width}-${colorScheme}.png`) });
      await page.keyboard.press("k");
      await page.keyboard.press("x");
      await page.keyboard.press("t");
      await page.locator("dialog[open] .bulk-total").waitFor();
      await page.screenshot({ path: join(folder, `preview-${width}-${colorScheme}.png`) });
      await page.keyboard.press("Escape");
      await page.keyboard.press("Escape");
    }
    await page.locator(".card-link").click();
    await page.getByRole("link", { name: "To the queue" }).first().waitFor();
    await page.locator("article.card").waitFor();
    await page.screenshot({ path: join(folder, `comment-${width}-${colorScheme}.png`) });
    await leave(page);
  }
}
await closeBrowser();
closeControl();
process.exit(0);
