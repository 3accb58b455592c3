#!/bin/sh
# Run once by the PostgreSQL image: the server's login. It may do what the migrations grant to replyguard_app.
set -eu
psql --set=ON_ERROR_STOP=1 --set=password="$SERVER_PASSWORD" --username="$POSTGRES_USER" --dbname="$POSTGRES_DB" <<'SQL'
CREATE ROLE replyguard_app NOLOGIN;
CREATE ROLE replyguard_server LOGIN PASSWORD :'password' IN ROLE replyguard_app;
SQL
