// node run.mjs GROUP: runs the tests of one file, one after the other.
import { closeBrowser } from "./browser.mjs";
import { closeControl } from "./server.mjs";

const { default: tests } = await import(`./${process.argv[2]}.mjs`);
let failed = 0;
for (const [name, run] of Object.entries(tests)) {
  try {
    await run();
    console.log(`ok: ${name}`);
  } catch (error) {
    failed++;
    console.log(`FAILED: ${name}\n${error.stack}`);
  }
}
await closeBrowser();
closeControl();
process.exit(failed ? 1 : 0);
