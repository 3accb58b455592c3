// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/usecases/operate/operations.h"

#include <utility>

#include "service/usecases/authorize.h"
#include "service/usecases/errors.h"
#include "usecases/operate/operation_errors.h"
#include "usecases/storage_errors.h"

namespace replyguard::service {
namespace {

constexpr ErrorMeaning kMeaning{.not_found = reasons::kOperationNotFound};

}  // namespace

absl::StatusOr<storage::Operation> Operations::Get(const Principal& principal, std::int64_t number,
                                                   storage::Deadline deadline) const {
  if (auto may = AuthorizeEverySite(principal, Permission::kTrain); !may.ok()) return may;
  auto operation = store_.Get(number, deadline);
  if (!operation.ok()) return FromStorage(operation.status(), kMeaning);
  return operation;
}

absl::StatusOr<std::vector<storage::Operation>> Operations::List(
    const Principal& principal, const storage::OperationQuery& query,
    storage::Deadline deadline) const {
  if (auto may = AuthorizeEverySite(principal, Permission::kTrain); !may.ok()) return may;
  auto list = store_.List(query, deadline);
  if (!list.ok()) return FromStorage(list.status());
  return list;
}

absl::StatusOr<storage::Operation> Operations::Cancel(const Principal& principal,
                                                      std::int64_t number,
                                                      storage::Deadline deadline) const {
  if (auto may = AuthorizeEverySite(principal, Permission::kTrain); !may.ok()) return may;
  auto operation = store_.Cancel(number, CancelledEnd().error, clock_.Now(), deadline);
  if (!operation.ok()) return FromStorage(operation.status(), kMeaning);
  watch_.Wake();
  return operation;
}

void Operations::Wait(const Principal& principal, std::int64_t number, std::int64_t seen_revision,
                      storage::Deadline until, OperationWatch::Done done) const {
  if (auto may = AuthorizeEverySite(principal, Permission::kTrain); !may.ok()) return done(may);
  watch_.Wait(number, seen_revision, until, std::move(done));
}

}  // namespace replyguard::service
