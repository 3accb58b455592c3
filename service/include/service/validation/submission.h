// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "service/validation/violation.h"
#include "storage/submission.h"

// The checks of what a form sent, before anything else sees it. All functions are pure: no clock,
// no I/O.
namespace replyguard::service::validation {

using Time = std::chrono::sys_time<std::chrono::microseconds>;

// Which fields a site's form requires. The body is required of every form; only other ways in,
// which have none of ours, may leave it out.
struct SiteForm {
  bool author_name = true;
  bool author_email = true;
  bool author_url = false;
  bool body = true;

  bool operator==(const SiteForm&) const = default;
};

// What Repair(), and Validate() of a header, did to one field.
struct RepairNote {
  enum class Kind {
    kCharactersReplaced,  // bad UTF-8 became U+FFFD, controls a space
    kCut,                 // over-long: cut before the character that crosses the limit
    kDropped,             // no valid email, URL, address, language, time: emptied
    kCompleted,           // a URL without a scheme got "http://"
  };
  std::string field;
  Kind kind;

  bool operator==(const RepairNote&) const = default;
};

// Checks every field and reports every violation at once; empty means valid.
//
// First it normalises in place, so that what is counted, compared, classified and stored is the
// same text: CRLF, a lone CR and U+0085 become a newline; in single-line fields (all but the body)
// newlines and tabs become a space; white space at both ends of single-line fields is cut, as
// browsers do. The body keeps its own.
//
// Then: UTF-8; no NUL; no other C0 control but tab and newline, nor DEL, which no keyboard types
// and terminals obey (C1 controls stay: mis-encoded quotes are common); limits (limits.h); required
// fields, where nothing but white space, zero-width and other invisible characters counts as
// missing; the email by the HTML Living Standard's rule, literally (ASCII; international domains as
// punycode, as browsers send them); URLs http or https with a host and without credentials; the IP
// address v4 or v6 in textual form, no port, no zone; thread key, parent, language, times. A field
// that is not text (bad UTF-8, control characters) is not checked further.
//
// `now` bounds submit_time. `path` is what field names begin with. Descriptions never hold a
// submitted value. Cost: linear; about 0.1 ms for the longest body.
Violations Validate(storage::Submission& submission, const SiteForm& form, Time now,
                    std::string_view path = "submission.", std::vector<RepairNote>* cuts = nullptr);

// The same for the fields that an edit holds.
Violations Validate(storage::SubmissionEdit& edit, const SiteForm& form,
                    std::string_view path = "submission.");

// Makes a submission of an Akismet client or an importer valid as far as it can, and says what it
// did, instead of refusing. Afterwards Validate() with a form that requires nothing finds nothing
// but a missing body or thread.
std::vector<RepairNote> Repair(storage::Submission& submission, Time now);

// "CUT" and so on: for the record kept with the comment.
std::string_view RepairKindName(RepairNote::Kind kind);

// "body: CUT, author_url: DROPPED"; empty for none.
std::string RepairText(const std::vector<RepairNote>& notes);

}  // namespace replyguard::service::validation
