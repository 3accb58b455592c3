// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include "postgres/pool.h"
#include "storage/model_upload_store.h"

namespace replyguard::storage {

// Forgets an upload, in a transaction of others.
void ForgetUpload(Tx& tx, const UploadName& name);

class PostgresModelUploadStore final : public ModelUploadStore {
 public:
  explicit PostgresModelUploadStore(Pool& pool) : pool_(pool) {}

  absl::StatusOr<std::int64_t> Put(const UploadPiece& piece, Deadline deadline) override;
  absl::StatusOr<std::int64_t> ReceivedBytes(const UploadName& name, Deadline deadline) override;
  absl::StatusOr<std::string> Read(const UploadName& name, std::int64_t offset,
                                   Deadline deadline) override;

 private:
  Pool& pool_;
};

}  // namespace replyguard::storage
