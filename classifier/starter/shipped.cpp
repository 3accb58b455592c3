// The starter model that every binary carries; starter.S holds its bytes.
#include <cstddef>
#include <string_view>

#include "classifier/starter.h"

extern "C" {
extern const char kReplyguardStarterBegin[];
extern const char kReplyguardStarterEnd[];
}

namespace replyguard::classifier {

absl::StatusOr<std::shared_ptr<const Starter>> Starter::Shipped() {
  static const auto kShipped =
      Parse({kReplyguardStarterBegin,
             static_cast<std::size_t>(kReplyguardStarterEnd - kReplyguardStarterBegin)});
  return kShipped;
}

}  // namespace replyguard::classifier
