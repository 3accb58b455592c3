// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <utility>

#include "service/rpc/dispatch/method_table.h"
#include "service/usecases/events/subscription.h"

namespace replyguard::service::rpc {

// A use case's subscription as a transport reads it. `convert(batch, response)` makes a message of
// a batch.
template <typename Batch, typename Response, typename Convert>
class SubscriptionSource final : public StreamSource {
 public:
  SubscriptionSource(std::shared_ptr<Subscription<Batch>> subscription, Convert convert)
      : subscription_(std::move(subscription)), convert_(std::move(convert)) {}
  ~SubscriptionSource() override { subscription_->Cancel(); }

  bool Next(google::protobuf::Message& response) override {
    std::optional<Batch> batch = subscription_->Take();
    if (!batch) return false;
    convert_(*batch, static_cast<Response&>(response));
    return true;
  }
  absl::Status end_status() const override { return subscription_->end_status(); }
  void Cancel() override { subscription_->Cancel(); }

 private:
  std::shared_ptr<Subscription<Batch>> subscription_;
  Convert convert_;
};

template <typename Response, typename Batch, typename Convert>
absl::StatusOr<std::unique_ptr<StreamSource>> MakeSource(
    absl::StatusOr<std::shared_ptr<Subscription<Batch>>> subscription, Convert convert) {
  if (!subscription.ok()) return subscription.status();
  return std::make_unique<SubscriptionSource<Batch, Response, Convert>>(*std::move(subscription),
                                                                        std::move(convert));
}

}  // namespace replyguard::service::rpc
