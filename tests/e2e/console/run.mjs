// node run.mjs GROUP: runs the tests of one file, one after the other; or those whose name contains CONSOLE_TEST.
import { closeBrowser, seen } from "./browser.mjs";
import { closeControl, empty } from "./server.mjs";

const kTestMs = 240_000; // a hang, not a busy machine

function bounded(run) {
  let timer;
  const late = new Promise((_, reject) => { timer = setTimeout(() => reject(new Error(`did not end in ${kTestMs} ms`)), kTestMs); });
  return Promise.race([run(), late]).finally(() => clearTimeout(timer));
}

const { default: tests, before } = await import(`./${process.argv[2]}.mjs`);
const chosen = Object.entries(tests).filter(([name]) => name.includes(process.env.CONSOLE_TEST ?? ""));
let failed = 0;
await before?.();
for (const [name, run] of chosen) {
  const begun = Date.now();
  const took = () => `${((Date.now() - begun) / 1000).toFixed(1)} s`;
  try {
    await empty();
    const ready = took();
    await bounded(run);
    console.log(`ok: ${name} (${took()}, after ${ready})`);
  } catch (error) {
    failed++;
    console.log(`FAILED: ${name} (${took()})\n${error.stack}\n${await seen()}`);
    // What it left open would be in the way of the next one.
    await closeBrowser();
  }
}
await closeBrowser();
closeControl();
process.exit(failed || !chosen.length ? 1 : 0);
