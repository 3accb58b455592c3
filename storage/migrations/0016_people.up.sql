-- People who use the console. Global tables all: a person may have roles on several sites.

-- The handle is the name for good: it stands in the audit trail. role: on every site (2 moderator, 3 operator). password_hash
-- is libsodium's text of argon2id, empty while the invitation waits. totp_secret is sealed under the deployment's key; step is
-- the newest time step that was used, so that no code works twice.
CREATE TABLE replyguard.people (
  handle          text COLLATE "C" PRIMARY KEY CHECK (handle ~ '^[a-z0-9._-]{2,32}$'),
  display_name    text NOT NULL,
  role            smallint CHECK (role BETWEEN 2 AND 3),
  password_hash   text NOT NULL DEFAULT '' CHECK (octet_length(password_hash) <= 128),
  totp_secret     bytea,
  totp_confirmed  boolean NOT NULL DEFAULT false,
  totp_step       bigint NOT NULL DEFAULT 0,
  created_at      timestamptz NOT NULL,
  signed_in_at    timestamptz,
  deactivated_at  timestamptz,
  CHECK (totp_secret IS NOT NULL OR NOT totp_confirmed)
);

CREATE TABLE replyguard.memberships (
  handle   text COLLATE "C" NOT NULL REFERENCES replyguard.people (handle),
  site_id  bigint NOT NULL REFERENCES replyguard.sites (site_id),
  role     smallint NOT NULL CHECK (role BETWEEN 2 AND 3),
  PRIMARY KEY (handle, site_id)
);
CREATE INDEX memberships_by_site ON replyguard.memberships (site_id, handle);

-- Those that have not been ended; an ended one is deleted. Of a token only its hash is kept, here and below.
CREATE TABLE replyguard.sessions (
  session_id  text COLLATE "C" PRIMARY KEY CHECK (session_id ~ '^[0-9a-f]{16}$'),
  token_hash  bytea NOT NULL CHECK (octet_length(token_hash) = 32),
  handle      text COLLATE "C" NOT NULL REFERENCES replyguard.people (handle),
  client      text NOT NULL CHECK (octet_length(client) <= 200),
  created_at  timestamptz NOT NULL,
  seen_at     timestamptz NOT NULL,
  expires_at  timestamptz NOT NULL
) WITH (fillfactor = 80);
CREATE INDEX sessions_by_person ON replyguard.sessions (handle, created_at);

-- One-time links: kind 1 accepts an invitation, 2 sets a new password. At most one of a person; used ones are deleted.
CREATE TABLE replyguard.account_links (
  link_id      text COLLATE "C" PRIMARY KEY CHECK (link_id ~ '^[0-9a-f]{16}$'),
  token_hash   bytea NOT NULL CHECK (octet_length(token_hash) = 32),
  handle       text COLLATE "C" NOT NULL UNIQUE REFERENCES replyguard.people (handle),
  kind         smallint NOT NULL CHECK (kind BETWEEN 1 AND 2),
  clears_totp  boolean NOT NULL,
  created_at   timestamptz NOT NULL,
  expires_at   timestamptz NOT NULL
);

-- Hashed under the deployment's key; used ones are deleted.
CREATE TABLE replyguard.recovery_codes (
  handle     text COLLATE "C" NOT NULL REFERENCES replyguard.people (handle),
  code_hash  bytea NOT NULL CHECK (octet_length(code_hash) = 32),
  PRIMARY KEY (handle, code_hash)
);

-- What was done to accounts. Append-only. handle is empty for an attempt at an account that is not there. site_id: of a role;
-- absent means every site.
CREATE TABLE replyguard.account_audit (
  audit_id  bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  handle    text COLLATE "C" NOT NULL,
  actor     text NOT NULL,
  action    smallint NOT NULL CHECK (action BETWEEN 1 AND 16),
  site_id   bigint,
  role      smallint,
  at        timestamptz NOT NULL
);
CREATE INDEX account_audit_by_person ON replyguard.account_audit (handle, audit_id);

GRANT SELECT, INSERT, UPDATE ON replyguard.people TO replyguard_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON replyguard.memberships, replyguard.sessions, replyguard.account_links,
  replyguard.recovery_codes TO replyguard_app;
GRANT SELECT, INSERT ON replyguard.account_audit TO replyguard_app;
