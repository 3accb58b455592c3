// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// What libpq says when it makes no connection, as one of a few classes: its text names the host,
// the user and the database, and PostgreSQL's SQLSTATE does not come with it.
//
// Thread-safety: pure function.
#pragma once

#include <string_view>

namespace replyguard::storage {

// Some words of ours without anything of the message, such as "no such role". Of several attempts
// (hosts, with and without TLS) what is nearest to a connection. Empty: none of them, as when the
// server speaks another language, or the message is of a connection that had been made.
std::string_view WhyNoConnection(std::string_view message);

}  // namespace replyguard::storage
