// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/metrics/exposition.h"

#include <prometheus/collectable.h>
#include <prometheus/exposer.h>
#include <prometheus/metric_family.h>

#include <exception>
#include <string>
#include <utility>
#include <vector>

namespace replyguard::service::metrics {
namespace {

// A scrape takes a thread, and so does whoever connects and says nothing, until his time is over:
// the library's own 30 s and two threads let three of them keep all scrapes out.
constexpr char kThreads[] = "16";
constexpr char kRequestTimeoutMs[] = "1000";

std::vector<std::string> OptionsOf(const std::string& address) {
  return {"listening_ports",    address,           "num_threads",       kThreads,
          "request_timeout_ms", kRequestTimeoutMs, "enable_keep_alive", "no"};
}

class Collected final : public prometheus::Collectable {
 public:
  explicit Collected(const Registry& registry) : registry_(registry) {}
  std::vector<prometheus::MetricFamily> Collect() const override { return registry_.Families(); }

 private:
  const Registry& registry_;
};

class HttpExposition final : public Exposition {
 public:
  // Throws when the address cannot be listened on.
  HttpExposition(std::string host, const std::string& address, const Registry& registry)
      : host_(std::move(host)),
        collected_(std::make_shared<Collected>(registry)),
        exposer_(OptionsOf(address)) {
    exposer_.RegisterCollectable(collected_);
  }

  std::string address() const override {
    const std::vector<int> ports = exposer_.GetListeningPorts();
    return host_ + ":" + std::to_string(ports.empty() ? 0 : ports.front());
  }

 private:
  const std::string host_;
  const std::shared_ptr<Collected> collected_;
  prometheus::Exposer exposer_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<Exposition>> Expose(const std::string& address,
                                                   const Registry& registry) {
  const std::size_t colon = address.rfind(':');
  // The library's own syntax knows lists, TLS and unix sockets; none of these is meant.
  if (colon == std::string::npos || colon == 0 ||
      address.find_first_of(",+ ") != std::string::npos || address.starts_with("unix:")) {
    return absl::InvalidArgumentError("metrics.listen is host:port or [v6]:port");
  }
  try {
    return std::make_unique<HttpExposition>(address.substr(0, colon), address, registry);
  } catch (const std::exception&) {
    // What the library says names neither the address nor the reason.
    return absl::UnavailableError("cannot listen on " + address +
                                  " for metrics: the host is to be a number and the port free");
  }
}

}  // namespace replyguard::service::metrics
