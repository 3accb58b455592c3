// The server under test as its backends and operators see it: Connect JSON with keys; and its process, by way of the test
// that started it.
import { Socket } from "node:net";
import { createInterface } from "node:readline";

export const base = process.env.CONSOLE_BASE;
export const site = process.env.CONSOLE_SITE;
const keys = { operator: process.env.CONSOLE_OPERATOR_KEY, site: process.env.CONSOLE_SITE_KEY };

export async function call(service, method, message, key = "operator", headers = {}) {
  const response = await fetch(`${base}/replyguard.v1.${service}/${method}`, {
    method: "POST", body: JSON.stringify(message),
    headers: { "content-type": "application/json", ...(key ? { authorization: `Bearer ${keys[key]}` } : {}), ...headers },
  });
  const answer = await response.json();
  if (!response.ok) throw Object.assign(new Error(`${method}: ${answer.code} ${answer.message}`), { code: answer.code });
  return answer;
}

let serial = 0;

export async function submit(body, fields = {}) {
  serial++;
  const { comment } = await call("CommentService", "SubmitComment", {
    requestId: `console-${process.pid}-${serial}`,
    submission: {
      thread: `sites/${site}/threads/autumn-walks`, authorName: `Reader ${serial}`, authorEmail: `reader${serial}@example.org`,
      authorIp: `198.51.${serial % 250}.7`, threadTitle: "Autumn walks along the river", body, ...fields,
    },
  }, "site");
  return comment;
}

const subjects = ["bridge", "ferry", "orchard", "mill", "museum", "harbour", "tower", "garden", "library", "station"];
const remarks = ["is open again since Sunday", "was much quieter last year", "deserves a longer article", "looked lovely in the fog", "has a new path beside it"];

// So many comments that wait, each unlike the others.
export async function fill(number) {
  const comments = [];
  for (let at = 0; at < number; at++) {
    const subject = subjects[at % subjects.length];
    const remark = remarks[Math.floor(at / subjects.length) % remarks.length];
    comments.push(await submit(`Number ${at + 1}: the old ${subject} ${remark}, or so my neighbour ${"abcdefghij"[at % 10].repeat(3 + (at % 4))} told me.`));
  }
  return comments;
}

// Whatever waits is erased, held by somebody or not.
export async function empty() {
  for (;;) {
    const { items = [] } = await call("ModerationService", "ListQueue", { parent: "sites/-", pageSize: 200 });
    if (!items.length) return;
    for (const { comment } of items) await call("CommentService", "DeleteComment", { name: comment.name }, "operator");
  }
}

export const statusOf = async (comment) => (await call("CommentService", "GetComment", { name: comment.name ?? comment }, "operator")).comment.status;

// A person who may sign in, with the password that is answered.
export async function person(handle, role = "ROLE_MODERATOR", where = "-") {
  const password = `quiet river stones ${handle}`;
  const { token } = await call("AccountService", "InvitePerson", {
    person: { name: `people/${handle}`, displayName: handle[0].toUpperCase() + handle.slice(1), memberships: [{ site: `sites/${where}`, role }] },
  });
  await call("AccountService", "AcceptInvitation", { token, password }, null);
  return { handle, password };
}

let control;

// Asks whoever started us to do something with the server's process: "stop" or "start".
export async function server(act) {
  if (!control) {
    const input = new Socket({ fd: 4, readable: true, writable: false });
    control = { input, out: new Socket({ fd: 3, readable: false, writable: true }), lines: createInterface({ input })[Symbol.asyncIterator]() };
  }
  control.out.write(act + "\n");
  const { value } = await control.lines.next();
  if (value !== "done") throw new Error(`the server did not ${act}: ${value}`);
}

export function closeControl() {
  control?.out.destroy();
  control?.input.destroy();
}

export async function until(condition, what, milliseconds = 20_000) {
  const deadline = Date.now() + milliseconds;
  for (;;) {
    const value = await condition();
    if (value) return value;
    if (Date.now() > deadline) throw new Error(`waited ${milliseconds} ms for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
