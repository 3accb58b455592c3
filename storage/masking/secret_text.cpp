// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "storage/secret_text.h"

#include <sodium.h>

#include <cstring>
#include <utility>

#include "storage/submission.h"

namespace replyguard::storage {

SecretText::SecretText(std::string_view text)
    : bytes_(text.empty() ? nullptr : std::make_unique<char[]>(text.size())), size_(text.size()) {
  if (!text.empty()) std::memcpy(bytes_.get(), text.data(), text.size());
}

SecretText::~SecretText() { Wipe(); }

SecretText::SecretText(SecretText&& other) noexcept
    : bytes_(std::move(other.bytes_)), size_(std::exchange(other.size_, 0)) {}

SecretText& SecretText::operator=(SecretText&& other) noexcept {
  if (this != &other) {
    Wipe();
    bytes_ = std::move(other.bytes_);
    size_ = std::exchange(other.size_, 0);
  }
  return *this;
}

void SecretText::Wipe() {
  if (bytes_) sodium_memzero(bytes_.get(), size_);
  bytes_.reset();
  size_ = 0;
}

void WipeString(std::string& text) {
  // Growing to the capacity never reallocates and makes every byte of the buffer ours to write.
  text.resize(text.capacity());
  sodium_memzero(text.data(), text.size());
  text.clear();
}

Submission::~Submission() {
  for (std::string* text : {&author_name, &author_url, &body, &user_agent, &referrer, &honeypot,
                            &thread_uri, &thread_title}) {
    WipeString(*text);
  }
}

SubmissionEdit::~SubmissionEdit() {
  for (std::optional<std::string>* text : {&body, &author_name, &author_url}) {
    if (text->has_value()) WipeString(**text);
  }
}

}  // namespace replyguard::storage
