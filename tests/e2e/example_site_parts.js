// What the steps of example_site.js are made of: the site as a process, the way to the service as a gate that can be
// shut, a browser, and a record of everything the site ever answered.
'use strict';

const { execFileSync, spawn } = require('child_process');
const fs = require('fs');
const http = require('http');
const net = require('net');
const path = require('path');

const packages = path.join(__dirname, '..', 'node_modules');
const grpc = require(path.join(packages, '@grpc/grpc-js'));
const loader = require(path.join(packages, '@grpc/proto-loader'));
const { chromium } = require(path.join(packages, 'playwright-core'));

const ROOT = path.join(__dirname, '..', '..');
const FOLDER = process.env.SITE_TEST_FOLDER;
const SITE = process.env.REPLYGUARD_SITE;
const WAIT_MS_MAX = 30_000;

async function waitFor(condition, what) {
  const end = Date.now() + WAIT_MS_MAX;
  for (;;) {
    const value = await condition();
    if (value) return value;
    if (Date.now() > end) throw new Error(`waited for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

// The moderator's command line; answers its objects.
function replyguard(...args) {
  const output = execFileSync(process.env.SITE_TEST_PROGRAM, [...args, '--format', 'json'], { encoding: 'utf8', env: process.env,
    cwd: FOLDER });
  return output.trim() === '' ? [] : [JSON.parse(output.includes('\n{') ? `[${output.trim().replaceAll('\n{', ',\n{')}]` : output)].flat();
}

// Another program of the website's owner, which uses the contract directly.
function backend() {
  const definition = loader.loadSync('replyguard/v1/comment_service.proto',
    { includeDirs: [path.join(ROOT, 'proto')], keepCase: true, longs: String, enums: String, defaults: true });
  const { CommentService } = grpc.loadPackageDefinition(definition).replyguard.v1;
  const client = new CommentService(process.env.REPLYGUARD_GRPC, grpc.credentials.createInsecure());
  const metadata = new grpc.Metadata();
  metadata.set('authorization', `Bearer ${process.env.REPLYGUARD_SITE_KEY}`);
  return {
    call: (method, request) => new Promise((resolve, reject) => {
      client[method](request, metadata, { deadline: Date.now() + WAIT_MS_MAX }, (error, response) =>
        error ? reject(error) : resolve(response));
    }),
    close: () => client.close(),
  };
}

// Stands between the site and the service; shut, the service is away.
class Gate {
  #server = net.createServer((socket) => this.#pass(socket));
  #sockets = new Set();
  isOpen = true;

  static async open(address) {
    const gate = new Gate();
    gate.target = address;
    await new Promise((resolve) => { gate.#server.listen(0, '127.0.0.1', resolve); });
    gate.address = `127.0.0.1:${gate.#server.address().port}`;
    return gate;
  }

  #pass(socket) {
    if (!this.isOpen) return socket.destroy();
    const [host, port] = this.target.split(':');
    const other = net.connect(Number(port), host);
    for (const [from, to] of [[socket, other], [other, socket]]) {
      this.#sockets.add(from);
      from.pipe(to);
      from.on('error', () => to.destroy());
      from.on('close', () => { this.#sockets.delete(from); to.destroy(); });
    }
    return undefined;
  }

  shut() {
    this.isOpen = false;
    for (const socket of this.#sockets) socket.destroy();
  }

  close() {
    this.shut();
    this.#server.close();
  }
}

// The site as its owner runs it.
class SiteProcess {
  state = path.join(FOLDER, 'site-state');
  log = '';

  constructor(address) { this.address = address; }

  async start() {
    const addressFile = path.join(FOLDER, 'site-address');
    const keyFile = path.join(FOLDER, 'site.key');
    fs.rmSync(addressFile, { force: true });
    fs.writeFileSync(keyFile, `${process.env.REPLYGUARD_SITE_KEY}\n`, { mode: 0o600 });
    this.process = spawn(process.execPath, [path.join(ROOT, 'deploy/example-site/server.js')], {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { PATH: process.env.PATH, REPLYGUARD_GRPC: this.address, REPLYGUARD_SITE: SITE, REPLYGUARD_SITE_KEY_FILE: keyFile,
        EXAMPLE_SITE_LISTEN: '127.0.0.1:0', EXAMPLE_SITE_ADDRESS_FILE: addressFile, EXAMPLE_SITE_STATE: this.state },
    });
    this.process.stderr.on('data', (text) => { this.log += text; });
    this.ended = new Promise((resolve) => { this.process.once('exit', resolve); });
    await waitFor(() => {
      if (this.process.exitCode !== null) throw new Error(`the site ended: ${this.log}`);
      return fs.existsSync(addressFile);
    }, 'the site to listen');
    this.url = fs.readFileSync(addressFile, 'utf8').trim();
  }

  async stop() {
    this.process.kill('SIGTERM');
    return this.ended;
  }

  copy() { return JSON.parse(fs.readFileSync(path.join(this.state, 'comments.json'), 'utf8')); }
}

// Stands before the site and writes down whatever it answers, to anybody: [{ url, method, status, headers, body }].
class Recorder {
  answers = [];
  #server = http.createServer((request, response) => this.#pass(request, response));

  async listen() {
    await new Promise((resolve) => { this.#server.listen(0, '127.0.0.1', resolve); });
    this.url = `http://127.0.0.1:${this.#server.address().port}`;
  }

  #pass(request, response) {
    const { method, url, headers } = request;
    const onward = http.request(new URL(url, this.target), { method, headers, agent: false }, async (answer) => {
      const parts = [];
      for await (const part of answer) parts.push(part);
      const body = Buffer.concat(parts);
      this.answers.push({ url, method, status: answer.statusCode, headers: answer.headers, body: body.toString('utf8') });
      response.writeHead(answer.statusCode, { ...answer.headers, connection: 'close' });
      response.end(body);
    });
    onward.on('error', () => response.destroy());
    request.on('error', () => onward.destroy());
    request.pipe(onward);
  }

  close() {
    this.#server.close();
    this.#server.closeAllConnections();
  }
}

// `reader(options)` opens a page of its own profile.
async function openBrowser() {
  const browser = await chromium.launch({ executablePath: process.env.SITE_TEST_CHROMIUM,
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--no-first-run'] });
  browser.reader = async (options = {}) => {
    const context = await browser.newContext({ viewport: { width: 1100, height: 900 }, ...options });
    const page = await context.newPage();
    page.setDefaultTimeout(WAIT_MS_MAX);
    page.dialogs = 0;
    page.on('dialog', (dialog) => { page.dialogs += 1; dialog.dismiss(); });
    return page;
  };
  return browser;
}

module.exports = { Gate, Recorder, SITE, SiteProcess, backend, openBrowser, replyguard, waitFor };
