#!/bin/sh
# For Termux:Widget on a phone: asks the gateway's machine over SSH how its credentials stand, shows it, and opens a
# shell for a new login when one is needed. Copy it into ~/.shortcuts on the phone.
#
#   OPENCLAW_HOST=nas       the host, as in ~/.ssh/config
#   OPENCLAW_SCRIPTS=...    where these scripts lie there (default: openclaw/scripts/auth-monitoring)
set -eu
host=${OPENCLAW_HOST:-openclaw}
scripts=${OPENCLAW_SCRIPTS:-openclaw/scripts/auth-monitoring}

show() {
    if command -v termux-toast > /dev/null 2>&1; then termux-toast "$1"; else printf '%s\n' "$1"; fi
}

word=$(ssh -o ConnectTimeout=10 "$host" "'$scripts/auth-status.sh' simple" 2> /dev/null) || true
case $word in
    OK) show "openclaw: fine" ;;
    EXPIRING | EXPIRED)
        show "openclaw: $word"
        exec ssh -t "$host" "'$scripts/mobile-reauth.sh'"
        ;;
    *) show "openclaw: $host does not answer" && exit 1 ;;
esac
