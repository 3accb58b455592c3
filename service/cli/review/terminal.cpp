// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/cli/review/terminal.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <string_view>

namespace replyguard::service::cli {
namespace {

constexpr std::string_view kEnter = "\x1b[?1049h\x1b[?25l";  // alternate screen, no cursor
constexpr std::string_view kLeave = "\x1b[0m\x1b[?25h\x1b[?1049l";
constexpr std::array kEndings = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};
constexpr std::array kCrashes = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT};
constexpr Terminal::Size kSizeUnknown{24, 80};
constexpr int kEscapeWaitMs = 30;  // the rest of a key's sequence follows at once

// What signal handlers need: they know no object. Written before the handlers are installed.
struct Saved {
  termios before{};
  int pipe_end = -1;
};
Saved g_saved;                       // NOLINT(readability-identifier-naming)
std::atomic<bool> g_raw{false};      // NOLINT(readability-identifier-naming)
std::atomic<int> g_end_signal{0};    // NOLINT(readability-identifier-naming)
std::atomic<bool> g_stop{false};     // NOLINT(readability-identifier-naming)
std::atomic<bool> g_resized{false};  // NOLINT(readability-identifier-naming)
static_assert(std::atomic<int>::is_always_lock_free && std::atomic<bool>::is_always_lock_free);

// Safe in a signal handler.
void WriteAll(std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = write(STDOUT_FILENO, text.data(), text.size());
    if (written < 0 && errno != EINTR) return;
    if (written > 0) text.remove_prefix(static_cast<std::size_t>(written));
  }
}

// Safe in a signal handler.
void Restore() {
  if (!g_raw.exchange(false)) return;
  WriteAll(kLeave);
  tcsetattr(STDIN_FILENO, TCSANOW, &g_saved.before);
}

void MakeRaw() {
  termios raw = g_saved.before;
  raw.c_lflag &= ~static_cast<tcflag_t>(ECHO | ICANON | IEXTEN);
  raw.c_iflag &= ~static_cast<tcflag_t>(IXON | ICRNL);
  raw.c_cc[VMIN] = 0;
  raw.c_cc[VTIME] = 0;
  g_raw = true;
  tcsetattr(STDIN_FILENO, TCSANOW, &raw);
  WriteAll(kEnter);
}

void WakeUp() {
  const char byte = 0;
  // A full pipe wakes as well.
  [[maybe_unused]] const ssize_t written = write(g_saved.pipe_end, &byte, 1);
}

extern "C" void OnSignal(int signal) {
  const int error = errno;
  if (signal == SIGTSTP) {
    g_stop = true;
  } else if (signal == SIGWINCH) {
    g_resized = true;
  } else if (g_end_signal.exchange(signal) != 0) {
    // Asked for a second time: at once, whatever is still on its way.
    Restore();
    std::signal(signal, SIG_DFL);
    raise(signal);
  }
  WakeUp();
  errno = error;
}

// Once only: the handler is reset when it is entered, so that the second raise ends the process.
extern "C" void OnCrash(int signal) {
  Restore();
  raise(signal);
}

class RealTerminal final : public Terminal {
 public:
  // REQUIRES: standard input and output are a terminal, whose state is in g_saved.
  explicit RealTerminal(std::array<int, 2> pipe_ends) : pipe_(pipe_ends) {
    g_saved.pipe_end = pipe_[1];
    g_end_signal = 0;
    for (const int signal : kEndings) Install(signal, &OnSignal, 0);
    Install(SIGTSTP, &OnSignal, 0);
    Install(SIGWINCH, &OnSignal, 0);
    for (const int signal : kCrashes)
      Install(signal, &OnCrash, static_cast<int>(SA_RESETHAND | SA_NODEFER));
    MakeRaw();
  }

  ~RealTerminal() override {
    Restore();
    for (const auto& [signal, before] : before_) sigaction(signal, &before, nullptr);
    for (const int end : pipe_) close(end);
  }

  Event Wait(std::chrono::milliseconds timeout) override {
    if (!pending_.empty()) return TakeKey();
    std::array<pollfd, 2> ends = {{{STDIN_FILENO, POLLIN, 0}, {pipe_[0], POLLIN, 0}}};
    const int ready = poll(ends.data(), ends.size(), static_cast<int>(timeout.count()));
    if (g_end_signal != 0) return Event::kEnd;
    if (g_stop.exchange(false)) return Stop();
    if (g_resized.exchange(false)) return Event::kResize;
    if (ready < 0) return errno == EINTR ? Event::kTimeout : Event::kEnd;
    if ((ends[1].revents & POLLIN) != 0) {
      std::array<char, 64> bytes{};
      while (read(pipe_[0], bytes.data(), bytes.size()) > 0) {
      }
      return Event::kWake;
    }
    if (ends[0].revents == 0) return Event::kTimeout;
    return ReadInput() ? TakeKey() : Event::kEnd;
  }

  const std::string& key() const override { return key_; }
  int signal() const override { return g_end_signal; }
  void Wake() override { WakeUp(); }

  Size size() const override {
    winsize window{};
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &window) != 0 || window.ws_row == 0 ||
        window.ws_col == 0) {
      return kSizeUnknown;
    }
    return {window.ws_row, window.ws_col};
  }

  void Draw(const std::vector<std::string>& lines) override {
    std::string text = "\x1b[H";
    const std::size_t rows = std::min(lines.size(), size().rows);
    for (std::size_t i = 0; i < rows; ++i) {
      text.append(lines[i]).append("\x1b[0m\x1b[K").append(i + 1 < rows ? "\r\n" : "");
    }
    WriteAll(text.append("\x1b[J"));
  }

 private:
  void Install(int signal, void (*handler)(int), int flags) {
    struct sigaction action {};
    action.sa_handler = handler;
    action.sa_flags = flags;
    sigemptyset(&action.sa_mask);
    struct sigaction before {};
    sigaction(signal, &action, &before);
    before_.emplace_back(signal, before);
  }

  // Ctrl-Z: the shell gets its terminal as it was, and when we are continued we take it again.
  static Event Stop() {
    Restore();
    raise(SIGSTOP);
    MakeRaw();
    return Event::kResize;
  }

  // False when the terminal is gone.
  bool ReadInput() {
    std::array<char, 256> bytes{};
    const ssize_t count = read(STDIN_FILENO, bytes.data(), bytes.size());
    if (count <= 0) return count < 0 && errno == EINTR;
    pending_.append(bytes.data(), static_cast<std::size_t>(count));
    return true;
  }

  // What an escape sequence stands for; "" for what we do not know.
  static std::string NameOf(std::string_view sequence) {
    constexpr std::array<std::pair<std::string_view, const char*>, 10> kNames = {
        {{"[A", "up"},
         {"[B", "down"},
         {"OA", "up"},
         {"OB", "down"},
         {"[5~", "page-up"},
         {"[6~", "page-down"},
         {"[H", "home"},
         {"[F", "end"},
         {"[1~", "home"},
         {"[4~", "end"}}};
    for (const auto& [known, name] : kNames) {
      if (sequence == known) return name;
    }
    return "";
  }

  Event TakeKey() {
    key_.clear();
    if (pending_.empty()) return Event::kTimeout;
    const char first = pending_.front();
    std::size_t taken = 1;
    if (first == '\x1b') {
      taken = EscapeSize();
      key_ = taken == 1 ? "escape" : NameOf(std::string_view(pending_).substr(1, taken - 1));
    } else if (first == '\r' || first == '\n') {
      key_ = "enter";
    } else if (first == '\x7f' || first == '\b') {
      key_ = "backspace";
    } else {
      while (taken < pending_.size() &&
             (static_cast<std::uint8_t>(pending_[taken]) & 0xC0U) == 0x80)
        ++taken;
      key_ = pending_.substr(0, taken);
    }
    pending_.erase(0, taken);
    return Event::kKey;
  }

  // The length of the sequence that pending_ begins with; 1 for the key Escape alone.
  std::size_t EscapeSize() {
    if (pending_.size() == 1) {
      pollfd input{STDIN_FILENO, POLLIN, 0};
      if (poll(&input, 1, kEscapeWaitMs) > 0) ReadInput();
    }
    if (pending_.size() == 1 || (pending_[1] != '[' && pending_[1] != 'O')) return 1;
    std::size_t end = 2;
    while (end < pending_.size() && (pending_[end] < '@' || pending_[end] > '~')) ++end;
    return std::min(end + 1, pending_.size());
  }

  const std::array<int, 2> pipe_;
  std::vector<std::pair<int, struct sigaction>> before_;
  std::string pending_;  // typed and not yet taken
  std::string key_;
};

}  // namespace

std::unique_ptr<Terminal> Terminal::Open() {
  if (isatty(STDIN_FILENO) == 0 || isatty(STDOUT_FILENO) == 0) return nullptr;
  if (tcgetattr(STDIN_FILENO, &g_saved.before) != 0) return nullptr;
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC | O_NONBLOCK) != 0) return nullptr;
  return std::make_unique<RealTerminal>(ends);
}

}  // namespace replyguard::service::cli
