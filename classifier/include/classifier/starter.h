// What a fresh installation knows of spam before anybody has labelled a comment.
//
// A starter model has chapters, one for each kind of text it was made from. A chapter is the token
// statistics of a trained site: which features how many spam and ham comments held, and the weights
// that were fitted on them; hashes and counts, no text. Each chapter is one more input of every
// site's score, with a weight that the site's own labels decide.
//
// Thread-safety: immutable once made.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "classifier/label.h"

namespace replyguard::classifier {

class Fold;

inline constexpr std::size_t kStarterBytesMax = 2 * 1024 * 1024;
inline constexpr std::size_t kStarterChaptersMax = 4;

class Starter {
 public:
  struct Impl;  // private to the classifier

  explicit Starter(std::shared_ptr<const Impl> impl);

  // DataLoss: torn or altered bytes. FailedPrecondition: made for another extractor version. Never
  // allocates more than a small multiple of the bytes' size.
  static absl::StatusOr<std::shared_ptr<const Starter>> Parse(std::string_view bytes);

  // The one that the library carries (starter/starter.model), parsed once. FailedPrecondition: it
  // was made for another extractor version, and deploy/starter has to make it again.
  static absl::StatusOr<std::shared_ptr<const Starter>> Shipped();

  // A digest of its bytes, never 0: tells one starter model from another.
  std::uint32_t id() const;
  // Labels that all chapters together were made from.
  std::uint64_t spam() const;
  std::uint64_t ham() const;

  const Impl& impl() const { return *impl_; }

 private:
  std::shared_ptr<const Impl> impl_;
};

struct StarterChapter {
  SiteId site = 0;   // what the fold knows of this site
  double trust = 1;  // what its say is multiplied by, above 0 and at most 1
};

// The bytes of a starter model made from what `fold` knows of some sites: the features held by most
// comments, as many as fit into kStarterBytesMax, and none that a single comment held.
// REQUIRES: at most kStarterChaptersMax chapters; the fold itself has no starter model.
std::string MakeStarter(const Fold& fold, std::span<const StarterChapter> chapters);

}  // namespace replyguard::classifier
