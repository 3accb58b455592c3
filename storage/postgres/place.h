// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Which database a connection leads to.
#pragma once

#include "postgres/rows.h"
#include "postgres/session.h"

namespace replyguard::storage {

// A text that is the same on two connections if, and but for a start in between only if, they lead
// to the same database of the same running PostgreSQL. What it says of itself: a pooler has names
// and addresses of its own, and a restored copy has the numbers of what it is a copy of.
inline constexpr Statement kPlace{
    "place", "SELECT d.oid::text || ' ' || " RG_US(
                 "pg_postmaster_start_time()") "::text FROM pg_database d WHERE d.datname = "
                                               "current_database()"};

}  // namespace replyguard::storage
