#include "config/settings/access_check.h"

namespace openclaw::config {
namespace {

constexpr std::uint32_t others_write = 0002, group_write = 0020, others_read = 0004, sticky = 01000;

bool is_folder(const platform::FileInfo& info) {
    return info.kind == platform::FileKind::directory;
}

std::string repair_of(const platform::FileInfo& info, const std::string& name) {
    return fmt::format("chmod {} {}", is_folder(info) ? "700" : "600", name);
}

void check_writers(const AccessFacts& facts, const std::string& name, AccessFindings& findings) {
    const auto add = [&](std::string_view who) {
        findings.problems.push_back({{},
                                     fmt::format("{} can be changed by {}", name, who),
                                     repair_of(facts.info, name),
                                     Code::denied});
    };
    if (facts.others_write)
        add("every user of this host");
    else if (facts.group_writes)
        add("its group, which has other members");
}

void check_readers(const AccessFacts& facts, const std::string& name, AccessFindings& findings) {
    if (is_folder(facts.info) || !facts.others_read || (facts.info.mode & others_write) != 0) return;
    findings.warnings.push_back({{},
                                 fmt::format("{} can be read by every user of this host", name),
                                 repair_of(facts.info, name),
                                 Code::denied});
}

// Whose installation root runs: the state directory is root's own choice, and so is its owner.
bool owns_state(const AccessRules& rules, std::uint32_t user) {
    const auto state = rules.files.info(rules.paths.state);
    return state && state->uid == user;
}

void check_owner(const AccessRules& rules, const AccessFacts& facts, const std::string& name,
                 AccessFindings& findings) {
    if (!facts.foreign) return;
    auto foreign = fmt::format("{} belongs to user {}, not to you (user {})", name, facts.info.uid,
                               rules.user_id.value_or(0));
    if (rules.user_id == 0U && owns_state(rules, facts.info.uid))
        findings.warnings.push_back(
            {{}, std::move(foreign), "run openclaw as that user, without sudo", Code::denied});
    else
        findings.problems.push_back({{},
                                     std::move(foreign),
                                     fmt::format("chown {} {}", rules.user_id.value_or(0), name),
                                     Code::denied});
}

AccessFindings check(const AccessRules& rules, const Path& path, bool readers_too) {
    AccessFindings findings;
    const auto facts = access_facts(rules, path);
    if (!facts) return findings;
    const auto name = rules.paths.shortened(path);
    check_writers(*facts, name, findings);
    if (readers_too) check_readers(*facts, name, findings);
    check_owner(rules, *facts, name, findings);
    return findings;
}

}  // namespace

std::optional<AccessFacts> access_facts(const AccessRules& rules, const Path& path) {
    const auto info = rules.files.info(path);
    if (!info) return std::nullopt;
    // A sticky folder (/tmp) lets others add files but not replace ours.
    const bool keeps_ours = is_folder(*info) && (info->mode & sticky) != 0;
    const auto& shared = rules.group_is_shared;
    const bool group_may = (info->mode & group_write) != 0 && !keeps_ours;
    return AccessFacts{
        .info = *info,
        .others_write = (info->mode & others_write) != 0 && !keeps_ours,
        .group_writes = group_may && (!shared || shared(info->gid, rules.user_id.value_or(info->uid))),
        .others_read = (info->mode & others_read) != 0,
        .foreign = rules.user_id && info->uid != *rules.user_id && info->uid != 0};
}

AccessFindings who_may_change(const AccessRules& rules, const Path& path) {
    return check(rules, path, false);
}

AccessFindings check_access(const AccessRules& rules, const Path& path) {
    return check(rules, path, true);
}

}  // namespace openclaw::config
