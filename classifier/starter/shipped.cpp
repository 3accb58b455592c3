// The starter model that every binary carries; starter.S holds its bytes.
#include <cstddef>
#include <string_view>

#include "classifier/starter.h"

extern "C" {
extern const char replyguard_starter_begin[];
extern const char replyguard_starter_end[];
}

namespace replyguard::classifier {

absl::StatusOr<std::shared_ptr<const Starter>> Starter::Shipped() {
  static const auto kShipped =
      Parse({replyguard_starter_begin,
             static_cast<std::size_t>(replyguard_starter_end - replyguard_starter_begin)});
  return kShipped;
}

}  // namespace replyguard::classifier
