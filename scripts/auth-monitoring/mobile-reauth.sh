#!/bin/sh
# A new credential over SSH, from a phone: says what is wrong, asks for what is missing, and looks again.
#
#   mobile-reauth.sh [PROVIDER]    default: anthropic
#
# Ends with 0 when all is fine in the end, else with 1.
set -eu
# shellcheck source=scripts/auth-monitoring/lib.sh
. "$(dirname "$0")/lib.sh"
need_openclaw

provider=${1:-anthropic}
if [ "$(check_status)" -eq 0 ]; then
    echo "The credentials are fine."
    exit 0
fi
check_line
echo
case $provider in
    anthropic)
        echo "Run \`claude setup-token\` where you can log in, and paste the token that it prints."
        "$OPENCLAW" models auth setup-token --provider anthropic
        ;;
    *) "$OPENCLAW" models auth login --provider "$provider" ;;
esac
if [ "$(check_status)" -eq 1 ]; then
    check_line
    exit 1
fi
echo "The credentials are fine now."
