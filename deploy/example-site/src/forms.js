// The form's two sides: a token that every rendered form carries, and the bounded body that comes back.
import { createHmac, randomBytes, randomUUID, timingSafeEqual } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';

// 65,525 bytes of comment grow threefold when a browser encodes them; the rest is for the other fields.
const BODY_BYTES_MAX = 256 * 1024;
const AGE_MS_MAX = 7 * 24 * 3600 * 1000; // what replyguard takes as fill_time

export class FormTokens {
  #key;

  // The key is kept, so that forms and links survive a restart.
  static async open(folder) {
    const file = path.join(folder, 'form.key');
    const tokens = new FormTokens();
    try {
      tokens.#key = await readFile(file);
    } catch (error) {
      if (error.code !== 'ENOENT') throw error;
      tokens.#key = randomBytes(32);
      await writeFile(file, tokens.#key, { mode: 0o600, flag: 'wx' });
    }
    return tokens;
  }

  // One for every form that is shown: its id becomes the request_id, so that however often the form is sent it is one
  // comment; its time says how long filling it in took. Signed, as its bearer would gain from changing the time.
  make() {
    const text = `${randomUUID()}.${Date.now().toString(36)}`;
    return `${text}.${this.#sign('form', text)}`;
  }

  // { id, shownAt } of a token of ours, or null.
  read(token) {
    const match = /^([0-9a-f-]{36})\.([0-9a-z]{8,9})\.([\w-]{22})$/.exec(token);
    if (!match || !this.#matches('form', `${match[1]}.${match[2]}`, match[3])) return null;
    const shownAt = parseInt(match[2], 36);
    return Date.now() - shownAt > AGE_MS_MAX ? null : { id: match[1], shownAt };
  }

  // The link by which an author, and nobody else, sees a comment that waits: no cookie needed.
  ticket(commentId) { return `${commentId}.${this.#sign('ticket', commentId)}`; }

  readTicket(ticket) {
    const match = /^([0-9a-f]{32})\.([\w-]{22})$/.exec(ticket ?? '');
    return match && this.#matches('ticket', match[1], match[2]) ? match[1] : null;
  }

  // Tells whether a form was sent with the same words before, without keeping the words.
  seal(values) { return this.#sign('seal', JSON.stringify(values)); }

  #sign(purpose, text) {
    return createHmac('sha256', this.#key).update(`${purpose}:${text}`).digest('base64url').slice(0, 22);
  }

  #matches(purpose, text, signature) {
    return timingSafeEqual(Buffer.from(this.#sign(purpose, text)), Buffer.from(signature));
  }
}

// Why a body was not read: 413 or 415.
export class BodyError extends Error {
  constructor(status) {
    super(`status ${status}`);
    this.status = status;
  }
}

// The fields of a form of a bounded size.
export async function readForm(request) {
  const type = (request.headers['content-type'] ?? '').split(';')[0].trim().toLowerCase();
  if (type !== 'application/x-www-form-urlencoded') throw new BodyError(415);
  const parts = [];
  let bytes = 0;
  for await (const part of request) {
    bytes += part.length;
    if (bytes > BODY_BYTES_MAX) throw new BodyError(413);
    parts.push(part);
  }
  return new URLSearchParams(Buffer.concat(parts).toString('utf8'));
}
