// What becomes of a form that was sent.
import { randomUUID } from 'node:crypto';
import { entryOf, idOf } from './copy.js';
import { ServiceError } from './errors.js';

// The form's names for the service's fields.
const FIELDS = {
  'submission.body': 'comment',
  'submission.author_name': 'author',
  'submission.author_email': 'email',
  'submission.author_url': 'url',
};
const REMEMBERED_MAX = 10_000;
const RETRY_SECONDS = 10;

// The longest beginning that fits; never half a character.
function cut(text, bytesMax) {
  const bytes = Buffer.from(text);
  if (bytes.length <= bytesMax) return text;
  let end = bytesMax;
  while (end > 0 && (bytes[end] & 0xc0) === 0x80) --end;
  return bytes.toString('utf8', 0, end);
}

// A header may hold any byte; the service wants text without controls.
const header = (request, name, bytesMax) =>
  cut((request.headers[name] ?? '').replace(/[\x00-\x1f\x7f-\x9f]/g, ' '), bytesMax);

export class Submissions {
  #service;
  #copy;
  #tokens;
  #follower;
  #log;
  // Form id -> { seal, fillMs, answer }, where the seal stands for what was typed. A second press of the button must send the very same submission, its fill time
  // included, or the service would take the reused request_id for a mistake (ALREADY_EXISTS).
  #remembered = new Map();

  constructor({ service, copy, tokens, follower, log }) {
    this.#service = service;
    this.#copy = copy;
    this.#tokens = tokens;
    this.#follower = follower;
    this.#log = log;
  }

  // Answers { kind: 'sent', id } or { kind: 'refused', status, errors, message, retryAfter, newForm }.
  async send(article, values, { request, ip, pageUrl }) {
    const token = this.#tokens.read(values.form);
    if (!token) return this.#submit(article, values, { request, ip, pageUrl }, randomUUID(), null);
    const known = this.#remembered.get(token.id);
    const seal = this.#tokens.seal(values);
    if (known?.seal === seal) return known.answer;
    const fillMs = known?.fillMs ?? Date.now() - token.shownAt;
    const answer = this.#submit(article, values, { request, ip, pageUrl }, token.id, fillMs);
    this.#remember(token.id, { seal, fillMs, answer });
    const outcome = await answer;
    // What was refused may be sent again; only what was invalid is measured anew.
    if (outcome.kind !== 'sent') this.#forget(token.id, outcome.status === 422 ? null : { fillMs });
    return outcome;
  }

  async #submit(article, values, context, requestId, fillMs) {
    try {
      const { comment } = await this.#service.submit(this.#submission(article, values, context, fillMs), requestId);
      if (comment.status === 'COMMENT_STATUS_APPROVED') {
        this.#copy.put(article.slug, entryOf(comment));
        this.#copy.save().catch((error) => this.#log(`the copy cannot be written: ${error.message}`));
      }
      return { kind: 'sent', id: idOf(comment.name) };
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      return { kind: 'refused', errors: {}, message: '', ...this.#refusal(article, error) };
    }
  }

  #submission(article, values, { request, ip, pageUrl }, fillMs) {
    const submission = {
      thread: this.#service.threadName(article.slug),
      author_name: values.author,
      author_email: values.email,
      author_url: values.url,
      body: values.comment,
      author_ip: ip,
      user_agent: header(request, 'user-agent', 254),
      referrer: header(request, 'referer', 1024),
      language: article.language,
      thread_title: article.title,
      thread_uri: pageUrl,
      thread_publish_time: { seconds: Math.floor(Date.parse(article.published) / 1000) },
      form: { honeypot: cut(values.subject, 1024) },
    };
    if (values.parent) submission.parent_comment = this.#service.commentName(values.parent);
    if (fillMs !== null) {
      submission.form.fill_time = { seconds: Math.floor(fillMs / 1000), nanos: (fillMs % 1000) * 1e6 };
    }
    return submission;
  }

  #refusal(article, error) {
    if (error.is('INVALID_ARGUMENT')) return fieldErrors(error);
    if (error.is('ALREADY_EXISTS')) {
      return { status: 409, newForm: true, message: 'This form has been sent before, with other words, and that comment has '
        + 'arrived. To send this one as well, press the button once more.' };
    }
    if (error.is('FAILED_PRECONDITION') && error.reason === 'THREAD_CLOSED') {
      this.#follower.relist(article.slug);
      return { status: 409, message: 'Comments were closed while you were writing. Your text is below, should you want '
        + 'to keep it.' };
    }
    if (error.is('FAILED_PRECONDITION')) {
      return { status: 409, dropParent: true, message: 'The comment that you reply to is no longer here. '
        + 'You can still send yours as a comment of its own.' };
    }
    // Whether it arrived is not known where the answer was lost; the same form makes trying again safe.
    this.#follower.relist(article.slug);
    if (error.is('UNAVAILABLE', 'DEADLINE_EXCEEDED', 'RESOURCE_EXHAUSTED')) {
      const retryAfter = Math.max(1, Math.ceil((error.retryAfterMs ?? RETRY_SECONDS * 1000) / 1000));
      return { status: 503, retryAfter, message: 'Comments cannot be taken at this moment. Nothing you wrote is lost: it is '
        + `below. Please press the button again in ${retryAfter === 1 ? 'a second' : `${retryAfter} seconds`}; your `
        + 'comment will not appear twice.' };
    }
    this.#log(`a comment was not taken: code ${error.code} ${error.reason}`); // never its text
    return { status: 500, message: 'Something is wrong on our side and your comment was not taken. Your text is below; please '
      + 'try again later.' };
  }

  #remember(id, what) {
    this.#remembered.delete(id);
    this.#remembered.set(id, what);
    if (this.#remembered.size > REMEMBERED_MAX) this.#remembered.delete(this.#remembered.keys().next().value);
  }

  #forget(id, what) {
    if (what) this.#remember(id, what);
    else this.#remembered.delete(id);
  }
}

// Each violation beside its field, in the service's words; what no field of the form is responsible for, above it.
function fieldErrors(error) {
  const errors = {};
  const others = [];
  for (const { field, description } of error.violations) {
    const name = FIELDS[field];
    if (!name) others.push(description);
    else errors[name] = errors[name] ? `${errors[name]} ${description}` : description;
  }
  const dropParent = error.violations.some(({ field }) => field === 'submission.parent_comment');
  const count = Object.keys(errors).length;
  const message = count === 0 ? 'Your comment was not taken.'
    : `Your comment has not been sent yet: ${count === 1 ? 'one field needs' : `${count} fields need`} your attention.`;
  return { status: 422, errors, dropParent, message: [message, ...others].join(' ') };
}
