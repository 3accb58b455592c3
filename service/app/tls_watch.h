// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Follows the files of a TLS listener, so that certificates are renewed without a restart.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>
#include <thread>

#include "service/app/tls.h"
#include "service/usecases/pacer.h"

namespace replyguard::service {

// How often the files are looked at. Renewing tools write one after the other: what does not fit
// yet does at the next look.
inline constexpr std::chrono::seconds kTlsLookInterval{2};

// Thread-safe.
class TlsWatch {
 public:
  // `expiry` shows ExpiryOf of the keys in use. It outlives this, as what the callbacks hold.
  // `replace` is told new keys that read, fit each other and have not expired; `warn` why others
  // are not taken, once for each content of the files. A client_ca that comes or goes wants a
  // restart.
  TlsWatch(TlsFiles files, TlsTexts present, std::atomic<std::int64_t>& expiry,
           std::function<absl::Status(const TlsTexts&)> replace,
           std::function<void(std::string_view)> warn);
  ~TlsWatch();
  TlsWatch(const TlsWatch&) = delete;
  TlsWatch& operator=(const TlsWatch&) = delete;

  // Nothing to do for a listener of plain text.
  void Start();

 private:
  void Look();

  const TlsFiles files_;
  std::atomic<std::int64_t>& expiry_;
  const std::function<absl::Status(const TlsTexts&)> replace_;
  const std::function<void(std::string_view)> warn_;
  TlsTexts present_;
  std::string warned_;
  Pacer pacer_;
  std::thread thread_;
};

}  // namespace replyguard::service
