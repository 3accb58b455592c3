// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/auth/token_buckets.h"

#include <sodium.h>

#include <algorithm>
#include <cmath>

namespace replyguard::service::auth {

TokenBuckets::TokenBuckets(std::size_t count, double per_second, double burst)
    : per_second_(per_second), burst_(burst), buckets_(count) {
  static_assert(crypto_shorthash_KEYBYTES == sizeof key_);
  randombytes_buf(key_.data(), key_.size());
}

TokenBuckets::Bucket& TokenBuckets::Filled(std::string_view name, Time now) {
  std::uint64_t hash = 0;
  static_assert(crypto_shorthash_BYTES == sizeof hash);
  crypto_shorthash(reinterpret_cast<unsigned char*>(&hash),
                   reinterpret_cast<const unsigned char*>(name.data()), name.size(), key_.data());
  Bucket& bucket = buckets_[hash % buckets_.size()];
  const double seconds = std::chrono::duration<double>(now - bucket.filled_at).count();
  bucket.spent = std::max(0.0, bucket.spent - std::max(0.0, seconds) * per_second_);
  bucket.filled_at = now;
  return bucket;
}

bool TokenBuckets::Has(std::string_view name, Time now) {
  return burst_ - Filled(name, now).spent >= 1;
}

bool TokenBuckets::Take(std::string_view name, Time now) {
  Bucket& bucket = Filled(name, now);
  if (burst_ - bucket.spent < 1) return false;
  bucket.spent += 1;
  return true;
}

void TokenBuckets::GiveBack(std::string_view name, Time now) {
  Bucket& bucket = Filled(name, now);
  bucket.spent = std::max(0.0, bucket.spent - 1);
}

std::chrono::milliseconds TokenBuckets::Wait(std::string_view name, Time now) {
  const double missing = 1 - (burst_ - Filled(name, now).spent);
  if (missing <= 0) return std::chrono::milliseconds::zero();
  return std::chrono::milliseconds(
      static_cast<std::int64_t>(std::ceil(1000 * missing / per_second_)));
}

}  // namespace replyguard::service::auth
