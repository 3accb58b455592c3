// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <utility>

namespace replyguard::storage {

// A text in which email addresses are masked; its only maker is MaskText(). Notes and reports are
// stored as this.
class MaskedText {
 public:
  MaskedText() = default;
  const std::string& text() const { return text_; }
  // Whether masking changed what was given.
  bool changed() const { return changed_; }

 private:
  friend MaskedText MaskText(std::string_view text);
  MaskedText(std::string text, bool changed) : text_(std::move(text)), changed_(changed) {}
  std::string text_;
  bool changed_ = false;
};

// Masks every email address in `text` to its first letter or digit and its domain:
// "j***@example.org".
//
// The text is read as a reader, a browser or a mail program would take it, and what is an address
// there is masked in the original. An address is local@domain.tld, also
// - with any character escaped: %40, %u0040, &#64; &commat; \@ \x40 \u0040 \100 =40, each kind in
//   any other, any number of times; or in a compatibility form (full-width, mathematical, U+2024);
// - with invisible characters anywhere inside: zero-width, soft hyphens, bidirectional controls;
// - split by markup: HTML's inline tags and comments, [b], emphasis (*me*@*example.org*);
// - with @ or dot in brackets, as a sign or a word: (at) [at] {@} <at> [dot] (.);
// - with spaces or line ends on both sides of the @ or after it, with several @ or two dots;
// - in words between spaces, before one of the usual ends of a domain: john at example dot com,
//   john -at- example -dot- com, john@example dot com, john@example,com; or with a space behind
//   every character, on one side of the @ or both; an underscore is a space
//   (john_at_example_dot_com), and where anybody gets a mailbox a plain dot will do: john at
//   gmail.com;
// - shown from right to left (U+202E), and so written backwards; the mask is written as it is read;
// - international: any letters in the local part and the domain, any full stop as a dot;
// - with a quoted or bracketed local part ("john doe"@example.org) of at most 128 characters;
// - with an IPv4 domain or an address literal (john@[192.0.2.1], john@[IPv6:2001:db8::1]).
// What is masked is written plainly, whatever way it was written before.
//
// These stay: user@host without a dot; git@host:path and ssh://git@host; @handle, also with dots
// (@john.doe) and in a path (example.org/@handle); name@1.2.3 (a version or a price: a domain does
// not end with a number or a single letter); "john at example.com" and "at a dot com". Where only
// the context could tell, the more private reading wins: a Fediverse handle @user@example.org and
// scp's user@host.example.org:/x are masked, "john @gmail.com" (a mail provider) is, but
// "bought it @example.com" is a handle; spaces around the dot count before the commonest ends of a
// domain (.com) only. In the path or query of a URL, the local part begins after the last of
// / ? & = # ; so that the rest of the URL stays. Where a script without spaces (Han, Kana, Hangul,
// Thai and the like) runs into an ASCII local part, the part before stays.
//
// Out of scope: what only a program or a riddle gives back (base64, text that is shown backwards,
// "johnATexampleDOTcom", pieces of a program's strings).
//
// REQUIRES: valid UTF-8. (Invalid bytes are kept as they are and separate words; nothing breaks.)
// Properties: valid UTF-8 in, valid UTF-8 out; MaskText(MaskText(x)) == MaskText(x); linear time
// and memory. A text without any form of @ costs one scan.
MaskedText MaskText(std::string_view text);

// Whether an id that clients choose holds an address: what MaskText masks, and `own_email` (empty:
// none) in any spelling and case, and with words for its signs (john_at_host). Others' without a
// dot (name@host) stay: a website may have ids of that form, and to refuse one is to lose a
// comment. Linear time and memory; a few scans for an id without any form of @.
bool IdHoldsAddress(std::string_view id, std::string_view own_email);

// "j***@example.org" of one address: first letter or digit of the local part, and the domain in
// lower case. "***@..." when the local part has neither; "***" when `email` has no @ or its domain
// is not one; empty for empty.
std::string MaskEmail(std::string_view plain_email);

// The domain of an address in lower case, at most 255 bytes; empty when there is none.
std::string EmailDomain(std::string_view plain_email);

// The address as it is hashed: surrounding whitespace off, NFKC case-folded (which drops zero-width
// characters), an international domain as its ASCII form (UTS #46), a dot at the domain's end off.
// Dots and "+tags" of the local part stay: for most providers they are another mailbox. The result
// is a plain address: wipe it (WipeString).
std::string NormalizeEmail(std::string_view plain_email);

// Canonical form of a textual IP address: RFC 5952 for IPv6; an IPv4-mapped IPv6 address becomes
// IPv4. Empty when `ip` is not an address (a port, a zone, a prefix length or surrounding space
// make it none).
std::string CanonicalIp(std::string_view ip);

// The network people may see: "192.0.2.0/24" or "2001:db8:1::/48"; of 6to4, in front of which an
// IPv4 address stands, "2002:c000:200::/40". Empty when `ip` is not an address.
std::string MaskIp(std::string_view ip);

// What one subscriber has: an IPv4 address itself, of IPv6 the network "2001:db8:0:1::/64", in
// which addresses cost nothing. Plain, for hashing only. Empty when it is no address.
std::string NetworkOfIp(std::string_view ip);

// The body as duplicates are compared: NFKC case-folded, without default-ignorable characters, runs
// of whitespace one space, none at the ends.
std::string FoldBody(std::string_view body);

}  // namespace replyguard::storage
