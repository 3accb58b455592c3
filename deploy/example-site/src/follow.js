// Keeps the copy true: lists what is published, then follows the log of events from the position that the copy holds.
// Events come in order and at least once; each is answered by asking for the comment as it is now, so that seeing one
// twice does no harm.
import { entryOf, idOf } from './copy.js';
import { ServiceError, toServiceError } from './errors.js';

const PAUSE_MS_MIN = 500;
const PAUSE_MS_MAX = 10_000;
// The service gives a sign of life about every 15 seconds.
const SILENCE_MS_MAX = 45_000;

export class Follower {
  #service;
  #copy;
  #log;
  #toList = new Set(); // threads whose list may differ from the copy
  #stream = null;
  #stopped = false;
  #wake = () => {};
  #running = Promise.resolve();

  constructor({ service, copy, log }) {
    this.#service = service;
    this.#copy = copy;
    this.#log = log;
  }

  start() {
    this.#running = this.#run();
  }

  async stop() {
    this.#stopped = true;
    this.#stream?.cancel();
    this.#wake();
    await this.#running;
  }

  // An answer was lost, so that a comment may be published that we do not know of; no event tells of those that the
  // machine approves at once.
  relist(slug) {
    this.#toList.add(slug);
  }

  async #run() {
    let pause = PAUSE_MS_MIN;
    let told = '';
    while (!this.#stopped) {
      const before = Date.now();
      try {
        await this.#follow();
        told = '';
      } catch (error) {
        if (this.#stopped) break;
        const text = error instanceof ServiceError ? `${error.reason || error.code}: ${error.message}` : error.stack;
        if (text !== told) this.#log(`comments are not followed: ${text}`);
        told = text;
        if (error instanceof ServiceError && error.is('OUT_OF_RANGE')) this.#copy.cursor = null; // begin anew
      }
      if (Date.now() - before > SILENCE_MS_MAX) pause = PAUSE_MS_MIN;
      await this.#sleep(pause);
      pause = Math.min(pause * 2, PAUSE_MS_MAX);
    }
  }

  async #follow() {
    // The position first, then the lists: what happens between the two is told again by an event.
    if (this.#copy.cursor === null) this.#copy.cursor = await this.#service.headCursor();
    for (const slug of this.#copy.slugs()) this.relist(slug);
    await this.#listAll();
    this.#log(`following comments after event ${this.#copy.cursor}`);
    const stream = (this.#stream = this.#service.watch(this.#copy.cursor));
    let silence = null;
    try {
      const heard = () => {
        clearTimeout(silence);
        silence = setTimeout(() => stream.cancel(), SILENCE_MS_MAX);
      };
      heard();
      for await (const { events, cursor } of stream) {
        heard();
        for (const event of events) await this.#apply(event);
        await this.#listAll();
        if (events.length > 0) {
          this.#copy.cursor = cursor; // only now: a crash before this line repeats the events
          await this.#copy.save();
        }
      }
    } catch (error) {
      throw error instanceof ServiceError || error.code === undefined ? error : toServiceError(error);
    } finally {
      clearTimeout(silence);
      stream.on('error', () => {}); // a cancelled stream says so once more
      stream.cancel();
      this.#stream = null;
    }
  }

  async #apply(event) {
    if (event.type === 'TYPE_THREAD_CHANGED') {
      for (const slug of this.#copy.slugs()) this.relist(slug); // it may have been moved: two threads change
      return;
    }
    const id = idOf(event.comment);
    if (event.type === 'TYPE_ERASED') return this.#copy.remove(id);
    const comment = await this.#service.comment(id).catch((error) => {
      if (error instanceof ServiceError && error.is('NOT_FOUND')) return null; // erased since
      throw error;
    });
    if (comment?.status === 'COMMENT_STATUS_APPROVED') {
      this.#copy.put(idOf(comment.thread), entryOf(comment));
    } else {
      this.#copy.remove(id);
      if (event.type === 'TYPE_DECIDED' && comment?.status === 'COMMENT_STATUS_TRASHED') {
        this.#copy.refuse(id, event.reason_code);
      }
    }
  }

  async #listAll() {
    for (const slug of [...this.#toList]) {
      const replace = this.#copy.replacing(slug);
      const entries = [];
      try {
        for await (const comment of this.#service.comments(slug)) entries.push(entryOf(comment));
        this.#copy.setClosed(slug, (await this.#service.thread(slug)).state === 'STATE_CLOSED');
      } catch (error) {
        if (!(error instanceof ServiceError && error.is('NOT_FOUND'))) throw error; // nobody has written there yet
      }
      replace(entries);
      this.#toList.delete(slug);
      await this.#copy.save();
    }
  }

  #sleep(ms) {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wake = () => { clearTimeout(timer); resolve(); };
      if (this.#stopped) this.#wake();
    });
  }
}
