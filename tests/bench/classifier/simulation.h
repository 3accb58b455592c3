// What the simulations share: streams of labelled JSON lines, with their features extracted once
// for all runs.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "classifier/features.h"
#include "classifier/fold.h"
#include "classifier/label.h"

namespace replyguard::bench {

inline constexpr classifier::SiteId kSite = 1;
// Those of a new site's policy.
inline constexpr double kApproveThreshold = 0.2;
inline constexpr double kSpamThreshold = 0.9;

struct Comment {
  classifier::Features features;
  bool spam = false;
  std::uint64_t text = 0;  // equal for equal texts
};

struct Stream {
  std::string name;
  std::vector<Comment> comments;
};

struct Flags {
  std::vector<std::string> files;
  int seeds = 20;
};

// FOLDER|FILE... [--seeds N]; false for anything else.
bool ParseFlags(int argc, char** argv, Flags* flags);

absl::StatusOr<Stream> ReadStream(const std::string& path);

// The comments' indexes in an order of the seed's.
std::vector<std::size_t> Shuffled(std::size_t size, unsigned seed);

// A model that learns one comment after the other.
class Learning {
 public:
  classifier::Result Score(const Comment& comment) const;
  void Learn(const Comment& comment);

 private:
  classifier::Fold fold_;
  std::uint64_t position_ = 0;
};

}  // namespace replyguard::bench
