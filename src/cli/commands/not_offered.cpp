#include "cli/commands/not_offered.h"

#include <array>

namespace openclaw::cli {

namespace {

constexpr std::string_view checks =
    "meanwhile `openclaw config validate`, `openclaw models status` and `openclaw gateway status` check "
    "what there is to check";
constexpr std::string_view setting_up =
    "meanwhile `openclaw models auth add` stores a credential, `openclaw models set MODEL` chooses the "
    "model, and `openclaw gateway` runs it";
constexpr std::string_view service =
    "meanwhile a unit of systemd or launchd, or a container, runs `openclaw gateway run`; SIGTERM stops it, "
    "SIGHUP reads the settings again";
constexpr std::string_view is_it_there =
    "meanwhile `openclaw gateway status` says where the gateway listens and whether it answers";
constexpr std::string_view channels =
    "this program has no chat channels; `openclaw chat` talks to an agent here";
constexpr std::string_view no_tools = "an agent has no tools here; `openclaw agents list` shows the agents";
constexpr std::string_view no_devices =
    "this program has no companion devices; clients are paired with `openclaw devices`, and `openclaw "
    "gateway "
    "status` shows where it listens";
constexpr std::string_view login =
    "meanwhile `openclaw models auth login` offers what can be logged in to, and `openclaw models auth "
    "paste-token --provider github-copilot` takes a token";
constexpr std::string_view secrets =
    "meanwhile `openclaw secrets status` and `openclaw secrets audit` look at them";

constexpr std::array entries = {
    NotOffered{"doctor", checks},
    NotOffered{"onboard", setting_up},
    NotOffered{"setup", setting_up},
    NotOffered{"configure", setting_up},
    NotOffered{"dashboard",
               "meanwhile `openclaw status` shows what there is, and `openclaw chat` talks to it"},
    NotOffered{"tui", "use `openclaw chat`"},
    NotOffered{"terminal", "use `openclaw chat`"},
    NotOffered{
        "logs",
        "meanwhile the gateway writes one file a day into logs/ of the state directory, or to logging.file; "
        "`openclaw config file` names the file beside that folder"},
    NotOffered{"update", "update it the way you installed it; `openclaw --version` shows what runs"},
    NotOffered{"reset", "move the state directory away; `openclaw config file` names the file in it"},
    NotOffered{"uninstall",
               "remove the program and the state directory; `openclaw config file` names the file in it"},
    NotOffered{"backup", "copy the state directory; `openclaw config file` names the file in it"},
    NotOffered{"usage", "use `openclaw gateway usage-cost`"},
    NotOffered{"daemon", service},
    NotOffered{"node", no_devices},
    NotOffered{"nodes", no_devices},
    NotOffered{"pairing", no_devices},
    NotOffered{"qr", no_devices},
    NotOffered{"channels", channels},
    NotOffered{"message", "use `openclaw agent --message TEXT`"},
    NotOffered{"infer", "use `openclaw agent --message TEXT`"},
    NotOffered{"directory", channels},
    NotOffered{"webhooks", channels},
    NotOffered{"dns", is_it_there},
    NotOffered{"docs", "the pages of docs/ stand beside the sources; `openclaw help` names the commands"},
    NotOffered{"system", "meanwhile `openclaw health` and `openclaw status` show how it is"},
    NotOffered{"acp", "meanwhile clients speak websocket or HTTP to the gateway: `openclaw gateway status`"},
    NotOffered{"mcp", no_tools},
    NotOffered{"approvals", no_tools},
    NotOffered{"exec-approvals", no_tools},
    NotOffered{"browser", no_tools},
    NotOffered{"skills", no_tools},
    NotOffered{"hooks", no_tools},
    NotOffered{"plugins", no_tools},
    NotOffered{"memory", no_tools},
    NotOffered{"sandbox", no_tools},
    NotOffered{"cron", "meanwhile cron or a timer of systemd runs `openclaw agent --message TEXT`"},
    NotOffered{"tasks", "meanwhile `openclaw sessions` shows the conversations"},
    NotOffered{"gateway start", service},
    NotOffered{"gateway stop", service},
    NotOffered{"gateway restart", service},
    NotOffered{"gateway install", service},
    NotOffered{"gateway uninstall", service},
    NotOffered{"gateway probe", is_it_there},
    NotOffered{"gateway discover", is_it_there},
    NotOffered{"models auth login-github-copilot", login},
    NotOffered{"agents bind", channels},
    NotOffered{"agents unbind", channels},
    NotOffered{"agents bindings", channels},
    NotOffered{"sessions cleanup", "meanwhile send /new in `openclaw chat` to start a conversation afresh"},
    NotOffered{"secrets reload",
               "the gateway sees changes by itself; `openclaw secrets status` shows how they stand"},
    NotOffered{"secrets configure", secrets},
    NotOffered{"secrets apply", secrets},
    NotOffered{"config schema",
               "meanwhile docs/settings.md lists every setting, and `openclaw config validate` "
               "names what isn't one"},
};

}  // namespace

std::span<const NotOffered> commands_not_offered() {
    return entries;
}

}  // namespace openclaw::cli
