// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

// Whatever the clock of a server says that asks, what is younger than this by the database's own is
// kept: one clock that is ahead would do away with all there is, for every server. A little less
// than the terms of the housekeeper and the couriers, so that these hold while the clocks nearly
// agree.
#define RG_KEPT_AT_LEAST(term, bound) "least(" bound "::timestamptz, now() - interval '" term "') "
