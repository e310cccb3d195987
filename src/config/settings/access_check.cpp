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

void check_writers(const AccessRules& rules, const platform::FileInfo& info, const std::string& name,
                   AccessFindings& findings) {
    // A sticky folder (/tmp) lets others add files but not replace ours.
    const bool keeps_ours = is_folder(info) && (info.mode & sticky) != 0;
    const auto& shared = rules.group_is_shared;
    const auto add = [&](std::string_view who) {
        findings.problems.push_back(
            {{}, fmt::format("{} can be changed by {}", name, who), repair_of(info, name), Code::denied});
    };
    if ((info.mode & others_write) != 0 && !keeps_ours)
        add("every user of this host");
    else if ((info.mode & group_write) != 0 && !keeps_ours &&
             (!shared || shared(info.gid, rules.user_id.value_or(info.uid))))
        add("its group, which has other members");
}

void check_readers(const platform::FileInfo& info, const std::string& name, AccessFindings& findings) {
    if (is_folder(info) || (info.mode & others_read) == 0 || (info.mode & others_write) != 0) return;
    findings.warnings.push_back({{},
                                 fmt::format("{} can be read by every user of this host", name),
                                 repair_of(info, name),
                                 Code::denied});
}

void check_owner(const AccessRules& rules, const platform::FileInfo& info, const std::string& name,
                 AccessFindings& findings) {
    if (!rules.user_id || info.uid == *rules.user_id || info.uid == 0) return;
    auto foreign = fmt::format("{} belongs to user {}, not to you (user {})", name, info.uid, *rules.user_id);
    if (*rules.user_id == 0)
        findings.warnings.push_back(
            {{}, std::move(foreign), "run openclaw as that user, without sudo", Code::denied});
    else
        findings.problems.push_back(
            {{}, std::move(foreign), fmt::format("chown {} {}", *rules.user_id, name), Code::denied});
}

AccessFindings check(const AccessRules& rules, const Path& path, bool readers_too) {
    AccessFindings findings;
    const auto info = rules.files.info(path);
    if (!info) return findings;
    const auto name = rules.paths.shortened(path);
    check_writers(rules, *info, name, findings);
    if (readers_too) check_readers(*info, name, findings);
    check_owner(rules, *info, name, findings);
    return findings;
}

}  // namespace

AccessFindings who_may_change(const AccessRules& rules, const Path& path) {
    return check(rules, path, false);
}

AccessFindings check_access(const AccessRules& rules, const Path& path) {
    return check(rules, path, true);
}

}  // namespace openclaw::config
