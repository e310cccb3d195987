#include "access/lock_change.h"

#include "base/text.h"

namespace openclaw::access {

namespace {

const config::KeyPath mode_path = {"gateway", "auth", "mode"};

// What the mode would be if the config said nothing of it counts too: a password alone makes it one.
bool is_token_now(const config::Config& config, platform::FileSystem& files) {
    const auto secret = resolve_gateway_secret(config, files, {});
    return secret && secret->mode == AccessMode::token;
}

}  // namespace

Result<LockChange> change_to_token(const config::Config& config, platform::FileSystem& files) {
    LockChange change;
    if (!is_token_now(config, files))
        change.edits.push_back({mode_path, json::value(json::string_view(name_of(AccessMode::token)))});
    const auto secret =
        resolve_gateway_secret(config, files, {.mode = AccessMode::token, .token = {}, .password = {}});
    if (!secret) return std::unexpected(secret.error());
    change.makes_token = !secret->chosen();
    return change;
}

std::vector<std::string> described(const LockChange& change, const config::Config& config) {
    std::vector<std::string> lines;
    if (change.makes_token)
        lines.push_back(
            fmt::format("a new token in {}", config.paths().shortened(config.paths().gateway_token_file())));
    for (const auto& edit : change.edits) {
        const auto path = config::format_key_path(edit.path);
        const auto* old = config.find(path);
        lines.push_back(fmt::format("{}: {} becomes {}", path, old ? json::serialize(*old) : "nothing",
                                    edit.value ? json::serialize(*edit.value) : "nothing"));
    }
    return lines;
}

Result<std::vector<platform::Path>> carry_out(const LockChange& change, const config::Config& config,
                                              platform::FileSystem& files, config::ConfigWriter writer) {
    std::vector<platform::Path> changed;
    if (change.makes_token) {
        if (auto made = write_token_file(config.paths(), files, new_token()); !made)
            return std::unexpected(made.error());
        changed.push_back(config.paths().gateway_token_file());
    }
    if (change.edits.empty()) return changed;
    auto written = writer.update([&](json::object& document) -> Result<void> {
        json::value root(std::move(document));
        Result<void> done;
        for (const auto& edit : change.edits)
            if (done) done = config::apply_edit(root, edit);
        document = std::move(root.get_object());
        return done;
    });
    if (!written) return std::unexpected(written.error());
    std::ranges::move(written->changed, std::back_inserter(changed));
    return changed;
}

}  // namespace openclaw::access
