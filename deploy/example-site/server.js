// The website: reads its settings, keeps its copy of the published comments true, and answers readers.
import { Articles } from './articles.js';
import { Copy } from './src/copy.js';
import { Follower } from './src/follow.js';
import { FormTokens } from './src/forms.js';
import { readSettings } from './src/settings.js';
import { openService } from './src/service.js';
import { Submissions } from './src/submissions.js';
import { createSite, listen } from './src/site.js';

const log = (text) => console.error(`${new Date().toISOString()} ${text}`);

async function main() {
  const settings = readSettings(process.env);
  const service = openService(settings);
  const copy = await Copy.open(settings.state, Articles.map((article) => article.slug));
  const tokens = await FormTokens.open(settings.state);
  const follower = new Follower({ service, copy, log });
  const submissions = new Submissions({ service, copy, tokens, follower, log });
  const server = createSite({ settings, copy, tokens, service, submissions, log });

  const url = await listen(server, settings);
  follower.start();
  log(`the example site is at ${url}`);

  let stopping = false;
  for (const signal of ['SIGINT', 'SIGTERM']) {
    process.on(signal, async () => {
      if (stopping) return;
      stopping = true;
      server.close();
      server.closeIdleConnections();
      await follower.stop();
      await copy.saved();
      service.close();
      server.closeAllConnections();
    });
  }
}

main().catch((error) => {
  console.error(`example-site: ${error.message}`);
  process.exit(1);
});
