// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// What has a name on the disk. Functions without state; errno says why one fails.
#pragma once

#include <string>

namespace replyguard::service {

// After a link or a rename the folder knows the new name, but a power cut forgets it: this waits
// until the folder of `path` is on the disk, as fsync(2) does for a file's contents. False: it
// could not be, and errno says why; a file system that knows no such thing for folders passes.
bool SyncFolderOf(const std::string& path);

// Renames within a folder, and waits for the name. False: nothing is promised, errno says why.
bool RenameDurably(const std::string& from, const std::string& to);

}  // namespace replyguard::service
