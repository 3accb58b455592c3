// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// The hashes of a submission that is still needed in the plain: to look up whether it came before.
#pragma once

#include <vector>

#include "storage/author_keyring.h"
#include "storage/submission.h"

namespace replyguard::storage {

// As those of the MaskedComment that Mask() would make of it, in the same order of keys.
struct SubmissionHashes {
  std::vector<KeyedHash> author;
  std::vector<KeyedHash> body;
};

// Pure; the submission stays as it is. REQUIRES: site_id is set and the texts are normalised.
SubmissionHashes HashesOf(const Submission& submission, const AuthorKeyring& keyring);

// The same of every field together; masks nothing.
std::vector<KeyedHash> RequestHashesOf(const Submission& raw, const AuthorKeyring& keyring);

}  // namespace replyguard::storage
