// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "classifier/model.h"

namespace replyguard::service {

// The model that answers and, if any, the one that is asked beside it. Immutable.
struct ModelPair {
  std::shared_ptr<const classifier::Model> active;  // null until one is loaded
  std::shared_ptr<const classifier::Model> shadow;  // null: none
};

// Where the model that answers now comes from. Thread-safe.
class ModelSource {
 public:
  virtual ~ModelSource() = default;
  // The newest snapshot; nullptr until one is loaded. Never waits for learning: it costs the copy
  // of a pointer.
  virtual std::shared_ptr<const classifier::Model> Snapshot() const = 0;
  // The same with the shadow, both of one moment.
  virtual ModelPair Both() const { return {Snapshot(), nullptr}; }
};

}  // namespace replyguard::service
