-- Two roles: perjanjian_owner owns the tables and runs migrate; perjanjian_app is what the application signs
-- in with. It cannot change or remove what is only ever added, nor drop the triggers that guard the rest.
--   first time   sudo -u postgres psql -f deploy/postgresql-roles.sql -v database=perjanjian
--   and again after every migrate.
-- Passwords are given once with \password in psql, so that they stand in no file and no log.

SELECT 'CREATE ROLE perjanjian_owner LOGIN' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'perjanjian_owner') \gexec
SELECT 'CREATE ROLE perjanjian_app LOGIN' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'perjanjian_app') \gexec
SELECT format('CREATE DATABASE %I OWNER perjanjian_owner ENCODING ''UTF8'' TEMPLATE template0', :'database')
    WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'database') \gexec
\connect :database

REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE, CREATE ON SCHEMA public TO perjanjian_owner;
GRANT USAGE ON SCHEMA public TO perjanjian_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO perjanjian_app;
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO perjanjian_app;

-- Only ever added to.
SELECT format('REVOKE UPDATE, DELETE, TRUNCATE ON %I FROM perjanjian_app', name)
    FROM unnest(ARRAY[
        'records_event',
        'records_storedfile',
        'agreements_issue',
        'agreements_issueparty',
        'agreements_signature'
    ]) AS name
    WHERE to_regclass(name) IS NOT NULL \gexec
