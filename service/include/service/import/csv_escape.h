// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

// Texts in a table that people open with a spreadsheet, where a stranger's text must not become a
// formula. Thread-safety: pure functions.
namespace replyguard::service::importing {

// The column whose presence says that the cells of a table were escaped. It is empty itself.
inline constexpr std::string_view kEscapedColumn = "replyguard_csv_1";

// An apostrophe is put where a cell may begin (at the beginning, and behind a comma, semicolon,
// tab, line end or quote, as some programs part cells there whatever the quotes say) when, behind
// blanks and invisible characters, a sign follows that begins a formula: = + - @ and their
// full-width, small and mathematical forms; before a leading tab or carriage return; and before an
// apostrophe, so that the way back is exact. After OWASP, "CSV Injection".
std::string EscapeFormulae(std::string_view cell);

// The inverse: UnescapeFormulae(EscapeFormulae(x)) == x for every x.
std::string UnescapeFormulae(std::string_view cell);

}  // namespace replyguard::service::importing
