// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// The definition in a shared library that one of the program's own hides.
#pragma once

#include <dlfcn.h>

#include <atomic>
#include <cstdlib>
#include <string>

namespace replyguard::tests {

// Thread-safe, and usable before any static object is made: initialisers of libraries may call it.
template <typename Result, typename... Arguments>
class HiddenFunction {
 public:
  // `mangled` makes the symbol's name of `name` where it is not that itself.
  explicit constexpr HiddenFunction(const char* name, std::string (*mangled)(const char*) = nullptr)
      : name_(name), mangled_(mangled) {}

  // Looked up at the first call, which aborts when there is none.
  Result operator()(Arguments... arguments) {
    void* function = function_.load(std::memory_order_relaxed);
    if (function == nullptr) {
      const std::string symbol = mangled_ == nullptr ? name_ : mangled_(name_);
      function = dlsym(RTLD_NEXT, symbol.c_str());
      if (function == nullptr) std::abort();
      function_.store(function, std::memory_order_relaxed);
    }
    return reinterpret_cast<Result (*)(Arguments...)>(function)(arguments...);
  }

 private:
  const char* const name_;
  std::string (*const mangled_)(const char*);
  std::atomic<void*> function_{nullptr};
};

}  // namespace replyguard::tests
