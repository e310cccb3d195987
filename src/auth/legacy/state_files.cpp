#include "auth/legacy/state_files.h"

#include <algorithm>

#include "config/agents.h"
#include "config/environment/state_names.h"
#include "store/replace_file.h"

namespace openclaw::auth::legacy {
namespace {

constexpr std::size_t bytes_max = 64u << 20, names_max = 1000;

bool is_credentials(const Path& file) {
    const auto name = file.filename().string();
    return name.starts_with("auth") || name.starts_with("openclaw-agent.sqlite") ||
           name.ends_with(".flock") || name.ends_with(".lock");
}

Left left_of(const Path& file, std::string reason) {
    return {.source = file.string(),
            .what = file.filename().string(),
            .provider = {},
            .kind = {},
            .reason = std::move(reason),
            .failure = false};
}

void find_agent_files(FileSystem& files, const config::Config& config, std::vector<FileCopy>& copies,
                      std::vector<Left>& left) {
    if (!config.paths().main_agent_override.empty()) return;
    const Path folder = config.paths().state / "agent";
    const auto names = files.list(folder);
    if (!names) return;
    for (std::size_t i = 0; i < std::min(names->size(), names_max); ++i) {
        const Path from = folder / (*names)[i], to = config.default_agent().agent_folder / (*names)[i];
        const auto info = files.link_info(from);
        if (!info || is_credentials(from) || platform::exists(files, to)) continue;
        if (info->kind == platform::FileKind::regular)
            copies.push_back({.from = from, .to = to, .what = "file of the agent"});
        else
            left.push_back(left_of(from, "only plain files are copied"));
    }
}

bool has_relative_folder(const config::Config& config) {
    return std::ranges::any_of(config::written_agents(config.value()), [](const auto& agent) {
        const auto folder = string_at(*agent.entry, "agentDir");
        return folder && !folder->starts_with('/') && !folder->starts_with('~');
    });
}

void find_config(FileSystem& files, const config::Config& config, std::vector<FileCopy>& copies,
                 std::vector<Left>& left) {
    const auto& paths = config.paths();
    const Path today = paths.state / "openclaw.json";
    if (!config.exists() || paths.state_explicit || paths.state_legacy ||
        paths.config_file.parent_path() == paths.state || platform::exists(files, today))
        return;
    const auto folder = paths.config_file.parent_path().filename().string();
    const auto& old = config::old_state_names;
    if (std::ranges::find(old, folder) == old.end()) return;  // named by a variable
    if (config.files().size() > 1 || has_relative_folder(config))
        left.push_back(left_of(paths.config_file,
                               "it names other files by where it stands; it is used there as before"));
    else
        copies.push_back({.from = paths.config_file, .to = today, .what = "config"});
}

}  // namespace

std::vector<FileCopy> find_copies(FileSystem& files, const config::Config& config, std::vector<Left>& left) {
    std::vector<FileCopy> copies;
    find_config(files, config, copies, left);
    find_agent_files(files, config, copies, left);
    return copies;
}

Result<void> copy(FileSystem& files, const FileCopy& wanted) {
    const auto text = files.read(wanted.from, bytes_max);
    if (!text) return std::unexpected(text.error());
    if (auto made = platform::make_folders(files, wanted.to.parent_path(), 0700); !made) return made;
    if (platform::exists(files, wanted.to))
        return fail(Code::busy, "{} is there already", wanted.to.string());
    if (auto written = store::replace_file(files, wanted.to, *text); !written) return written;
    const auto again = files.read(wanted.to, bytes_max);
    if (!again) return std::unexpected(again.error());
    if (*again != *text) return fail(Code::corrupt, "{} differs from what was written", wanted.to.string());
    return {};
}

}  // namespace openclaw::auth::legacy
