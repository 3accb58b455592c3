// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <vector>

namespace replyguard::service::cli {

// The terminal on standard input and output while a program takes single keys from it: its
// alternate screen, without echo and line editing. It is as it was before once this object is gone,
// and also after SIGINT, SIGTERM, SIGHUP, SIGQUIT, a stop (Ctrl-Z) and whatever crashes the
// process; only SIGKILL leaves it raw. At most one at a time; one thread but for Wake.
class Terminal {
 public:
  enum class Event {
    kKey,      // key() holds it
    kWake,     // somebody called Wake
    kResize,   // size() has changed, or the program was continued: draw again
    kTimeout,  // nothing happened
    kEnd,      // the user or the system wants the program to end, or the terminal is gone
  };
  struct Size {
    std::size_t rows;
    std::size_t columns;
  };

  // Null, and everything as it was, when standard input or output is no terminal.
  static std::unique_ptr<Terminal> Open();
  virtual ~Terminal() = default;
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;

  // Waits at most so long.
  virtual Event Wait(std::chrono::milliseconds timeout) = 0;
  // One character of UTF-8, or a name: "up", "down", "page-up", "page-down", "home", "end",
  // "escape", "enter", "backspace".
  virtual const std::string& key() const = 0;
  // At least 1 by 1.
  virtual Size size() const = 0;
  // Replaces what is shown. Lines that do not fit in number are left out; each must fit in width.
  virtual void Draw(const std::vector<std::string>& lines) = 0;
  // Ends a Wait, the present or the next one. From any thread.
  virtual void Wake() = 0;
  // The signal that asked for the end; 0 for none.
  virtual int signal() const = 0;

 protected:
  Terminal() = default;
};

}  // namespace replyguard::service::cli
