// A stock Node client of the Connect protocol: @connectrpc/connect-node with the contract's descriptors loaded at run
// time. Tries, with both codecs: a submission, a GET, violations, an unknown key, a deadline, a stream and its end.
//
// Usage: node connect_node_client.mjs URL SITE KEY DESCRIPTOR_SET   -> one JSON object on standard output
import { subscribe } from 'node:diagnostics_channel';
import { readFileSync } from 'node:fs';
import { createFileRegistry, fromBinary, toJson } from '@bufbuild/protobuf';
import { FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';
import { Code, ConnectError, createClient } from '@connectrpc/connect';
import { createConnectTransport } from '@connectrpc/connect-node';

const [baseUrl, site, key, descriptors] = process.argv.slice(2);
const CALL_MS_MAX = 20000;
const registry = createFileRegistry(fromBinary(FileDescriptorSetSchema, readFileSync(descriptors)));
const service = registry.getService('replyguard.v1.CommentService');

const methods = []; // of all requests, as they are sent
subscribe('http.client.request.start', ({ request }) => methods.push(request.method));

function open(useBinaryFormat, bearer) {
  const authorize = (next) => (request) => {
    request.header.set('authorization', `Bearer ${bearer}`);
    return next(request);
  };
  const options = { baseUrl, httpVersion: '1.1', useBinaryFormat, useHttpGet: true, interceptors: [authorize] };
  return createClient(service, createConnectTransport({ ...options, defaultTimeoutMs: CALL_MS_MAX }));
}

async function failure(promise) {
  try {
    await promise;
  } catch (thrown) {
    const error = ConnectError.from(thrown);
    const details = error.details.map((detail) => {
      const type = registry.getMessage(detail.type);
      return { type: detail.type, debug: detail.debug, known: type !== undefined };
    });
    return { code: Code[error.code], message: error.rawMessage, details };
  }
  throw new Error('it succeeded');
}

async function firstEvent(client) {
  const stop = new AbortController();
  for await (const answer of client.watchEvents({ parent: `sites/${site}` }, { signal: stop.signal })) {
    if (answer.events.length === 0) continue;
    stop.abort();
    return answer.events[0].comment;
  }
  throw new Error('the stream ended before an event came');
}

async function tryAll(useBinaryFormat) {
  methods.length = 0;
  const client = open(useBinaryFormat, key);
  const thread = `sites/${site}/threads/connect-${useBinaryFormat ? 'proto' : 'json'}`;
  const submission = { thread, authorName: 'Ada', authorEmail: 'ada@example.org', body: 'The old harbour, in colour.' };
  const { comment } = await client.submitComment({ submission });
  const got = await client.getComment({ name: comment.name });
  return {
    methods: methods.slice(0, 2),
    submitted: toJson(registry.getMessage('replyguard.v1.Comment'), comment, { registry }),
    same: got.comment.name === comment.name && got.comment.body === comment.body,
    invalid: await failure(client.submitComment({ submission: { thread, authorEmail: 'nobody', body: '' } })),
    unknownKey: await failure(open(useBinaryFormat, 'f'.repeat(48)).getComment({ name: comment.name })),
    tooLate: await failure(client.getComment({ name: comment.name }, { timeoutMs: 1 })),
    event: await firstEvent(client),
    streamEnd: await failure(client.watchEvents({ parent: `sites/${site}`, cursor: 1000000n })[Symbol.asyncIterator]().next()),
  };
}

console.log(JSON.stringify({ json: await tryAll(false), proto: await tryAll(true) }));
