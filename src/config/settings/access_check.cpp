#include "config/settings/access_check.h"

namespace openclaw::config {

AccessFindings check_access(platform::FileSystem& files, const Path& path,
                            std::optional<std::uint32_t> user_id, const Paths& paths) {
    AccessFindings findings;
    const auto info = files.info(path);
    if (!info) return findings;
    const auto name = paths.shortened(path);
    const bool folder = info->kind == platform::FileKind::directory;
    const auto repair = fmt::format("chmod {} {}", folder ? "700" : "600", name);
    // A sticky folder (/tmp) lets others add files but not replace ours.
    const bool sticky = folder && (info->mode & 01000U) != 0;
    if ((info->mode & 0002U) != 0 && !sticky)
        findings.problems.push_back(
            {{}, fmt::format("{} can be changed by every user of this host", name), repair, Code::denied});
    else if ((info->mode & 0020U) != 0)
        findings.warnings.push_back(
            {{}, fmt::format("{} can be changed by its group", name), repair, Code::denied});
    else if ((info->mode & 0004U) != 0 && !folder)
        findings.warnings.push_back(
            {{}, fmt::format("{} can be read by every user of this host", name), repair, Code::denied});
    if (!user_id || info->uid == *user_id || info->uid == 0) return findings;
    const auto foreign =
        fmt::format("{} belongs to user {}, not to you (user {})", name, info->uid, *user_id);
    if (*user_id == 0)
        findings.warnings.push_back({{}, foreign, "run openclaw as that user, without sudo", Code::denied});
    else
        findings.problems.push_back({{}, foreign, fmt::format("chown {} {}", *user_id, name), Code::denied});
    return findings;
}

std::vector<Problem> who_may_change(platform::FileSystem& files, const Path& path,
                                    std::optional<std::uint32_t> user_id, const Paths& paths) {
    const auto info = files.info(path);
    const bool own = info && (!user_id || info->uid == *user_id || info->uid == 0);
    if (!info || (own && (info->mode & 0022U) == 0)) return {};
    auto found = check_access(files, path, user_id, paths);
    found.problems.insert(found.problems.end(), found.warnings.begin(), found.warnings.end());
    return std::move(found.problems);
}

}  // namespace openclaw::config
