// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace replyguard::service::cli {

// How far an import came, so that the next run of it sends nothing again that a server has
// acknowledged and goes on under the same name. A small file of mode 0600 under
// $XDG_STATE_HOME/replyguard/imports for each archive, server and site; it ends with the import.
// Losing it costs time and nothing else: ids make a second lesson none. One thread.
class ImportState {
 public:
  struct Progress {
    std::string name;         // of the import
    std::int64_t taught = 0;  // labelled comments from the archive's beginning on
  };

  // What it is about: an archive that has changed since (its size or time), another server, site or
  // format begins anew. Without a regular file or a home there is no state.
  ImportState(const std::function<std::string(const char*)>& environment, const std::string& file,
              const std::string& about);

  // Nothing when there is none.
  std::optional<Progress> Load() const;
  // Failing is no error: see above.
  void Save(const Progress& progress) const;
  void Forget() const;

 private:
  std::string path_;  // empty: none
};

}  // namespace replyguard::service::cli
