// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "service/import/source.h"

// The fields of our own formats, JSON lines and CSV, by their names.
namespace replyguard::service::importing {

// Whether there is a field of this name (in lower case), and whether it is the comment's text.
bool IsField(std::string_view name);
bool IsTextField(std::string_view name);

// Adds the name of a field that is none here, while there are fewer than kUnreadNamesMax; one that
// whoever exchanged names and values made of a text stays untold.
void NoteUnread(std::string_view name, std::set<std::string>& unread);

// What is known so far.
struct RowDraft {
  Row row;
  std::string label;
  std::string status;
  std::optional<std::chrono::seconds> thread_age;
  std::optional<std::chrono::sys_time<std::chrono::microseconds>> labelled_at;
};

// Puts the values of one comment together.
class RowBuilder {
 public:
  // Takes the value of a field; of several names for one field the first that holds something
  // counts. Unknown names and what is no time, number and so on are passed over. The caller wipes
  // its own copy of the value.
  void Set(std::string_view name, std::string_view value);
  // label counts; without one, status: approved is ham, spam is spam. A label that is neither spam
  // nor ham nor none makes it a row to skip.
  Row Build(std::int64_t line) &&;

 private:
  RowDraft draft_;
};

}  // namespace replyguard::service::importing
