// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// The end of listening without a reset. Who closes a socket that listens resets the connections
// that wait in its queue, and between the last accept and the close there is always room for one
// more: its client has sent a request and cannot tell whether it took effect. So the kernel is
// first told to drop what asks for a connection; when the queue has been emptied after that, it
// stays empty. Those dropped ask again, after a second by TCP (RFC 6298, 2.1), and are refused or
// find the next server.
#pragma once

namespace replyguard::service::http {

// Of a TCP socket that listens; connections that were begun complete. Without effect where the
// kernel knows no such filters. Thread-safe.
void DropSyns(int listening_socket);

}  // namespace replyguard::service::http
