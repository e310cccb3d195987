#include "auth/estate/audit.h"

#include <algorithm>

#include "base/redact.h"
#include "base/redact_forms.h"
#include "base/text.h"
#include "config/environment/dotenv.h"
#include "config/environment/known_variables.h"
#include "config/files/document_files.h"
#include "config/files/load.h"
#include "config/settings/secrets.h"

namespace openclaw::auth::sealed {
namespace {

constexpr std::size_t window_bytes = 4u << 20, overlap_bytes = 64u << 10;
constexpr int depth_max = 32;

// Which of the known secrets stands at the front of a text.
class Names {
public:
    explicit Names(const std::vector<KnownSecret>& known) {
        for (const auto& secret : known) {
            const auto value = secret.value.trimmed();
            if (value.size() < Redactor::value_bytes_min) continue;
            finder_.add(value);
            for (auto& form : forms_of(value))
                if (form.size() >= Redactor::value_bytes_min)
                    forms_.emplace_back(std::move(form), &secret.name);
        }
    }
    std::vector<std::size_t> find(std::string_view text) const { return finder_.find(text); }
    std::string name_at(std::string_view text) const {
        for (const auto& [form, name] : forms_)
            if (form.stands_at_front_of(text)) return *name;
        return "a known secret";
    }

private:
    Redactor finder_;
    std::vector<std::pair<Secret, const std::string*>> forms_;
};

class Walk {
public:
    Walk(FileSystem& files, const AuditRequest& request, Audit& result)
        : files_(files), request_(request), names_(request.known), result_(result) {}

    void folder(const Path& path, int depth) {
        const auto names = files_.list(path);
        if (!names || depth > depth_max) {
            if (depth > 0 || !names || names.error().code != Code::not_found)
                result_.unread.emplace_back(path, names ? "too deep" : names.error().message);
            return;
        }
        for (const auto& name : *names) entry(path / name, depth);
    }

private:
    void entry(const Path& path, int depth) {
        const auto info = files_.link_info(path);
        if (!info) return result_.unread.emplace_back(path, info.error().message), void();
        if (info->kind == platform::FileKind::directory) return folder(path, depth + 1);
        if (info->kind != platform::FileKind::regular) return;
        ++result_.files;
        const auto before = result_.findings.size();
        if (const auto read = file(path); !read) result_.unread.emplace_back(path, read.error().message);
        if (std::ranges::find(request_.own, path) == request_.own.end()) return;
        if (result_.findings.size() > before) result_.own.push_back(path);
        result_.findings.resize(before);
    }

    Result<void> file(const Path& path) {
        std::size_t line = 1;
        for (std::uint64_t offset = 0;; offset += window_bytes) {
            auto text = files_.read_range(path, offset, window_bytes + overlap_bytes);
            if (!text) return std::unexpected(std::move(text).error());
            const bool last = text->size() <= window_bytes;
            window(path, *text, last ? text->size() : window_bytes, line);
            wipe(*text);
            if (last) return {};
        }
    }

    // Reports what starts before `end`; the rest belongs to the next window.
    void window(const Path& path, std::string_view text, std::size_t end, std::size_t& line) {
        std::vector<std::pair<std::size_t, std::string>> places;
        for (const auto at : names_.find(text)) places.emplace_back(at, names_.name_at(text.substr(at)));
        for (const auto at : find_secret_shapes(text))
            if (!stands_near(places, at)) places.emplace_back(at, "a secret by its shape");
        std::ranges::sort(places);
        std::size_t counted = 0;
        for (const auto& [at, what] : places) {
            if (at >= end) break;
            line += static_cast<std::size_t>(std::ranges::count(text.substr(counted, at - counted), '\n'));
            counted = at;
            const Finding finding{path, line, what};
            if (result_.findings.empty() || result_.findings.back() != finding)
                result_.findings.push_back(finding);
        }
        line += static_cast<std::size_t>(std::ranges::count(text.substr(counted, end - counted), '\n'));
    }

    // One secret is reported once, by its name.
    static bool stands_near(const std::vector<std::pair<std::size_t, std::string>>& places, std::size_t at) {
        constexpr std::size_t near = 8;
        return std::ranges::any_of(
            places, [&](const auto& place) { return place.first <= at + near && at <= place.first + near; });
    }

    FileSystem& files_;
    const AuditRequest& request_;
    Names names_;
    Audit& result_;
};

bool names_a_secret(std::string_view name) {
    const auto text = lowered(name);
    for (const std::string_view part : {"key", "token", "secret", "password", "passwd", "credential"})
        if (text.contains(part)) return true;
    return false;
}

void add_dotenv(std::vector<KnownSecret>& known, FileSystem& files, const Path& path) {
    auto text = platform::read_if_exists(files, path, config::dotenv_bytes_max);
    if (!text || !*text) return;
    const auto parsed = config::parse_dotenv(**text);
    wipe(**text);
    if (!parsed) return;
    for (const auto& entry : parsed->entries)
        if (names_a_secret(entry.name) && !entry.value.blank()) known.push_back({entry.name, entry.value});
}

}  // namespace

Audit audit(FileSystem& files, const AuditRequest& request) {
    Audit result;
    Walk(files, request, result).folder(request.root, 0);
    return result;
}

std::vector<KnownSecret> secrets_of(const config::Config& config, FileSystem& files) {
    std::vector<KnownSecret> known;
    add_dotenv(known, files, config.paths().state / ".env");
    const config::ReadText read = [&](const Path& file) {
        return files.read(file, config::config_bytes_max);
    };
    if (const auto documents = config::DocumentFiles::open(config.paths().config_file, read))
        for (const auto& literal : config::literal_secrets(documents->value()))
            known.push_back({"a secret of the config", Secret(literal)});
    for (const auto& variable : config::known_variables())
        if (variable.secret)
            for (const auto* found : config.environment().candidates(variable.name))
                if (!found->value.blank()) known.push_back({std::string(variable.name), found->value});
    return known;
}

}  // namespace openclaw::auth::sealed
