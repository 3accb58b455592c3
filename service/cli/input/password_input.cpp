// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/cli/input/password_input.h"

#include <termios.h>
#include <unistd.h>

#include <utility>

#include "service/cli/input/input_file.h"

namespace replyguard::service::cli {
namespace {

// Keeps the terminal from showing what is typed, for a scope.
class Unseen {
 public:
  Unseen() {
    good_ = tcgetattr(STDIN_FILENO, &before_) == 0;
    termios unseen = before_;
    unseen.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    if (good_) good_ = tcsetattr(STDIN_FILENO, TCSAFLUSH, &unseen) == 0;
  }
  ~Unseen() {
    if (good_) tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_);
  }
  Unseen(const Unseen&) = delete;
  Unseen& operator=(const Unseen&) = delete;
  bool good() const { return good_; }

 private:
  termios before_{};
  bool good_ = false;
};

absl::StatusOr<std::string> Line(std::istream& in) {
  std::string line;
  if (!std::getline(in, line)) return absl::InvalidArgumentError("there is no password to read");
  if (!line.empty() && line.back() == '\r') line.pop_back();
  return line;
}

}  // namespace

absl::StatusOr<std::string> ReadPassword(const std::string& path, std::istream& in,
                                         std::ostream& err) {
  if (!path.empty()) {
    auto file = InputFile::Open(path, in);
    if (!file.ok()) return file.status();
    return Line(file->stream());
  }
  const Unseen unseen;
  if (isatty(STDIN_FILENO) == 0 || !unseen.good()) {
    return absl::InvalidArgumentError(
        "no terminal to ask for the password: give --password-file FILE, or - for standard input");
  }
  err << "Password: " << std::flush;
  auto first = Line(in);
  err << "\nAgain: " << std::flush;
  auto second = Line(in);
  err << "\n" << std::flush;
  if (!first.ok() || !second.ok()) return first.ok() ? second : first;
  if (*first != *second) return absl::InvalidArgumentError("they differ; nothing was done");
  return first;
}

}  // namespace replyguard::service::cli
