// The site's own copy of what it shows, with the position in replyguard's log of events that it is true up to. A real
// site has a table in its database for this; here it is one file, written whole or not at all. With it the site shows
// its comments while replyguard is away, and goes on after a restart where it stopped.
//
// No address and nothing made from one is in it: what the site does not keep it cannot lose.
import { mkdir, open, readFile, rename } from 'node:fs/promises';
import path from 'node:path';

const REFUSED_MAX = 1_000;

// "0123..." of "sites/demo/comments/0123...".
export const idOf = (name) => name.slice(name.lastIndexOf('/') + 1);

const timeOf = (timestamp) =>
  timestamp ? new Date(Number(timestamp.seconds) * 1000).toISOString() : null;

// What is kept of a comment.
export function entryOf(comment) {
  return {
    id: idOf(comment.name),
    parent: comment.parent_comment ? idOf(comment.parent_comment) : null,
    name: comment.author?.display_name || 'Anonymous',
    url: comment.author?.url || '',
    body: comment.body,
    time: timeOf(comment.submit_time),
    edited: timeOf(comment.edit_time),
  };
}

export class Copy {
  cursor = null; // null: nothing is known yet
  #file;
  #threads = new Map(); // slug -> { closed, comments: id -> { entry, mark } }
  #refused = new Map(); // comment id -> the moderator's reason code
  #clock = 0;
  #writing = Promise.resolve();

  static async open(folder, slugs) {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const copy = new Copy();
    copy.#file = path.join(folder, 'comments.json');
    for (const slug of slugs) copy.#threads.set(slug, { closed: false, comments: new Map() });
    const text = await readFile(copy.#file, 'utf8').catch((error) => {
      if (error.code === 'ENOENT') return null;
      throw error;
    });
    if (text !== null) copy.#restore(JSON.parse(text));
    return copy;
  }

  slugs() { return [...this.#threads.keys()]; }
  has(slug) { return this.#threads.has(slug); }
  closed(slug) { return this.#threads.get(slug).closed; }
  setClosed(slug, closed) { this.#threads.get(slug).closed = closed; }
  count(slug) { return this.#threads.get(slug).comments.size; }
  find(slug, id) { return this.#threads.get(slug)?.comments.get(id)?.entry; }
  refusal(id) { return this.#refused.get(id); }

  // Oldest first.
  comments(slug) {
    return [...this.#threads.get(slug).comments.values()].map((kept) => kept.entry)
      .sort((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : a.id < b.id ? -1 : 1));
  }

  put(slug, entry) {
    this.remove(entry.id);
    this.#threads.get(slug)?.comments.set(entry.id, { entry, mark: ++this.#clock });
    this.#refused.delete(entry.id);
  }

  remove(id) {
    for (const { comments } of this.#threads.values()) comments.delete(id);
  }

  // A moderator refused it and may have said why; a bounded number is remembered, for its author.
  refuse(id, reasonCode) {
    this.#refused.delete(id);
    this.#refused.set(id, reasonCode);
    if (this.#refused.size > REFUSED_MAX) this.#refused.delete(this.#refused.keys().next().value);
  }

  // Begins a listing of a thread; the answer ends it: what was put meanwhile is newer than the list and stays.
  replacing(slug) {
    const begin = this.#clock;
    return (entries) => {
      const kept = this.#threads.get(slug).comments;
      for (const [id, { mark }] of kept) if (mark <= begin) kept.delete(id);
      for (const entry of entries) if (!kept.has(entry.id)) kept.set(entry.id, { entry, mark: begin });
    };
  }

  // Writes happen one after the other; each writes what is true when its turn comes.
  save() {
    this.#writing = this.#writing.catch(() => {}).then(() => this.#write());
    return this.#writing;
  }

  // Until everything asked for is on disk.
  saved() { return this.#writing; }

  async #write() {
    const threads = Object.fromEntries(this.slugs().map((slug) =>
      [slug, { closed: this.closed(slug), comments: this.comments(slug) }]));
    const text = JSON.stringify({ cursor: this.cursor, threads, refused: [...this.#refused] });
    const file = await open(`${this.#file}.new`, 'w', 0o600);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(`${this.#file}.new`, this.#file);
  }

  #restore({ cursor, threads, refused }) {
    this.cursor = cursor;
    for (const [slug, { closed, comments }] of Object.entries(threads)) {
      if (!this.has(slug)) continue; // an article that is gone
      this.setClosed(slug, closed);
      for (const entry of comments) this.put(slug, entry);
    }
    this.#refused = new Map(refused);
  }
}
