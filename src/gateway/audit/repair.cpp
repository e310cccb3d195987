#include "gateway/audit/repair.h"

#include <algorithm>

namespace openclaw::gateway::audit {

namespace {

Action carry_out(platform::FileSystem& files, const Repair& repair, bool dry) {
    Action action{.repair = repair, .skipped = {}, .problem = {}};
    const auto info = files.link_info(repair.path);
    if (!info)
        action.skipped = "missing";
    else if (info->kind == platform::FileKind::symlink)
        action.skipped = "symlink";
    else if (info->mode == repair.mode)
        action.skipped = "already";
    if (!action.skipped.empty() || dry) return action;
    const auto set = files.set_mode(repair.path, repair.mode);
    action.done = set.has_value();
    if (!set) action.problem = set.error().message;
    return action;
}

}  // namespace

std::vector<Action> repair(platform::FileSystem& files, const std::vector<Finding>& findings, bool dry) {
    std::vector<Repair> wanted;
    for (const auto& finding : findings)
        for (const auto& each : finding.seen.repairs)
            if (std::ranges::find(wanted, each) == wanted.end()) wanted.push_back(each);
    std::vector<Action> actions;
    for (const auto& each : wanted) actions.push_back(carry_out(files, each, dry));
    return actions;
}

}  // namespace openclaw::gateway::audit
