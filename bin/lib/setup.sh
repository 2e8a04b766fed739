# What bin/run and bin/test share: the Python environment and the system's packages. Sourced, never run.
# The caller stands in the project's folder.

say() { printf '%s\n' "$*"; }

die() {
    printf '\n%s\n' "$*" >&2
    exit 1
}

is_root() { [ "$(id -u)" -eq 0 ]; }

# --- packages of Debian and Ubuntu -----------------------------------------------------------

# The one command that installs the packages by hand.
apt_command() {
    local command="apt-get update && apt-get install -y --no-install-recommends $*"
    if is_root; then
        printf '%s' "$command"
    elif command -v sudo >/dev/null; then
        printf "sudo sh -c '%s'" "$command"
    else
        printf "su -c '%s'" "$command"
    fi
}

# True when packages may be installed without asking for a password.
may_install() {
    command -v apt-get >/dev/null || return 1
    is_root || { command -v sudo >/dev/null && sudo -n true 2>/dev/null; }
}

# Without descriptor 8, the set-up's lock: a service that a package starts would keep it.
as_root() {
    if is_root; then "$@" 8>&-; else sudo -n "$@" 8>&-; fi
}

# Installs the packages; false when that is not allowed or did not work.
apt_install() {
    may_install || return 1
    say "Memasang $* …"
    mkdir -p var
    local options=(-y --no-install-recommends -o DPkg::Lock::Timeout=300)
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install "${options[@]}" "$@" >var/apt.log 2>&1 </dev/null && return
    # A fresh machine knows no packages yet.
    as_root apt-get update >>var/apt.log 2>&1 </dev/null
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install "${options[@]}" "$@" >>var/apt.log 2>&1 </dev/null && return
    say "  Gagal; keterangannya ada di var/apt.log."
    return 1
}

# Installs what nothing can do without, or says how and stops.
apt_require() {
    apt_install "$@" && return
    die "Pasang dahulu, lalu ulangi perintah tadi:
  $(apt_command "$@")"
}

# --- Python ------------------------------------------------------------------------------------

# The first Python from 3.11 to 3.13 that answers; with "venv", one that can make an environment.
find_python() {
    local name test='import sys; assert (3, 11) <= sys.version_info < (3, 14)'
    [ "${1:-}" = venv ] && test="$test; import ensurepip, venv"
    for name in python3.13 python3.12 python3.11 python3 \
        /usr/bin/python3.13 /usr/bin/python3.12 /usr/bin/python3.11 /usr/bin/python3; do
        if command -v "$name" >/dev/null && "$name" -c "$test" 2>/dev/null; then
            command -v "$name"
            return
        fi
    done
    return 1
}

venv_works() { .venv/bin/python -c 'import pip' 2>/dev/null; }

make_venv() {
    local python
    python=$(find_python venv) || die "Perlu Python 3.11, 3.12, atau 3.13 yang dapat membuat lingkungan (venv)."
    say "Menyiapkan .venv …"
    rm -rf .venv && "$python" -m venv .venv || die "Lingkungan Python di .venv tidak dapat dibuat."
}

# install_python run|dev: the locked packages, when the lock or the Python has changed.
# The record holds what is installed: the tests' packages contain the application's.
install_python() {
    local wanted=$1 lock=requirements.lock record=.venv/installed
    [ "$wanted" = dev ] && lock=requirements-dev.lock
    venv_works || make_venv
    local stamp
    stamp=$(lock_stamp "$lock")
    grep -qxF "$wanted $stamp" "$record" 2>/dev/null && return
    [ -w .venv ] || die "Folder .venv milik pengguna lain; jalankan sebagai pemiliknya atau hapus dahulu."
    say "Memasang pustaka Python dari $lock …"
    rm -f "$record"
    if ! .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-input --require-hashes -r "$lock" \
        >var/pip.log 2>&1; then
        tail -n 5 var/pip.log >&2
        die "Pustaka Python gagal dipasang; periksa sambungan jaringan, lalu ulangi (keterangan: var/pip.log)."
    fi
    [ "$wanted" = dev ] && printf 'run %s\n' "$(lock_stamp requirements.lock)" >>"$record"
    printf '%s %s\n' "$wanted" "$stamp" >>"$record"
}

lock_stamp() { { .venv/bin/python --version && cat "$1"; } | sha256sum | cut -c1-64; }

# --- what the system must have -----------------------------------------------------------------

# Debian keeps ensurepip in a package of its own, named for the version.
missing_for_venv() {
    local python
    if venv_works || find_python venv >/dev/null; then
        return
    elif python=$(find_python); then
        printf 'python%s-venv ' "$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')"
    else
        printf 'python3 python3-venv '
    fi
}

# Without a font WeasyPrint ends the whole process; without harfbuzz-subset it is 1.5 times slower.
missing_for_pdf() {
    local known file package
    known=$(PATH="$PATH:/usr/sbin:/sbin" ldconfig -p)
    while read -r file package; do
        case $known in *"$file"*) ;; *) printf '%s ' "$package" ;; esac
    done <<'LIST'
libpango-1.0.so.0 libpango-1.0-0
libpangoft2-1.0.so.0 libpangoft2-1.0-0
libharfbuzz-subset.so.0 libharfbuzz-subset0
LIST
    [ -n "$(find /usr/share/fonts /usr/local/share/fonts "${HOME:-/}/.fonts" "${HOME:-/}/.local/share/fonts" \
        -name 'LiberationSerif-Regular.ttf' -print -quit 2>/dev/null)" ] || printf 'fonts-liberation '
}

install_system_packages() {
    local missing
    missing="$(missing_for_venv)$(missing_for_pdf)"
    # shellcheck disable=SC2086  # one word a package
    [ -z "$missing" ] || apt_require $missing
}

# --- the folder var/ ---------------------------------------------------------------------------

prepare_var() {
    mkdir -p -m 700 var 2>/dev/null
    [ -w var ] || die "Folder var/ tidak dapat ditulisi; jalankan sebagai pemilik folder ini."
}

# Two set-ups at the same time would spoil each other's files: the second one waits.
lock_setup() {
    exec 8>var/setup.lock
    flock -n 8 || { say "Menunggu penyiapan lain selesai …"; flock 8; }
}

unlock_setup() { exec 8>&-; }

# prepare run|dev: everything up to the database.
prepare() {
    prepare_var
    lock_setup
    install_system_packages
    install_python "$1"
    unlock_setup
}
