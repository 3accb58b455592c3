// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <utility>
#include <vector>

#include "classifier/extractor.h"
#include "storage/mutex.h"

namespace replyguard::service {

// Extractors keep scratch memory between calls; there are as many as calls at once. Thread-safe.
class ExtractorPool {
 public:
  // One extractor, for one thread, given back in the end. The pool outlives it.
  class Loan {
   public:
    explicit Loan(ExtractorPool& pool) : pool_(pool), extractor_(pool.Take()) {}
    ~Loan() { pool_.GiveBack(std::move(extractor_)); }
    Loan(const Loan&) = delete;
    Loan& operator=(const Loan&) = delete;
    classifier::Extractor* get() const { return extractor_.get(); }

   private:
    ExtractorPool& pool_;
    std::unique_ptr<classifier::Extractor> extractor_;
  };

 private:
  std::unique_ptr<classifier::Extractor> Take() {
    {
      MutexLock lock(mutex_);
      if (!idle_.empty()) {
        auto extractor = std::move(idle_.back());
        idle_.pop_back();
        return extractor;
      }
    }
    return std::make_unique<classifier::Extractor>();
  }
  void GiveBack(std::unique_ptr<classifier::Extractor> extractor) {
    MutexLock lock(mutex_);
    idle_.push_back(std::move(extractor));
  }

  Mutex mutex_;
  std::vector<std::unique_ptr<classifier::Extractor>> idle_ REPLYGUARD_GUARDED_BY(mutex_);
};

}  // namespace replyguard::service
