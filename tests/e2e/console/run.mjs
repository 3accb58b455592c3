// node run.mjs GROUP [PART OF A NAME]: runs the tests of one file, one after the other.
import { closeBrowser, seen } from "./browser.mjs";
import { closeControl, empty } from "./server.mjs";

const { default: tests } = await import(`./${process.argv[2]}.mjs`);
let failed = 0;
for (const [name, run] of Object.entries(tests).filter(([name]) => name.includes(process.argv[3] ?? ""))) {
  try {
    await empty();
    await run();
    console.log(`ok: ${name}`);
  } catch (error) {
    failed++;
    console.log(`FAILED: ${name}\n${error.stack}\n${await seen()}`);
  }
}
await closeBrowser();
closeControl();
process.exit(failed ? 1 : 0);
