// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "stores/model_upload_store.h"

#include "postgres/params.h"
#include "postgres/rows.h"
#include "storage/limit.h"

namespace replyguard::storage {
namespace {

// Read at once.
constexpr std::int64_t kPiecesMax = 16;

constexpr Statement kForgetOld{"upload_forget_old",
                               "DELETE FROM replyguard.model_uploads WHERE touched_at < "
                               "$1::timestamptz - $2::bigint * interval '1 hour'"};

// A lock on the others' rows would wait for their pieces: one too many now and then does no harm.
constexpr Statement kOthers{"upload_others",
                            "SELECT count(*) FROM replyguard.model_uploads WHERE (created_by, "
                            "request_id) <> ($1::text, $2::text)"};

// Locks the row until the transaction ends: pieces of an upload come one after the other.
constexpr Statement kTouch{
    "upload_touch",
    "INSERT INTO replyguard.model_uploads (created_by, request_id, size_bytes, checksum, "
    "touched_at) VALUES ($1::text, $2::text, $3::bigint, $4::text, $5::timestamptz) "
    "ON CONFLICT (created_by, request_id) DO UPDATE SET touched_at = EXCLUDED.touched_at "
    "RETURNING size_bytes, checksum"};

constexpr Statement kReceived{
    "upload_received",
    "SELECT coalesce(sum(octet_length(bytes)), 0)::bigint FROM replyguard.model_upload_pieces "
    "WHERE created_by = $1::text AND request_id = $2::text"};

constexpr Statement kPut{
    "upload_put",
    "INSERT INTO replyguard.model_upload_pieces (created_by, request_id, piece_offset, bytes) "
    "VALUES ($1::text, $2::text, $3::bigint, $4::bytea)"};

constexpr Statement kRead{
    "upload_read",
    "SELECT bytes FROM replyguard.model_upload_pieces WHERE created_by = $1::text AND request_id = "
    "$2::text AND piece_offset >= $3::bigint ORDER BY piece_offset LIMIT $4::bigint"};

constexpr Statement kForget{"upload_forget",
                            "DELETE FROM replyguard.model_uploads WHERE created_by = $1::text AND "
                            "request_id = $2::text"};

std::int64_t Received(Tx& tx, const UploadName& name) {
  return tx.Exec(kReceived, Text(name.created_by), Text(name.request_id))[0][0].as<std::int64_t>();
}

}  // namespace

void ForgetUpload(Tx& tx, const UploadName& name) {
  tx.Exec(kForget, Text(name.created_by), Text(name.request_id));
}

absl::StatusOr<std::int64_t> PostgresModelUploadStore::Put(const UploadPiece& piece,
                                                           Deadline deadline) {
  return RunTransaction(pool_, deadline, [&](Tx& tx) -> absl::StatusOr<std::int64_t> {
    const auto by = Text(piece.name.created_by);
    const auto request = Text(piece.name.request_id);
    if (piece.offset == 0) {
      tx.Exec(kForgetOld, Time(piece.at), std::int64_t{kUploadKeptTime.count()});
      if (tx.Exec(kOthers, by, request)[0][0].as<std::int64_t>() >= kUploadsMax) {
        return LimitReached("too many model files are being uploaded; end one, or try again later");
      }
    }
    const pqxx::row touched =
        tx.Exec(kTouch, by, request, piece.size_bytes, Text(piece.checksum), Time(piece.at))[0];
    if (touched[0].as<std::int64_t>() != piece.size_bytes || TextAt(touched[1]) != piece.checksum) {
      return absl::AlreadyExistsError("the request_id was used with another file");
    }
    const std::int64_t received = Received(tx, piece.name);
    const auto size = static_cast<std::int64_t>(piece.bytes.size());
    if (piece.offset > received) {
      return absl::OutOfRangeError("the bytes before it are missing: go on at " +
                                   std::to_string(received));
    }
    if (piece.offset + size > piece.size_bytes) {
      return absl::OutOfRangeError("the piece goes beyond size_bytes");
    }
    if (piece.offset < received) return received;
    tx.Exec(kPut, by, request, piece.offset, Bytes(piece.bytes));
    return received + size;
  });
}

absl::StatusOr<std::int64_t> PostgresModelUploadStore::ReceivedBytes(const UploadName& name,
                                                                     Deadline deadline) {
  return RunTransaction(pool_, deadline,
                        [&](Tx& tx) -> absl::StatusOr<std::int64_t> { return Received(tx, name); });
}

absl::StatusOr<std::string> PostgresModelUploadStore::Read(const UploadName& name,
                                                           std::int64_t offset, Deadline deadline) {
  return RunTransaction(pool_, deadline, [&](Tx& tx) -> absl::StatusOr<std::string> {
    std::string bytes;
    for (const auto& row :
         tx.Exec(kRead, Text(name.created_by), Text(name.request_id), offset, kPiecesMax)) {
      bytes += BytesAt(row[0]);
    }
    return bytes;
  });
}

}  // namespace replyguard::storage
