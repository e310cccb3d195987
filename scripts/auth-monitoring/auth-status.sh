#!/bin/sh
# How the credentials of the models in use stand.
#
#   auth-status.sh          a report for a person
#   auth-status.sh simple   one word: OK, EXPIRING or EXPIRED
#   auth-status.sh json     what `openclaw models status --json` says
#
# Ends with 0 (fine), 2 (the last credential of a model ends within a day) or 1 (there is none that works).
set -eu
# shellcheck source=scripts/auth-monitoring/lib.sh
. "$(dirname "$0")/lib.sh"
need_openclaw

status=$(check_status)
case ${1:-full} in
    full)
        "$OPENCLAW" models status
        line=$(check_line)
        [ -z "$line" ] || printf '\n%s\n' "$line"
        ;;
    simple)
        case $status in
            0) echo OK ;;
            2) echo EXPIRING ;;
            *) echo EXPIRED ;;
        esac
        ;;
    json) "$OPENCLAW" models status --json ;;
    *) fail "use full, simple or json" ;;
esac
exit "$status"
