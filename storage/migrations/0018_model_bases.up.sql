-- Model files that generations begin with. A global table, append-only: what a base has learnt is sealed.
CREATE TABLE replyguard.model_bases (
  base        bigint PRIMARY KEY CHECK (base > 0),
  checksum    text NOT NULL,
  bytes       bytea NOT NULL,
  -- What is told of it; the service owns its shape.
  info        text NOT NULL,
  created_at  timestamptz NOT NULL
);
-- The bytes are compressed already.
ALTER TABLE replyguard.model_bases ALTER COLUMN bytes SET STORAGE EXTERNAL;
GRANT SELECT, INSERT ON replyguard.model_bases TO replyguard_app;
ALTER TABLE replyguard.generations ADD COLUMN base bigint REFERENCES replyguard.model_bases;

-- Model files on their way in, piece by piece; removed when they are a base, or were not touched for a day. Global tables.
CREATE TABLE replyguard.model_uploads (
  created_by  text NOT NULL,
  request_id  text COLLATE "C" NOT NULL,
  size_bytes  bigint NOT NULL,
  checksum    text NOT NULL,
  touched_at  timestamptz NOT NULL,
  PRIMARY KEY (created_by, request_id)
);
CREATE TABLE replyguard.model_upload_pieces (
  created_by    text NOT NULL,
  request_id    text COLLATE "C" NOT NULL,
  piece_offset  bigint NOT NULL CHECK (piece_offset >= 0),
  bytes         bytea NOT NULL,
  PRIMARY KEY (created_by, request_id, piece_offset),
  FOREIGN KEY (created_by, request_id) REFERENCES replyguard.model_uploads ON DELETE CASCADE
);
ALTER TABLE replyguard.model_upload_pieces ALTER COLUMN bytes SET STORAGE EXTERNAL;
GRANT SELECT, INSERT, UPDATE, DELETE ON replyguard.model_uploads TO replyguard_app;
GRANT SELECT, INSERT, DELETE ON replyguard.model_upload_pieces TO replyguard_app;

-- A request sent again is the same operation.
ALTER TABLE replyguard.operations ADD COLUMN request_id text COLLATE "C" NOT NULL DEFAULT '';
CREATE UNIQUE INDEX operations_by_request_id ON replyguard.operations (created_by, request_id) WHERE request_id <> '';
