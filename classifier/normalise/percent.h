// Percent encoding and quoted-printable, which differ by their sign.
//
// Thread-safety: pure functions.
#pragma once

#include <cstddef>
#include <string_view>

#include "normalise/decoded.h"

namespace replyguard::classifier {

// `%66` of an ASCII letter or digit, all bytes of another character, and in quoted-printable `=66`.
// REQUIRES: utf8[begin] is the sign.
Decoded DecodePercent(std::string_view utf8, std::size_t begin);
// The same of any character of ASCII that is seen, or a blank. REQUIRES: within such a row.
Decoded DecodePercentSign(std::string_view utf8, std::size_t begin);
// `%u0062`. REQUIRES: utf8[begin] == '%'.
Decoded DecodePercentUtf16(std::string_view utf8, std::size_t begin);
// The end of the letters and digits in percent encoding that begin here, if there are so many of
// them or stand so in a URL that they can be nothing else, or the text has `met_one`; else 0.
std::size_t PercentRunEnd(std::string_view utf8, std::size_t begin, bool met_one);
// The same of quoted-printable, by their number alone.
std::size_t QuotedRunEnd(std::string_view utf8, std::size_t begin);

}  // namespace replyguard::classifier
