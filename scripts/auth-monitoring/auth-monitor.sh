#!/bin/sh
# For cron or a systemd timer: looks once, and tells somebody when a credential has ended or is about to.
#
#   WARN_HOURS=2          begin to tell so many hours before the first login or token ends
#   NOTIFY_NTFY=TOPIC     to https://ntfy.sh/TOPIC, or to a whole address of your own server
#   NOTIFY_COMMAND=...    run by sh with the text in $MESSAGE and one word in $STATE
#   QUIET_SECONDS=3600    at most one message in this time, as long as nothing gets worse
#   OPENCLAW=openclaw     the program
#
# Ends with 0, 1 or 2 as auth-status.sh does; a message that can't be sent is said on standard error.
set -eu
# shellcheck source=scripts/auth-monitoring/lib.sh
. "$(dirname "$0")/lib.sh"
need_openclaw

WARN_HOURS=${WARN_HOURS:-2}
QUIET_SECONDS=${QUIET_SECONDS:-3600}
case $WARN_HOURS$QUIET_SECONDS in
    *[!0-9]*) fail "WARN_HOURS and QUIET_SECONDS are whole numbers" ;;
esac
state_dir=${OPENCLAW_STATE_DIR:-$HOME/.openclaw}
memory=$state_dir/auth-monitor-state

status=$(check_status)
state=OK
message=
case $status in
    0)
        left=$(soonest_end_ms)
        if [ -n "$left" ] && [ "$left" -gt 0 ] && [ "$left" -le $((WARN_HOURS * 3600000)) ]; then
            state=EXPIRING
            message="a credential ends in $((left / 60000)) minutes: openclaw models status"
        fi
        ;;
    2)
        state=EXPIRING
        message=$(check_line)
        ;;
    *)
        state=EXPIRED
        message=$(check_line)
        ;;
esac

notify() {
    sent=1
    if [ -n "${NOTIFY_NTFY:-}" ]; then
        case $NOTIFY_NTFY in
            http://* | https://*) url=$NOTIFY_NTFY ;;
            *) url=https://ntfy.sh/$NOTIFY_NTFY ;;
        esac
        priority=default
        [ "$state" = OK ] || priority=high
        [ "$state" = EXPIRED ] && priority=urgent
        curl -fsS --max-time 20 -H "Title: openclaw: $state" -H "Priority: $priority" -H "Tags: key" \
            --data-raw "$message" "$url" > /dev/null || sent=0
    fi
    if [ -n "${NOTIFY_COMMAND:-}" ]; then
        MESSAGE=$message STATE=$state sh -c "$NOTIFY_COMMAND" || sent=0
    fi
    [ "$sent" -eq 1 ] || printf 'a message could not be sent: %s\n' "$message" >&2
    [ "$sent" -eq 1 ]
}

# Two words: when somebody was told last, and of what.
told_at=0
told=OK
if [ -r "$memory" ]; then
    read -r told_at told < "$memory" || true
    case $told_at in '' | *[!0-9]*) told_at=0 ;; esac
fi
now=$(date +%s)

printf '%s%s\n' "$state" "${message:+: $message}"
if [ "$state" = OK ]; then
    if [ "$told" != OK ]; then
        message="the credentials are fine again"
        notify && printf '%s OK\n' "$now" > "$memory"
    fi
elif [ "$state" != "$told" ] || [ $((now - told_at)) -ge "$QUIET_SECONDS" ] || [ "$told_at" -gt "$now" ]; then
    # What is only about to end is no news after it was said that it has ended.
    notify && printf '%s %s\n' "$now" "$state" > "$memory"
fi
exit "$status"
