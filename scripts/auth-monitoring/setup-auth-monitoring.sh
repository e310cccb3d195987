#!/bin/sh
# Installs a systemd user timer that runs auth-monitor.sh every half hour, or removes it.
#
#   setup-auth-monitoring.sh [install|uninstall|show]
#
# The settings of auth-monitor.sh (WARN_HOURS, NOTIFY_NTFY, NOTIFY_COMMAND, OPENCLAW) go into the unit as they are
# set when this is run. `show` prints the two units and changes nothing.
set -eu
# shellcheck source=scripts/auth-monitoring/lib.sh
. "$(dirname "$0")/lib.sh"

here=$(cd "$(dirname "$0")" && pwd)
units=${XDG_CONFIG_HOME:-$HOME/.config}/systemd/user
name=openclaw-auth-monitor

# A value inside of double quotes of a unit file.
quoted() {
    printf '%s' "$1" | tr -d '\n' | sed -e 's/\\/\\\\/g' -e 's/"/\\"/g' -e 's/%/%%/g'
}
variable() {
    eval "value=\${$1:-}"
    # shellcheck disable=SC2154 # set by eval
    [ -z "$value" ] || printf 'Environment="%s=%s"\n' "$1" "$(quoted "$value")"
}

# 2 is a warning and not a failure of the unit: OnFailure= would fire at each look.
service() {
    cat << UNIT
[Unit]
Description=Look whether openclaw's credentials last
After=network-online.target

[Service]
Type=oneshot
ExecStart="$(quoted "$here/auth-monitor.sh")"
SuccessExitStatus=2
UNIT
    for each in WARN_HOURS NOTIFY_NTFY NOTIFY_COMMAND OPENCLAW OPENCLAW_STATE_DIR PATH; do variable "$each"; done
}

# OnCalendar, for it alone catches up after a suspend.
timer() {
    cat << UNIT
[Unit]
Description=Look whether openclaw's credentials last, every half hour

[Timer]
OnCalendar=*:0/30
RandomizedDelaySec=60
Persistent=true

[Install]
WantedBy=timers.target
UNIT
}

case ${1:-install} in
    show)
        printf '# %s.service\n' "$name"
        service
        printf '\n# %s.timer\n' "$name"
        timer
        ;;
    install)
        need_openclaw
        mkdir -p "$units"
        umask 077
        service > "$units/$name.service"
        timer > "$units/$name.timer"
        systemctl --user daemon-reload
        systemctl --user enable --now "$name.timer"
        echo "Installed: $units/$name.timer"
        echo "It runs while you are logged in; to have it run always: loginctl enable-linger"
        ;;
    uninstall)
        systemctl --user disable --now "$name.timer" || true
        rm -f "$units/$name.service" "$units/$name.timer"
        systemctl --user daemon-reload
        echo "Removed."
        ;;
    *) fail "use install, uninstall or show" ;;
esac
