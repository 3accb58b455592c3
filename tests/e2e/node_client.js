// A stock Node client: @grpc/grpc-js with the contract loaded at run time, and google.rpc's messages as published in
// google-proto-files, so that nothing of ours takes part in decoding grpc-status-details-bin.
//
// Usage: node node_client.js ADDRESS SITE KEY   -> one JSON object on standard output
'use strict';

const path = require('path');

const packages = path.join(__dirname, '..', 'node_modules');
const grpc = require(path.join(packages, '@grpc/grpc-js'));
const loader = require(path.join(packages, '@grpc/proto-loader'));
const protobuf = require(path.join(packages, 'protobufjs'));

const [address, site, key] = process.argv.slice(2);
const CALL_MS_MAX = 20000;

function loadContract() {
  const definition = loader.loadSync(['replyguard/v1/comment_service.proto'], {
    includeDirs: [path.join(__dirname, '..', '..', 'proto')],
    keepCase: true,
    longs: String,
    enums: String,
    defaults: true,
  });
  return grpc.loadPackageDefinition(definition).replyguard.v1;
}

function loadPublishedDetails() {
  const root = new protobuf.Root();
  root.resolvePath = (_, target) => path.join(packages, 'google-proto-files', target);
  return root.loadSync(['google/rpc/status.proto', 'google/rpc/error_details.proto']);
}

function call(client, method, request) {
  const metadata = new grpc.Metadata();
  metadata.set('authorization', `Bearer ${key}`);
  return new Promise((resolve) => {
    client[method](request, metadata, { deadline: Date.now() + CALL_MS_MAX }, (error, response) =>
      resolve({ error, response }));
  });
}

function decodeDetails(error, published) {
  const status = published.lookupType('google.rpc.Status').decode(error.metadata.get('grpc-status-details-bin')[0]);
  const details = status.details.map((any) => {
    const type = published.lookupType(any.type_url.split('/').pop());
    return { type: type.fullName.slice(1), value: type.toObject(type.decode(any.value), { longs: String }) };
  });
  return { code: status.code, message: status.message, details };
}

async function main() {
  const client = new (loadContract().CommentService)(address, grpc.credentials.createInsecure());
  const thread = `sites/${site}/threads/node`;
  const bad = await call(client, 'SubmitComment', { submission: { thread, author_email: 'nobody', body: '' } });
  const good = await call(client, 'SubmitComment', {
    submission: {
      thread,
      author_name: 'Ada',
      author_email: 'ada@example.org',
      body: 'The second photograph shows the old harbour.',
    },
    request_id: 'node-1',
  });
  client.close();
  if (!bad.error) throw new Error('a comment without a name was accepted');
  if (good.error) throw good.error;
  console.log(JSON.stringify({ grpc_code: bad.error.code, ...decodeDetails(bad.error, loadPublishedDetails()),
    comment: good.response.comment }));
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
