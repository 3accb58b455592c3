// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "postgres/no_connection.h"

#include <gtest/gtest.h>

#include <pqxx/pqxx>
#include <string>
#include <utility>
#include <vector>

#include "postgres/errors.h"
#include "storage/away.h"

namespace replyguard::storage {
namespace {

constexpr char kAt[] =
    "connection to server at \"db.secret.example\" (192.0.2.1), port 5432 failed: ";
constexpr char kSocket[] = "connection to server on socket \"/run/secret/.s.PGSQL.5432\" failed: ";

Failure Translated(const std::string& message, std::string* logged = nullptr) {
  const LogSink sink = [&](auto, auto, std::string_view text) {
    if (logged != nullptr) *logged = text;
  };
  return TranslateException(std::make_exception_ptr(pqxx::broken_connection(message)), "connect",
                            sink);
}

TEST(NoConnectionTest, EachClassIsNamedAndNothingOfTheMessage) {
  const std::vector<std::pair<std::string, std::string>> cases{
      {std::string(kAt) + "Connection refused\n\tIs the server running on that host and accepting "
                          "TCP/IP connections?\n",
       "connection refused: nothing listens there"},
      {std::string(kSocket) + "No such file or directory\n\tIs the server running locally and "
                              "accepting connections on that socket?\n",
       "connection refused: nothing listens there"},
      {std::string(kAt) + "FATAL:  password authentication failed for user \"secret\"\n",
       "authentication failed"},
      {std::string(kSocket) + "FATAL:  Peer authentication failed for user \"secret\"\n",
       "authentication failed"},
      {std::string(kAt) + "fe_sendauth: no password supplied\n",
       "authentication failed: no password is given"},
      {std::string(kSocket) + "FATAL:  role \"secret\" does not exist\n", "no such role"},
      {std::string(kSocket) + "FATAL:  role \"secret\" is not permitted to log in\n",
       "the role may not log in"},
      {std::string(kSocket) + "FATAL:  database \"secret\" does not exist\n", "no such database"},
      {std::string(kAt) + "FATAL:  permission denied for database \"secret\"\n",
       "the role may not connect to the database"},
      {std::string(kAt) + "FATAL:  sorry, too many clients already\n", "too many connections"},
      {std::string(kAt) + "FATAL:  too many connections for role \"secret\"\n",
       "too many connections"},
      {std::string(kAt) + "FATAL:  remaining connection slots are reserved for non-replication "
                          "superuser connections\n",
       "too many connections"},
      {std::string(kAt) + "FATAL:  the database system is starting up\n", "it is starting up"},
      {std::string(kAt) + "FATAL:  the database system is shutting down\n", "it is shutting down"},
      {std::string(kAt) + "FATAL:  no pg_hba.conf entry for host \"192.0.2.9\", user \"secret\", "
                          "database \"secret\", no encryption\n",
       "pg_hba.conf does not let it in without TLS"},
      {std::string(kAt) +
           "FATAL:  no pg_hba.conf entry for host \"192.0.2.9\", user \"secret\", "
           "database \"secret\", SSL encryption\n" +
           kAt +
           "FATAL:  no pg_hba.conf entry for host \"192.0.2.9\", user \"secret\", database "
           "\"secret\", no encryption\n",
       "pg_hba.conf does not let it in"},
      {std::string(kAt) + "server does not support SSL, but SSL was required\n",
       "TLS refused: the server offers none"},
      {std::string(kAt) + "SSL error: certificate verify failed\n",
       "TLS failed: certificates, names or versions do not fit"},
      {std::string(kAt) + "root certificate file \"/secret/root.crt\" does not exist\n",
       "TLS failed: certificates, names or versions do not fit"},
      {std::string(kAt) + "timeout expired\n", "its host does not answer"},
      {"could not translate host name \"db.secret.example\" to address: Name or service not "
       "known\n",
       "host not found"},
      // Of two hosts.
      {std::string(kAt) + "Connection refused\n" + kAt + "FATAL:  role \"secret\" does not exist\n",
       "no such role"},
  };
  for (const auto& [message, why] : cases) {
    EXPECT_EQ(WhyNoConnection(message), why) << message;
    std::string logged;
    const Failure failure = Translated(message, &logged);
    EXPECT_EQ(failure.status.message(), "the database is not available; try again");
    EXPECT_EQ(ForOperator(failure.status),
              "the database is not available; try again (" + why + ")");
    EXPECT_EQ(logged, "no connection: " + why);
    EXPECT_TRUE(failure.connection_lost);
  }
}

TEST(NoConnectionTest, WhatIsOfNoClassIsSaidAsBefore) {
  for (const std::string& message :
       {std::string(kSocket) + "FATAL:  Rolle \u00bbsecret\u00ab existiert nicht\n",
        // Of connections that had been made.
        std::string("server closed the connection unexpectedly\n"),
        std::string("SSL error: decryption failed or bad record mac\n"),
        std::string("no time is left to connect"), std::string()}) {
    EXPECT_EQ(WhyNoConnection(message), "") << message;
    std::string logged;
    EXPECT_EQ(ForOperator(Translated(message, &logged).status),
              "the database is not available; try again");
    EXPECT_EQ(logged, "no connection");
  }
}

}  // namespace
}  // namespace replyguard::storage
