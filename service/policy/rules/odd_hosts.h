// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string_view>

namespace replyguard::service::policy {

// Reads on where a host ends, or none is: what browsers may still read as of it. All that is asked
// together is linear. The text must live as long. REQUIRES: `at` is where a character of the text
// begins, and does not shrink from call to call.
class OddHosts {
 public:
  explicit OddHosts(std::string_view text) : text_(text) {}

  // Where what browsers may read as a link's mailbox and host, odd characters included, ends.
  std::size_t EndAt(std::size_t at);

  // Whether characters up to a dot and what may be a label follow: browsers may read them as part
  // of the host before, as references that are not known here or by mapping them to others, even to
  // its last letters.
  bool GoesOnToLabel(std::size_t at);

  // Whether an "@" follows that ends a mailbox to browsers and is not seen here, or may not be.
  bool GoesOnToMailbox(std::size_t at);

  // Whether any "@" follows: what was before it is no host to browsers.
  bool GoesOnToSign(std::size_t at);

  // Whether what follows a host in plain text is rather its sentence's.
  bool IsOfSentence(std::size_t at);

 private:
  // Where one of `chars` stands from `at` on, each looked for once.
  std::size_t Next(std::size_t& next, std::string_view chars, std::size_t at) const;
  // Where the next label begins that follows a dot, both from `at` on; looked for once.
  std::size_t NextLabel(std::size_t at);
  // Whether what may be a host from `at` on has any; looked for once.
  bool HasAscii(std::size_t at);

  std::string_view text_;
  std::size_t end_ = 0;  // of what may be one host
  std::size_t next_ascii_ = 0;
  std::size_t next_dot_ = 0;  // that a label follows
  std::size_t next_label_ = 0;
  std::size_t next_divider_ = 0;
  std::size_t next_at_ = 0;
  std::size_t next_mark_ = 0;
  std::size_t next_sign_ = 0;  // behind the mark
};

}  // namespace replyguard::service::policy
