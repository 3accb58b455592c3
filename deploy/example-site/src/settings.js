// Settings come from the environment; the key from a file or the environment, never from the command line, which
// everybody on the machine can read. The names are those of replyguard's own command line where they mean the same.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const HERE = path.dirname(fileURLToPath(import.meta.url));

function required(env, name) {
  if (!env[name]) throw new Error(`${name} is not set; README.md lists the settings`);
  return env[name];
}

function readKey(env) {
  const file = env.REPLYGUARD_SITE_KEY_FILE;
  const key = (file ? readFileSync(file, 'utf8') : required(env, 'REPLYGUARD_SITE_KEY')).trim();
  if (!/^[0-9a-f]{1,63}$/.test(key)) throw new Error('the site\'s key is not one that replyguard gives out');
  return key;
}

function readListen(text) {
  const match = /^(.+):(\d{1,5})$/.exec(text);
  if (!match) throw new Error('EXAMPLE_SITE_LISTEN must look like 127.0.0.1:8080');
  return { host: match[1].replace(/^\[(.*)\]$/, '$1'), port: Number(match[2]) };
}

export function readSettings(env) {
  const proxies = Number(env.EXAMPLE_SITE_PROXIES ?? 0);
  if (!Number.isInteger(proxies) || proxies < 0 || proxies > 9) {
    throw new Error('EXAMPLE_SITE_PROXIES must be a number from 0 to 9');
  }
  return {
    server: env.REPLYGUARD_GRPC || '127.0.0.1:7420',
    tlsCa: env.REPLYGUARD_TLS_CA || '',
    site: required(env, 'REPLYGUARD_SITE'),
    key: readKey(env),
    protoDir: env.REPLYGUARD_PROTO_DIR || path.join(HERE, '..', '..', '..', 'proto'),
    listen: readListen(env.EXAMPLE_SITE_LISTEN || '127.0.0.1:8080'),
    addressFile: env.EXAMPLE_SITE_ADDRESS_FILE || '',
    publicUrl: (env.EXAMPLE_SITE_URL || '').replace(/\/+$/, ''),
    state: env.EXAMPLE_SITE_STATE || path.join(HERE, '..', 'state'),
    proxies,
  };
}
