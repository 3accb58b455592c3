// HTTP: what is asked for, what is answered. Nothing of a request but its method, path, status and time is logged.
import { createHash } from 'node:crypto';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { Articles } from '../articles.js';
import { entryOf } from './copy.js';
import { ServiceError } from './errors.js';
import { BodyError, readForm } from './forms.js';
import { articlePage, frontPage, messagePage } from './pages.js';

const CONNECTIONS_MAX = 1_000;
const REQUEST_MS_MAX = 20_000;
const URL_BYTES_MAX = 2_000;

// Nothing but our own style sheet and pictures: whatever a comment holds, a browser will run none of it.
const SECURITY_HEADERS = {
  'content-security-policy': "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; "
    + "frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=()',
};

function readPublicFiles() {
  const types = { css: 'text/css; charset=utf-8', svg: 'image/svg+xml' };
  const files = new Map();
  for (const name of ['style.css', 'harbour.svg', 'icon.svg']) {
    const body = readFileSync(new URL(`../public/${name}`, import.meta.url));
    files.set(`/${name}`, { body, type: types[name.split('.').pop()] });
  }
  return files;
}

// The address of whoever sent the request; behind proxies of ours, the one that the outermost of them saw.
function addressOf(request, proxies) {
  const forwarded = proxies > 0 ? (request.headers['x-forwarded-for'] ?? '').split(',').map((part) => part.trim()) : [];
  const address = forwarded.at(-proxies) || request.socket.remoteAddress || '';
  return /^::ffff:\d/.test(address) ? address.slice(7) : /^[0-9a-f.:]{2,45}$/i.test(address) ? address : '';
}

const EMPTY = { comment: '', author: '', email: '', url: '', parent: '', subject: '', form: '' };

class Site {
  constructor({ settings, copy, tokens, service, submissions, log }) {
    Object.assign(this, { settings, copy, tokens, service, submissions, log });
    this.files = readPublicFiles();
    const hash = createHash('sha256').update(this.files.get('/style.css').body).digest('hex').slice(0, 12);
    this.styles = `/style.css?${hash}`;
  }

  async answer(request, response) {
    const begin = Date.now();
    let path = '/?';
    try {
      if (request.url.length > URL_BYTES_MAX) throw new BodyError(414);
      const url = new URL(request.url, 'http://site');
      path = url.pathname;
      await this.route(request, response, url);
    } catch (error) {
      this.fail(response, error);
    }
    this.log(`${request.method} ${path.slice(0, 200)} ${response.statusCode} ${Date.now() - begin} ms`);
  }

  async route(request, response, url) {
    const { pathname } = url;
    const reads = request.method === 'GET' || request.method === 'HEAD';
    const file = this.files.get(pathname);
    const [, slug, posts] = /^\/articles\/([\w~.-]{1,200})(\/comments)?$/.exec(pathname) ?? [];
    const article = Articles.find((one) => one.slug === slug);
    if (posts && article && request.method === 'POST') return this.post(request, response, article);
    if (!reads) return this.notAllowed(response, Boolean(posts && article));
    if (file) return send(response, 200, file.type, file.body, { 'cache-control': 'public, max-age=3600' });
    if (pathname === '/') return this.page(response, 200, frontPage({ articles: Articles, copy: this.copy, styles: this.styles }));
    if (pathname === '/health') return send(response, 200, 'text/plain; charset=utf-8', 'ok\n');
    if (posts && article) return redirect(response, `/articles/${slug}#respond`);
    if (article) return this.read(response, article, url.searchParams);
    return this.message(response, 404, 'Not here', 'There is no such page. It may have moved, or never been.');
  }

  async read(response, article, query) {
    const own = await this.ownComment(article, query.get('sent'));
    const replyTo = this.copy.find(article.slug, query.get('replyto'));
    const form = { ...freshForm(this.tokens), replyTo, values: { ...EMPTY, parent: replyTo?.id ?? '' } };
    const pageNumber = Math.max(1, Math.min(1_000_000, parseInt(query.get('page') ?? '1', 10) || 1));
    this.page(response, 200, articlePage({ article, copy: this.copy, form, own, pageNumber, styles: this.styles }));
  }

  // What its author is told of a comment. Spam is spoken of as one that waits: nobody learns here what is caught.
  async ownComment(article, ticket) {
    const id = this.tokens.readTicket(ticket);
    if (!id) return null;
    if (this.copy.find(article.slug, id)) return { note: 'Thank you! Your comment is published.' };
    const comment = await this.service.comment(id).catch((error) => {
      if (error instanceof ServiceError) return null;
      throw error;
    });
    if (!comment) return { note: 'Thank you! Your comment has arrived and is awaiting moderation.' };
    if (comment.status === 'COMMENT_STATUS_APPROVED') return { note: 'Thank you! Your comment is published.' };
    if (comment.status === 'COMMENT_STATUS_TRASHED') {
      const reason = this.copy.refusal(id);
      const words = reason ? ` The reason given: ${reason.toLowerCase().replaceAll('_', ' ')}.` : '';
      return { note: `A moderator decided not to publish this comment.${words}` };
    }
    return { entry: entryOf(comment) };
  }

  async post(request, response, article) {
    const fields = await readForm(request);
    const values = Object.fromEntries(Object.keys(EMPTY).map((name) => [name, fields.get(name) ?? '']));
    values.comment = values.comment.replace(/\r\n?/g, '\n');
    if (!/^[0-9a-f]{32}$/.test(values.parent)) values.parent = '';
    const outcome = await this.submissions.send(article, values, {
      request,
      ip: addressOf(request, this.settings.proxies),
      pageUrl: `${this.settings.publicUrl || this.localUrl}/articles/${article.slug}`,
    });
    // Post, redirect, get: going back or reloading sends nothing again.
    if (outcome.kind === 'sent') {
      const ticket = this.tokens.ticket(outcome.id);
      return redirect(response, `/articles/${article.slug}?sent=${ticket}#comment-${outcome.id}`);
    }
    if (outcome.dropParent) values.parent = '';
    const form = {
      values,
      errors: outcome.errors,
      message: outcome.message,
      token: outcome.newForm || !this.tokens.read(values.form) ? this.tokens.make() : values.form,
      replyTo: this.copy.find(article.slug, values.parent),
    };
    const headers = outcome.retryAfter ? { 'retry-after': String(outcome.retryAfter) } : {};
    this.page(response, outcome.status, articlePage({
      article, copy: this.copy, form, own: null, pageNumber: 1, styles: this.styles }), headers);
  }

  // Every page holds a form of its own, and some what one person typed: nobody keeps them for another.
  page(response, status, markup, headers = {}) {
    send(response, status, 'text/html; charset=utf-8', markup.toString(), { 'cache-control': 'no-store', ...headers });
  }

  message(response, status, title, text, headers) {
    this.page(response, status, messagePage({ title, text, styles: this.styles }), headers);
  }

  notAllowed(response, mayPost) {
    this.message(response, 405, 'That does not work here', 'This page can only be read.',
      { allow: mayPost ? 'GET, HEAD, POST' : 'GET, HEAD', connection: 'close' });
  }

  fail(response, error) {
    if (response.headersSent) return response.destroy();
    const close = { connection: 'close' }; // the rest of a body is not read
    if (!(error instanceof BodyError)) {
      this.log(`an error: ${error.stack}`);
      return this.message(response, 500, 'Something went wrong', 'The fault is ours. Please try again.', close);
    }
    if (error.status === 413) {
      return this.message(response, 413, 'Too long', 'That was more than a comment may be: 65,525 bytes. Go back with your '
        + 'browser to find your text, and send it in parts.', close);
    }
    return this.message(response, error.status, 'That cannot be read', 'Please use the form below an article.', close);
  }
}

const freshForm = (tokens) => ({ errors: {}, message: '', token: tokens.make(), replyTo: undefined });

function send(response, status, type, body, headers = {}) {
  const bytes = Buffer.from(body);
  response.writeHead(status, { ...SECURITY_HEADERS, 'content-type': type, 'content-length': bytes.length, ...headers });
  response.end(response.req.method === 'HEAD' ? undefined : bytes);
}

function redirect(response, location) {
  send(response, 303, 'text/plain; charset=utf-8', 'See other\n', { location, 'cache-control': 'no-store' });
}

export function createSite(parts) {
  const site = new Site(parts);
  const server = http.createServer({ requestTimeout: REQUEST_MS_MAX, headersTimeout: REQUEST_MS_MAX / 2, maxHeaderSize: 16_384 },
    (request, response) => site.answer(request, response));
  server.maxConnections = CONNECTIONS_MAX;
  server.on('listening', () => { site.localUrl = urlOf(server); });
  return server;
}

function urlOf(server) {
  const { address, family, port } = server.address();
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
}

// Resolves with the site's address once it takes connections; also written to a file, for scripts, whole or not at all.
export async function listen(server, { listen: { host, port }, addressFile }) {
  await new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  const url = urlOf(server);
  if (addressFile) {
    writeFileSync(`${addressFile}.new`, `${url}\n`);
    renameSync(`${addressFile}.new`, addressFile);
  }
  return url;
}
