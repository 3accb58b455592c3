// replyguard's CommentService over gRPC, with the contract loaded from proto/ at start.
import { readFileSync } from 'node:fs';
import grpc from '@grpc/grpc-js';
import loader from '@grpc/proto-loader';
import { toServiceError } from './errors.js';

// One attempt, and all attempts of a call together: a reader waits for no longer than that.
const ATTEMPT_MS_MAX = 3_000;
const CALL_MS_MAX = 6_000;
const FIRST_PAUSE_MS = 250;

const AGAIN = new Set([grpc.status.UNAVAILABLE, grpc.status.RESOURCE_EXHAUSTED, grpc.status.DEADLINE_EXCEEDED]);

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

function credentialsFor(tlsCa) {
  if (!tlsCa) return grpc.credentials.createInsecure(); // on one machine, or inside a private network
  return grpc.credentials.createSsl(tlsCa === 'system' ? null : readFileSync(tlsCa));
}

export function openService({ server, tlsCa, site, key, protoDir }) {
  const definition = loader.loadSync('replyguard/v1/comment_service.proto', {
    includeDirs: [protoDir],
    keepCase: true,
    longs: String,
    enums: String,
    defaults: true,
  });
  const { CommentService } = grpc.loadPackageDefinition(definition).replyguard.v1;
  const client = new CommentService(server, credentialsFor(tlsCa), {
    'grpc.enable_http_proxy': 0, // the key is for the server alone, whatever http_proxy and the like name
    // After an outage try again within two seconds; the library's own pauses grow to two minutes.
    'grpc.initial_reconnect_backoff_ms': 200,
    'grpc.max_reconnect_backoff_ms': 2_000,
  });
  const metadata = new grpc.Metadata();
  metadata.set('authorization', `Bearer ${key}`);

  const attempt = (method, request, ms) =>
    new Promise((resolve, reject) => {
      client[method](request, metadata, { deadline: Date.now() + ms }, (error, response) =>
        error ? reject(toServiceError(error)) : resolve(response));
    });

  // Repeats what may succeed later. Safe for SubmitComment as well: its request_id makes a repeated one the same comment.
  async function call(method, request) {
    const end = Date.now() + CALL_MS_MAX;
    for (let wait = FIRST_PAUSE_MS; ; wait *= 2) {
      try {
        return await attempt(method, request, Math.min(ATTEMPT_MS_MAX, end - Date.now()));
      } catch (error) {
        const ms = Math.max(wait, error.retryAfterMs ?? 0);
        if (!AGAIN.has(error.code) || Date.now() + ms + FIRST_PAUSE_MS > end) throw error;
        await pause(ms);
      }
    }
  }

  return {
    site,
    siteName: `sites/${site}`,
    threadName: (slug) => `sites/${site}/threads/${slug}`,
    commentName: (id) => `sites/${site}/comments/${id}`,
    submit: (submission, requestId) => call('SubmitComment', { submission, request_id: requestId }),
    comment: async (id) => (await call('GetComment', { name: `sites/${site}/comments/${id}` })).comment,
    thread: async (slug) => (await call('GetThread', { name: `sites/${site}/threads/${slug}` })).thread,
    // Where the log of events ends now.
    headCursor: async () =>
      (await call('ListEvents', { parent: `sites/${site}`, cursor: '0', page_size: 1 })).head_cursor,
    // The published comments of a thread, page by page.
    async *comments(slug) {
      let token = '';
      do {
        const page = await call('ListComments', {
          parent: `sites/${site}/threads/${slug}`, page_size: 500, page_token: token,
        });
        yield* page.comments;
        token = page.next_page_token;
      } while (token);
    },
    // A stream without a deadline; the caller cancels it.
    watch: (cursor) => client.WatchEvents({ parent: `sites/${site}`, cursor }, metadata),
    close: () => client.close(),
  };
}
