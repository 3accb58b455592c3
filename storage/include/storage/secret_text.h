// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <ostream>
#include <string>
#include <string_view>

namespace replyguard::storage {

// A short text that must not outlive its use: a plain email or IP address. It lives on the heap
// only (so that moving it leaves no copy behind in a small-string buffer), is overwritten with
// zeros when destroyed, moved from or assigned, and cannot be copied, compared with == or printed:
// every reading says Reveal().
//
// Thread-safety: as a std::string: const calls may run concurrently.
class SecretText {
 public:
  SecretText() = default;
  // Copies `text`. The caller's own copy is the caller's to wipe (see WipeString).
  explicit SecretText(std::string_view text);
  ~SecretText();
  SecretText(SecretText&& other) noexcept;
  SecretText& operator=(SecretText&& other) noexcept;
  SecretText(const SecretText&) = delete;
  SecretText& operator=(const SecretText&) = delete;

  // The plain text; valid until this object changes or dies.
  std::string_view Reveal() const { return {bytes_.get(), size_}; }
  bool empty() const { return size_ == 0; }
  std::size_t size() const { return size_; }
  // Overwrites and forgets the text.
  void Wipe();

 private:
  std::unique_ptr<char[]> bytes_;
  std::size_t size_ = 0;
};

// Not printable, on purpose.
std::ostream& operator<<(std::ostream&, const SecretText&) = delete;

// Overwrites the whole capacity of `text` with zeros and makes it empty.
void WipeString(std::string& text);

}  // namespace replyguard::storage
