// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

// Text of strangers, made safe to print. Pure; safe from any thread.
namespace replyguard::service::cli {

// Whether a newline stays one or is shown as an escape.
enum class Newlines { kKeep, kEscape };

// Escapes whatever could move the cursor, change colours, reorder or hide text on a terminal, so
// that a moderator sees what a classifier sees: C0 and C1 controls, DEL, the bidirectional
// controls, zero-width and other invisible characters, line and paragraph separators, tag
// characters, and bytes that are no UTF-8. They appear as \u{202E} or \x{FF}; a tab as a space.
// Joiners stay: many scripts and emoji need them.
std::string SafeText(std::string_view text, Newlines newlines);

// The same of a JSON text, which it leaves with the same meaning: what is beyond ASCII stands only
// in strings there, and is escaped as they escape it.
std::string SafeJson(std::string_view json);

// One line of at most `columns_max` characters (code points, after escaping), "..." at its end when
// cut.
std::string SafeLine(std::string_view text, std::size_t columns_max);

// How many columns a text takes, taking each code point for one.
std::size_t Columns(std::string_view text);

}  // namespace replyguard::service::cli
