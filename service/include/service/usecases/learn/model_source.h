// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "classifier/model.h"

namespace replyguard::service {

// Where the model that answers now comes from. Thread-safe.
class ModelSource {
 public:
  virtual ~ModelSource() = default;
  // The newest snapshot; nullptr until one is loaded. Never waits for learning: it costs the copy
  // of a pointer.
  virtual std::shared_ptr<const classifier::Model> Snapshot() const = 0;
};

}  // namespace replyguard::service
