# Shared by the scripts beside it; sourced, not run. POSIX shell.
#
# They ask `openclaw models status`, which sends nothing and changes nothing:
#   exit 0  every model in use has a credential that lasts
#   exit 1  a model in use has none, or one whose end can't be known
#   exit 2  the last one of a model ends within a day

OPENCLAW=${OPENCLAW:-openclaw}

fail() {
    printf '%s\n' "$*" >&2
    exit 3
}

need_openclaw() {
    command -v "$OPENCLAW" > /dev/null 2>&1 ||
        fail "$OPENCLAW is not found; set OPENCLAW to its path"
}

# What --check says, in its one line; its exit status is what it ends with.
check_line() {
    "$OPENCLAW" models status --plain --check 2>&1 > /dev/null | tail -n 1
}
check_status() {
    code=0
    "$OPENCLAW" models status --plain --check > /dev/null 2>&1 || code=$?
    printf '%s\n' "$code"
}

# Milliseconds until the first login or token of any provider ends; nothing when none of them ends.
soonest_end_ms() {
    "$OPENCLAW" models status --json 2> /dev/null |
        awk '/^    "oauth": \{/ { inside = 1 }
             inside && /"remainingMs":/ { gsub(/[^0-9-]/, ""); if (least == "" || $0 + 0 < least + 0) least = $0 }
             END { if (least != "") print least }'
}
