// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "service/app/durable.h"
#include "service/app/hmac_retirement.h"
#include "service/app/secret_files.h"
#include "service/app/secrets.h"
#include "storage/author_keyring.h"
#include "storage/secret_text.h"

namespace replyguard::service {
namespace {

// A line of the file that is a key.
struct KeyLine {
  std::size_t line = 0;  // its number, from 0
  std::int32_t id = 0;
  bool writes = false;
};

// A key file that is known to be good, as lines; wiped when it goes.
struct KeyFile {
  std::string path;
  std::vector<std::string> lines;
  std::vector<KeyLine> keys;

  ~KeyFile() {
    for (std::string& line : lines) storage::WipeString(line);
  }
  // A staged key's id is above that of the one that writes.
  const KeyLine* Staged() const {
    const auto writes =
        std::find_if(keys.begin(), keys.end(), [](auto& key) { return key.writes; });
    const auto newest =
        std::max_element(keys.begin(), keys.end(), [](auto& a, auto& b) { return a.id < b.id; });
    return newest->id > writes->id ? &*newest : nullptr;
  }
};

absl::Status Read(const std::string& secrets_dir, KeyFile& file) {
  // Checks it all.
  if (auto secrets = ReadSecrets(secrets_dir); !secrets.ok()) return secrets.status();
  file.path = secrets_dir + kHmacFile;
  absl::StatusOr<std::string> text = ReadSecretFile(file.path);
  if (!text.ok()) return text.status();
  for (const auto line : absl::StrSplit(*text, '\n')) file.lines.emplace_back(line);
  storage::WipeString(*text);
  while (!file.lines.empty() && file.lines.back().empty()) file.lines.pop_back();
  for (std::size_t i = 0; i < file.lines.size(); ++i) {
    if (file.lines[i].empty() || file.lines[i].front() == '#') continue;
    const std::vector<std::string> words = absl::StrSplit(file.lines[i], ' ', absl::SkipEmpty());
    KeyLine key{i, 0, words.front() == "write"};
    if (words.size() != 3 || !absl::SimpleAtoi(words[1], &key.id)) {
      return absl::InternalError("a key file that reads does not split");
    }
    file.keys.push_back(key);
  }
  return absl::OkStatus();
}

// Whole or not at all, with the owner and the mode of the one before.
absl::Status Replace(const KeyFile& file) {
  const std::string temporary = file.path + ".new";
  unlink(temporary.c_str());
  std::string text;
  for (const std::string& line : file.lines) absl::StrAppend(&text, line, "\n");
  absl::Status status = CreateSecretFile(temporary, std::move(text));
  if (!status.ok()) return status;
  struct stat before {};
  const bool same = stat(file.path.c_str(), &before) == 0 &&
                    chmod(temporary.c_str(), before.st_mode & (S_IRWXU | S_IRWXG)) == 0 &&
                    (geteuid() != 0 || chown(temporary.c_str(), before.st_uid, before.st_gid) == 0);
  if (same && RenameDurably(temporary, file.path)) return absl::OkStatus();
  const int error = errno;
  unlink(temporary.c_str());
  return absl::UnavailableError(
      absl::StrCat(file.path, ": ", std::generic_category().message(error)));
}

// "keep 2 ..." as "write 2 ...", or the other way.
void Rename(std::string& line, std::string_view from, std::string_view to) {
  line.replace(line.find(from), from.size(), to);
}

// Reads the file and finds the key's line in it.
absl::StatusOr<std::size_t> FindDroppable(const std::string& secrets_dir, std::int32_t key_id,
                                          KeyFile& file) {
  if (absl::Status status = Read(secrets_dir, file); !status.ok()) return status;
  const auto found =
      std::find_if(file.keys.begin(), file.keys.end(), [&](auto& key) { return key.id == key_id; });
  if (found == file.keys.end()) {
    return absl::NotFoundError(absl::StrCat(file.path, " holds no key ", key_id));
  }
  if (found->writes) {
    return absl::FailedPreconditionError(
        absl::StrCat("key ", key_id, " is the one that writes: rotate first"));
  }
  if (const KeyLine* staged = file.Staged(); staged != nullptr && staged->id == key_id) {
    return absl::FailedPreconditionError(absl::StrCat("key ", key_id, " is staged, not old"));
  }
  return found->line;
}

}  // namespace

absl::Status CheckDropHmacKey(const std::string& secrets_dir, std::int32_t key_id) {
  KeyFile file;
  return FindDroppable(secrets_dir, key_id, file).status();
}

absl::Status DropHmacKey(const std::string& secrets_dir, std::int32_t key_id) {
  KeyFile file;
  const auto line = FindDroppable(secrets_dir, key_id, file);
  if (!line.ok()) return line.status();
  storage::WipeString(file.lines[*line]);
  file.lines.erase(file.lines.begin() + static_cast<std::ptrdiff_t>(*line));
  return Replace(file);
}

absl::StatusOr<std::int32_t> StageHmacKey(const std::string& secrets_dir) {
  KeyFile file;
  if (absl::Status status = Read(secrets_dir, file); !status.ok()) return status;
  if (const KeyLine* staged = file.Staged(); staged != nullptr) {
    return absl::FailedPreconditionError(
        absl::StrCat("key ", staged->id, " is staged already: activate it"));
  }
  if (file.keys.size() >= storage::kHmacKeysMax) {
    return absl::FailedPreconditionError(
        absl::StrCat("there are ", file.keys.size(),
                     " keys, as many as there may be: the oldest "
                     "must go first, and with it who wrote under it cannot be found by address"));
  }
  std::int32_t id = 0;
  for (const KeyLine& key : file.keys) id = std::max(id, key.id);
  if (++id > storage::kHmacKeyIdMax) {
    return absl::FailedPreconditionError("there are no ids left");
  }
  std::string text = storage::AuthorKeyring::NewFileText(id);
  for (const auto line : absl::StrSplit(text, '\n')) {
    if (line.substr(0, 5) != "write") continue;
    file.lines.emplace_back(line);
    Rename(file.lines.back(), "write", "keep");
  }
  storage::WipeString(text);
  if (absl::Status status = Replace(file); !status.ok()) return status;
  return id;
}

absl::StatusOr<std::int32_t> ActivateHmacKey(const std::string& secrets_dir) {
  KeyFile file;
  if (absl::Status status = Read(secrets_dir, file); !status.ok()) return status;
  const KeyLine* staged = file.Staged();
  if (staged == nullptr) return absl::FailedPreconditionError("no key is staged: stage one first");
  for (const KeyLine& key : file.keys) {
    if (key.writes) Rename(file.lines[key.line], "write", "keep");
  }
  Rename(file.lines[staged->line], "keep", "write");
  if (absl::Status status = Replace(file); !status.ok()) return status;
  return staged->id;
}

}  // namespace replyguard::service
