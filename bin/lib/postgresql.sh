# A PostgreSQL cluster that lives only as long as one run of the tests. Sourced by bin/test.

# The newest folder that holds the whole server: pg_ctl alone in PATH is not enough.
postgresql_programs() {
    local folder
    while read -r folder; do
        if [ -x "$folder/initdb" ] && [ -x "$folder/pg_ctl" ] && [ -x "$folder/postgres" ]; then
            printf '%s' "$folder"
            return
        fi
    done < <(
        find /usr/lib/postgresql -mindepth 2 -maxdepth 2 -name bin 2>/dev/null | sort -V -r
        dirname "$(readlink -f "$(command -v initdb || echo /)")"
    )
    return 1
}

# PostgreSQL refuses to run as root; another user of the system lends its name.
as_server() {
    if is_root; then
        runuser -u "$postgresql_user" -- "$@"
    else
        "$@"
    fi
}

# Starts the cluster and sets DATABASE_URL; false with a message when that does not work.
start_postgresql() {
    local programs=$1
    postgresql_user=nobody
    ! id postgres >/dev/null 2>&1 || postgresql_user=postgres
    # A short path, because the name of a socket has at most 107 characters.
    postgresql_folder=$(mktemp -d /tmp/perjanjian-pg.XXXXXX)
    ! is_root || chown "$postgresql_user" "$postgresql_folder"
    # Only a socket in a closed folder: no port is taken, nobody else can connect.
    # Without fsync: nothing in here outlives the tests.
    if (
        cd "$postgresql_folder"
        as_server "$programs/initdb" -D "$postgresql_folder/data" -U tests -A trust -E UTF8 --locale=C.UTF-8 --no-sync &&
            as_server "$programs/pg_ctl" -D "$postgresql_folder/data" -l "$postgresql_folder/server.log" -w -t 60 start \
                -o "-k $postgresql_folder -c listen_addresses= -c fsync=off -c synchronous_commit=off -c full_page_writes=off"
    ) >"$postgresql_folder/setup.log" 2>&1 </dev/null; then
        postgresql_stop=$programs/pg_ctl
        # libpq takes the user from here; the address holds the folder of the socket.
        export PGUSER=tests DATABASE_URL="postgres:///$postgresql_folder/postgres"
        return
    fi
    tail -n 5 "$postgresql_folder/setup.log" >&2
    return 1
}

stop_postgresql() {
    [ -n "${postgresql_folder:-}" ] || return 0
    if [ -n "${postgresql_stop:-}" ]; then
        (cd "$postgresql_folder" && as_server "$postgresql_stop" -D "$postgresql_folder/data" -m immediate stop) \
            >/dev/null 2>&1 || true
    fi
    rm -rf "$postgresql_folder"
    postgresql_folder=''
}
