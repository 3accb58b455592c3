// What all sharing sites together know.
#pragma once

#include <cstdint>
#include <functional>

#include "model/window.h"
#include "weights/knowledge.h"

namespace replyguard::classifier {

// A feature is common only once so many sites have it and, on one of them, so many authors: what
// one person or one site writes stays there. Two sites may know one person by two keys, so authors
// are told apart within a site only. Authors without a known key count as one.
inline constexpr std::uint32_t kCommonSitesMin = 3;
inline constexpr std::uint32_t kCommonAuthorsMin = 3;

// From the newest labels of the sites that `shares` names, with prior weights. Counts are of these
// labels. A function of the arguments alone; what is no longer in the window is forgotten.
Knowledge GatherCommon(const Window& window, const std::function<bool(SiteId)>& shares);

}  // namespace replyguard::classifier
