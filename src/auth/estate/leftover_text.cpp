#include "auth/estate/leftover_text.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "config/json5/json5.h"
#include "config/settings/secrets.h"

namespace openclaw::auth::sealed {
namespace {

constexpr std::size_t bytes_max = 64u << 20;
constexpr int depth_max = 32;
constexpr std::string_view blanks = " \t\r\n";
constexpr std::string_view removed = "<removed>";  // what config backups have in place of a secret

constexpr std::array<std::string_view, 9> fields = {"key",           "token",       "access",
                                                    "refresh",       "apiKey",      "access_token",
                                                    "refresh_token", "accessToken", "refreshToken"};

// Steps over `wanted` and the blanks before it.
bool skip(std::string_view& text, char wanted) {
    text.remove_prefix(std::min(text.find_first_not_of(blanks), text.size()));
    if (!text.starts_with(wanted)) return false;
    text.remove_prefix(1);
    return true;
}

// A JSON text whose opening quote is gone already; a torn one ends where the file does.
std::string quoted_text(std::string_view text) {
    std::size_t end = 0;
    while (end < text.size() && text[end] != '"') end += text[end] == '\\' ? 2 : 1;
    const auto raw = text.substr(0, end);
    if (!raw.contains('\\')) return std::string(raw);
    const auto value = parse_json("\"" + std::string(raw) + "\"", bytes_max);
    return value && value->is_string() ? std::string(value->get_string()) : std::string(raw);
}

class Walk {
public:
    Walk(FileSystem& files, const std::vector<Path>& config_files) : files_(files), configs_(config_files) {}

    void folder(const Path& path, int depth) {
        const auto names = depth > depth_max ? Result<std::vector<std::string>>(std::vector<std::string>())
                                             : files_.list(path);
        if (!names) return;  // the audit itself says what can't be read
        for (const auto& name : *names) {
            const auto info = files_.link_info(path / name);
            if (!info) continue;
            if (info->kind == platform::FileKind::directory) folder(path / name, depth + 1);
            if (info->kind == platform::FileKind::regular) file(path / name, name);
        }
    }
    std::vector<KnownSecret> take() { return std::move(found_); }

private:
    void file(const Path& path, const std::string& name) {
        const bool config = is_config_copy(path);
        if (!config && !is_credential_file(name)) return;
        auto text = files_.read(path, bytes_max);
        if (!text) return;
        if (config)
            add_config(*text, name);
        else
            for (auto& value : values_in_credentials(*text))
                found_.push_back({"a credential of " + name, std::move(value)});
        wipe(*text);
    }
    void add_config(std::string_view text, const std::string& name) {
        const auto tree = config::parse_json5_tree(text);
        const auto value = tree ? config::to_value(*tree) : json::value();
        if (!value.is_object()) {
            for (auto& each : values_in_credentials(text))
                found_.push_back({"a secret of " + name, std::move(each)});
            return;
        }
        for (const auto& literal : config::literal_secrets(value.get_object()))
            if (literal != removed) found_.push_back({"a secret of " + name, Secret(literal)});
    }
    bool is_config_copy(const Path& path) const {
        return std::ranges::any_of(configs_, [&](const Path& config) {
            return path.parent_path() == config.parent_path() && path != config &&
                   path.filename().string().starts_with(config.filename().string() + ".") &&
                   path.extension() != ".flock";
        });
    }

    FileSystem& files_;
    const std::vector<Path>& configs_;
    std::vector<KnownSecret> found_;
};

}  // namespace

bool is_credential_file(std::string_view name) {
    if (name.ends_with(".flock")) return false;
    return std::ranges::any_of(std::array{"auth-profiles.json", "auth.json", "oauth.json"},
                               [&](std::string_view known) { return name.starts_with(known); });
}

std::vector<Secret> values_in_credentials(std::string_view text) {
    std::vector<Secret> values;
    for (auto at = text.find('"'); at != text.npos; at = text.find('"', at + 1)) {
        auto rest = text.substr(at + 1);
        const auto field = std::ranges::find_if(fields, [&](std::string_view each) {
            return rest.starts_with(each) && rest.substr(each.size()).starts_with('"');
        });
        if (field == fields.end()) continue;
        rest.remove_prefix(field->size() + 1);
        if (!skip(rest, ':') || !skip(rest, '"')) continue;
        auto value = quoted_text(rest);
        const bool counts = !trimmed(value).empty() && !value.starts_with("${");
        if (counts) values.emplace_back(std::string_view(value));
        wipe(value);
    }
    return values;
}

std::vector<KnownSecret> secrets_of_copies(FileSystem& files, const Path& root,
                                           const std::vector<Path>& config_files) {
    Walk walk(files, config_files);
    walk.folder(root, 0);
    return walk.take();
}

}  // namespace openclaw::auth::sealed
