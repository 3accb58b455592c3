// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/app/starter.h"

#include <cerrno>
#include <fstream>
#include <system_error>

#include "absl/strings/str_cat.h"

namespace replyguard::service {

absl::StatusOr<std::shared_ptr<const classifier::Starter>> ReadStarter(const std::string& choice) {
  if (choice == kStarterNone) return std::shared_ptr<const classifier::Starter>();
  const auto refused = [&](std::string_view why) {
    return absl::InvalidArgumentError(
        absl::StrCat("starter model ", choice, ": ", absl::string_view(why.data(), why.size())));
  };
  const auto checked = [&](absl::StatusOr<std::shared_ptr<const classifier::Starter>> starter)
      -> absl::StatusOr<std::shared_ptr<const classifier::Starter>> {
    if (starter.ok()) return starter;
    const auto message = starter.status().message();
    return refused({message.data(), message.size()});
  };
  if (choice == kStarterShipped) return checked(classifier::Starter::Shipped());

  errno = 0;
  std::ifstream file(choice, std::ios::binary);
  // One byte more than there may be tells a file that is too large.
  std::string bytes(classifier::kStarterBytesMax + 1, '\0');
  file.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  if (file.gcount() == 0) {
    return refused(errno == 0 ? "is empty" : std::generic_category().message(errno));
  }
  bytes.resize(static_cast<std::size_t>(file.gcount()));
  if (bytes.size() > classifier::kStarterBytesMax) return refused("is too large for one");
  return checked(classifier::Starter::Parse(bytes));
}

}  // namespace replyguard::service
