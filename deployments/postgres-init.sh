#!/bin/sh
# The first start of PostgreSQL in compose.yaml: two databases, each owned by a role that is no superuser.
# Passwords go in as psql variables: they stand in no process list and need no quoting.
set -eu

psql -v ON_ERROR_STOP=1 --username postgres --dbname postgres <<'SQL'
\getenv chalkola_password CHALKOLA_DB_PASSWORD
\getenv prefect_password PREFECT_DB_PASSWORD
CREATE ROLE chalkola LOGIN CREATEROLE PASSWORD :'chalkola_password';
CREATE ROLE prefect LOGIN PASSWORD :'prefect_password';
CREATE DATABASE chalkola OWNER chalkola;
CREATE DATABASE prefect OWNER prefect;
REVOKE ALL ON DATABASE chalkola FROM PUBLIC;
REVOKE ALL ON DATABASE prefect FROM PUBLIC;
SQL
# Prefect looks texts up by trigram; the extension is trusted, so its owner may make it.
psql -v ON_ERROR_STOP=1 --username postgres --dbname prefect -c 'CREATE EXTENSION IF NOT EXISTS pg_trgm'
