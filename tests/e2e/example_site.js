// The example site before a real service, step by step: node --test example_site.js, started by example_site_test.py.
'use strict';

const assert = require('assert/strict');
const fs = require('fs');
const path = require('path');
const { after, before, test } = require('node:test');
const { Gate, Recorder, SITE, SiteProcess, backend, openBrowser, replyguard, waitFor } = require('./example_site_parts.js');

const THREAD = 'a-walk-along-the-harbour';
const EMAIL = /sentinel[\w.+-]*@/i; // every address that is typed here holds this word
const recorder = new Recorder();
const { answers } = recorder;
let gate;
let site;
let browser;
let page;
let owner;
let number = 0;

const article = () => `${recorder.url}/articles/${THREAD}`;
const idIn = (url) => /#comment-([0-9a-f]{32})$/.exec(url)?.[1];
const words = (text) => ({ comment: text, author: 'Ada', email: `sentinel-${++number}@example.org` });

async function fill(reader, values) {
  for (const [name, value] of Object.entries(values)) await reader.fill(`#${name}`, value);
}

async function send(reader, values, address = article()) {
  await reader.goto(address);
  await fill(reader, values);
  await reader.click('button[type=submit]');
  return idIn(reader.url());
}

// To an address that may differ from the present one in nothing but its fragment, which alone loads nothing.
async function revisit(url) {
  await page.goto('about:blank');
  await page.goto(url);
}

const approve = (id) => replyguard('queue', 'approve', id);

// As a moderator does: signs in, finds the comment in focus by its words, and presses one key.
async function approveInConsole(text) {
  const password = 'a long pass phrase of bees';
  fs.writeFileSync(path.join(process.env.SITE_TEST_FOLDER, 'password'), password);
  replyguard('user', 'add', 'anna', '--display-name', 'Anna', '--role', 'moderator', '--password-file', 'password');
  const moderator = await browser.reader();
  const said = [];
  moderator.on('response', (response) => said.push(response.text().catch(() => '')));
  await moderator.goto(process.env.SITE_TEST_CONSOLE);
  await moderator.getByLabel('Name').fill('anna');
  await moderator.getByLabel('Password').fill(password);
  await moderator.keyboard.press('Enter');
  const card = moderator.locator('article.card');
  await card.getByText(text).waitFor();
  assert.match(await card.textContent(), /s\*\*\*@example\.org/);
  await moderator.keyboard.press('a');
  await card.waitFor({ state: 'detached' });
  assert.doesNotMatch(await moderator.content(), EMAIL);
  await moderator.context().close(); // ends the stream of the queue, which has no end of its own
  for (const answer of await Promise.all(said)) assert.doesNotMatch(answer, EMAIL);
}
const publicText = async () => (await (await ask(article())).text());
const published = (id) => waitFor(async () => (await publicText()).includes(`id="comment-${id}"`), `${id} to be published`);
const gone = (id) => waitFor(async () => !(await publicText()).includes(`id="comment-${id}"`), `${id} to be gone`);
const waiting = (text) => replyguard('queue', 'list', '--count', '500').filter((item) => item.comment.body.includes(text));

async function ask(url, options = {}) {
  const response = await fetch(url, { redirect: 'manual', ...options });
  const body = await response.text();
  return { status: response.status, headers: response.headers, text: async () => body };
}

const postForm = (fields) => ask(`${article()}/comments`, { method: 'POST', body: new URLSearchParams(fields) });
const tokenOf = async () => /name="form" value="([^"]+)"/.exec(await publicText())[1];

async function startSite() {
  await site.start();
  recorder.target = site.url;
}

before(async () => {
  await recorder.listen();
  gate = await Gate.open(process.env.REPLYGUARD_GRPC);
  site = new SiteProcess(gate.address);
  await startSite();
  browser = await openBrowser();
  page = await browser.reader();
  owner = backend();
});

after(async () => {
  await browser?.close();
  await site?.stop();
  gate?.close();
  recorder.close();
  owner?.close();
});

for (const javaScriptEnabled of [true, false]) {
  test(`from the form to the published comment, script ${javaScriptEnabled ? 'on' : 'off'}`, async () => {
    const author = await browser.reader({ javaScriptEnabled });
    await author.goto(article());
    assert.equal(await author.locator('#respond-title').textContent(), 'Leave a Reply');
    assert.equal(await author.locator('.promise').textContent(),
      'Your email address will not be published. Required fields are marked *');
    const text = `The cranes stood by the tram, script ${javaScriptEnabled}: https://cranes.example/photo.`;
    const id = await send(author, { ...words(text), url: 'https://walks.example/me' });
    assert.ok(id, author.url());
    assert.match(await author.locator(`#comment-${id}`).textContent(), /awaiting moderation/);
    assert.ok(!(await publicText()).includes('The cranes stood by the tram, script ' + javaScriptEnabled));
    if (javaScriptEnabled) await approveInConsole(text);
    else approve(id);
    await published(id);
    await author.reload();
    assert.match(await author.locator('[role=status]').textContent(), /published/);
    const links = author.locator(`#comment-${id} a[href^="https://"]`);
    assert.equal(await links.count(), 2);
    for (const link of await links.all()) assert.match(await link.getAttribute('rel'), /\bnofollow\b.*\bugc\b/);
    await author.context().close();
  });
}

test('the errors of all fields stand beside them in the words of the service, and what was typed is kept', async () => {
  const reader = await browser.reader({ javaScriptEnabled: false });
  await send(reader, { comment: 'kept <b>text</b> & more\n  indented', author: '', email: 'sentinel at nowhere', url: 'javascript:alert(1)' });
  const error = await owner.call('SubmitComment', { submission: { thread: `sites/${SITE}/threads/${THREAD}`, body: 'x',
    author_email: 'sentinel at nowhere', author_url: 'javascript:alert(1)' } }).catch((failed) => failed);
  const trailer = error.metadata.get('grpc-status-details-bin')[0].toString('utf8');
  for (const name of ['author', 'email', 'url']) {
    const shown = await reader.locator(`#${name}-error`).textContent();
    assert.ok(shown.length > 10 && trailer.includes(shown), shown);
    assert.equal(await reader.locator(`#${name}`).getAttribute('aria-describedby'), `${name}-error`);
  }
  assert.equal(await reader.locator('#comment-error').count(), 0);
  assert.equal(await reader.inputValue('#comment'), 'kept <b>text</b> & more\n  indented');
  assert.equal(await reader.inputValue('#email'), 'sentinel at nowhere');
  assert.equal(await reader.inputValue('#url'), 'javascript:alert(1)');
  await fill(reader, { author: 'Ada', email: 'sentinel-mended@example.org', url: '' });
  await reader.click('button[type=submit]');
  assert.ok(idIn(reader.url()), reader.url());
  await reader.context().close();
});

test('a double click, and the same form sent many times at once, are one comment', async () => {
  await page.goto(article());
  await fill(page, words('Pressed twice with the mouse'));
  await page.dblclick('button[type=submit]');
  await page.waitForURL(/sent=/);
  assert.equal(waiting('Pressed twice with the mouse').length, 1);

  const form = { ...words('Sent six times at once'), form: await tokenOf() };
  const sent = await Promise.all(Array.from({ length: 6 }, () => postForm(form)));
  assert.deepEqual(sent.map((response) => response.status), Array(6).fill(303));
  assert.equal(new Set(sent.map((response) => response.headers.get('location'))).size, 1);
  assert.equal(waiting('Sent six times at once').length, 1);
});

test('going back and sending other words with the same form asks first, then sends them as well', async () => {
  const form = { ...words('The first words'), form: await tokenOf() };
  assert.equal((await postForm(form)).status, 303);
  const again = await postForm({ ...form, comment: 'Second thoughts' });
  assert.equal(again.status, 409);
  const text = await again.text();
  assert.match(text, /has been sent before/);
  assert.match(text, /Second thoughts/);
  const token = /name="form" value="([^"]+)"/.exec(text)[1];
  assert.notEqual(token, form.form);
  assert.equal((await postForm({ ...form, comment: 'Second thoughts', form: token })).status, 303);
  assert.equal(waiting('The first words').length + waiting('Second thoughts').length, 2);
});

test('a restart goes on where the site stopped, and shows its comments even while the service is away', async () => {
  const early = await send(page, words('Approved before the restart'));
  const late = await send(page, words('Approved while the site was down'));
  approve(early);
  await published(early);
  const cursor = Number(site.copy().cursor);
  assert.ok(cursor > 0);
  assert.equal(await site.stop(), 0);
  approve(late);
  gate.shut();
  await startSite();
  const text = await publicText();
  assert.ok(text.includes(`id="comment-${early}"`) && !text.includes(`id="comment-${late}"`));
  gate.isOpen = true;
  await published(late);
  await waitFor(() => Number(site.copy().cursor) > cursor, 'the cursor to move on');
});

test('while the service is away the text stays in the form, and sending it again makes one comment', async () => {
  await page.goto(article());
  await fill(page, words('Written while the service was away'));
  gate.shut();
  await page.click('button[type=submit]');
  assert.match(await page.locator('[role=alert]').textContent(), /press the button again in \d+ seconds/);
  assert.equal(await page.inputValue('#comment'), 'Written while the service was away');
  const refused = answers.findLast((answer) => answer.status === 503);
  assert.match(refused.headers['retry-after'], /^\d+$/);
  gate.isOpen = true;
  await waitFor(async () => {
    await page.click('button[type=submit]');
    return idIn(page.url());
  }, 'the service to be reached again');
  assert.equal(waiting('Written while the service was away').length, 1);
});

test('a reply stands below its comment, and keeps its place when that one is erased', async () => {
  const parent = await send(page, words('Is the footbridge open?'));
  approve(parent);
  await published(parent);
  await page.goto(article());
  await page.locator(`#comment-${parent} .reply`).click();
  assert.match(await page.locator('#respond-title').textContent(), /^Leave a Reply to Ada$/);
  await fill(page, words('It is, since Tuesday.'));
  await page.click('button[type=submit]');
  const reply = idIn(page.url());
  approve(reply);
  await published(reply);
  await page.goto(article());
  assert.equal(await page.locator(`#comment-${parent} + #comment-${reply}.indent-1`).count(), 1);
  replyguard('comment', 'delete', parent);
  await waitFor(async () => !(await publicText()).includes('Is the footbridge open?'), 'the text to be gone');
  await page.goto(article());
  assert.match(await page.locator(`#comment-${parent} + #comment-${reply}.indent-1`).textContent(), /since Tuesday/);
  assert.match(await page.locator(`#comment-${parent}`).textContent(), /no longer here/);
  assert.ok(!JSON.stringify(site.copy()).includes('footbridge open?'));
});

test('an edit is shown, and what a moderator takes down disappears, with the reason for its author', async () => {
  const id = await send(page, words('Before the edit'));
  const ownPage = page.url();
  approve(id);
  await published(id);
  await owner.call('UpdateComment', { name: `sites/${SITE}/comments/${id}`, submission: { body: 'After the edit' },
    update_mask: { paths: ['body'] } });
  await gone(id); // an untrained service holds every edit
  approve(id);
  await published(id);
  assert.match(await publicText(), /After the edit/);
  assert.doesNotMatch(await publicText(), /Before the edit/);
  replyguard('queue', 'trash', id, '--reason', 'OFF_TOPIC');
  await gone(id);
  await revisit(ownPage);
  assert.match(await page.locator('[role=status]').textContent(), /not to publish.*off topic/);
});

test('spam is spoken of to its author as a comment that waits, and shown to nobody else', async () => {
  const id = await send(page, words('Buy cheap tablets'));
  const ownPage = page.url();
  replyguard('queue', 'spam', id);
  await revisit(ownPage);
  assert.match(await page.locator(`#comment-${id}`).textContent(), /awaiting moderation/);
  assert.doesNotMatch(await publicText(), /cheap tablets/);
  const forged = ownPage.replace(/sent=([0-9a-f]{32})\.../, 'sent=$1.xx');
  assert.doesNotMatch(await (await ask(forged.split('#')[0])).text(), /cheap tablets/);
});

test('the hidden field and the time to fill the form in reach the service', async () => {
  const form = { ...words('Filled in by a machine'), subject: 'anything', form: await tokenOf() };
  const sent = await postForm(form);
  assert.equal(sent.status, 303);
  const id = idIn(sent.headers.get('location'));
  const [{ comment }] = replyguard('comment', 'get', id);
  assert.ok(comment.assessment.reasons.some((reason) => reason.code === 'HONEYPOT'), JSON.stringify(comment.assessment.reasons));
  assert.ok(!(await publicText()).includes('Filled in by a machine'));
  const box = await page.locator('#subject').boundingBox();
  assert.ok(box.x + box.width < 0, 'no person sees it');
});

test('hostile comments are shown harmlessly', async () => {
  const bodies = [
    '<script>alert(1)</script><img src=x onerror=alert(2)> </textarea></form> &lt;b&gt;',
    '\u202Ereversed\u202C \u2066isolated שלום مرحبا',
    'W'.repeat(65_000),
    '👩‍👩‍👧‍👦'.repeat(2_000),
    `Z${'\u0301\u0352\u0363'.repeat(500)}`,
  ];
  const ids = [];
  for (const comment of bodies) {
    const form = { ...words(comment), author: '"><script>alert(3)</script>', url: 'https://example.org/?a=1&b=\'2\'', form: await tokenOf() };
    const sent = await postForm(form);
    assert.equal(sent.status, 303, await sent.text());
    ids.push(idIn(sent.headers.get('location')));
  }
  replyguard('queue', 'approve', ...ids);
  for (const id of ids) await published(id);
  for (const width of [1100, 360]) {
    await page.setViewportSize({ width, height: 800 });
    await page.goto(article());
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), width);
    assert.equal(await page.locator('script, img:not(.picture)').count(), 0);
    for (const id of ids) {
      const inside = await page.locator(`#comment-${id}`).evaluate((box) => box.scrollWidth <= box.clientWidth);
      assert.ok(inside, id);
    }
  }
  assert.equal(page.dialogs, 0);
  assert.ok((await page.locator(`#comment-${ids[0]} .text`).textContent()).includes('<script>alert(1)</script>'));
});

test('bodies are bounded, and what is no form is refused', async () => {
  const big = await postForm({ ...words('x'.repeat(300_000)), form: await tokenOf() });
  assert.equal(big.status, 413);
  const longest = await postForm({ ...words('é'.repeat(33_000)), form: await tokenOf() });
  assert.equal(longest.status, 422); // read, and refused by the service in its words
  assert.match(await longest.text(), /id="comment-error">[^<]*65,?525/);
  const json = await ask(`${article()}/comments`, { method: 'POST', body: '{}', headers: { 'content-type': 'application/json' } });
  assert.equal(json.status, 415);
  assert.equal((await ask(article(), { method: 'DELETE' })).status, 405);
  assert.equal((await ask(`${recorder.url}/articles/none`)).status, 404);
  assert.equal((await ask(`${article()}?${'x'.repeat(3_000)}`)).status, 414);
  assert.equal((await ask(`${article()}/comments`)).status, 303);
  const nul = await postForm({ ...words('a\u0000b'), form: await tokenOf() });
  assert.equal(nul.status, 422);
  const forgedToken = await postForm({ ...words('With a token of their own'), form: 'x'.repeat(5_000) });
  assert.equal(forgedToken.status, 303);
  assert.equal((await ask(`${recorder.url}/health`)).status, 200);
});

test('a thread that is closed takes no comments, and says so', async () => {
  const form = { ...words('Too late'), form: await tokenOf() };
  const thread = (state) => owner.call('UpdateThread', { thread: { name: `sites/${SITE}/threads/${THREAD}`, state },
    update_mask: { paths: ['state'] } });
  await thread('STATE_CLOSED');
  await waitFor(async () => (await publicText()).includes('Comments are closed.'), 'the form to go');
  const late = await postForm(form);
  assert.equal(late.status, 409);
  assert.match(await late.text(), /Comments were closed while you were writing[^]*Too late/);
  await thread('STATE_OPEN');
  await waitFor(async () => (await publicText()).includes('id="respond"'), 'the form to come back');
});

test('no page, no answer, no file and no log of the site carries an address', async () => {
  assert.ok(answers.length > 80, String(answers.length));
  for (const answer of answers) {
    // Only who typed an address and has to send the form again gets it back, in the field, in the answer to that form.
    const own = answer.method === 'POST' && answer.status >= 400;
    const rest = own ? answer.body.replace(/<input id="email"[^>]*>/, '') : answer.body;
    const all = rest + JSON.stringify(answer.headers);
    assert.doesNotMatch(all, EMAIL, answer.url);
    assert.doesNotMatch(all, /s\*\*\*@/, answer.url);
    if (own) assert.equal(answer.headers['cache-control'], 'no-store');
  }
  for (const name of fs.readdirSync(site.state)) {
    const file = path.join(site.state, name);
    try {
      assert.equal(fs.statSync(file).mode & 0o077, 0, name);
      assert.doesNotMatch(fs.readFileSync(file, 'latin1'), /sentinel|\*\*\*@/, name);
    } catch (error) {
      if (error.code !== 'ENOENT' || !name.endsWith('.new')) throw error; // renamed meanwhile
    }
  }
  assert.doesNotMatch(site.log, /sentinel|an error/);
  for (const answer of answers.filter(({ headers }) => headers['content-type']?.startsWith('text/html'))) {
    assert.match(answer.headers['content-security-policy'], /default-src 'none'.*frame-ancestors 'none'/);
    assert.equal(answer.headers['x-content-type-options'], 'nosniff');
  }
});
