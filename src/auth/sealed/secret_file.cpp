#include "auth/sealed/secret_file.h"

#include <algorithm>

#include "auth/trust.h"
#include "base/text.h"
#include "store/replace_file.h"

namespace openclaw::auth::sealed {

namespace {

constexpr std::string_view member = "secret";
constexpr std::string_view sealed_mark = "v1.";  // see envelope.h; no PEM text begins so

bool is_sealed_text(std::string_view text) {
    return text.starts_with(sealed_mark);
}

Result<std::vector<std::string>> list_if_exists(FileSystem& files, const Path& folder) {
    auto names = files.list(folder);
    if (!names && names.error().code == Code::not_found) return std::vector<std::string>();
    return names;
}

}  // namespace

Result<std::vector<Path>> secret_files(FileSystem& files, const Path& state) {
    std::vector<Path> found;
    if (state.empty()) return found;
    const auto folders = list_if_exists(files, state / "gateway");
    if (!folders) return std::unexpected(folders.error());
    for (const auto& folder : *folders) {
        const auto info = files.link_info(state / "gateway" / folder);
        if (!folder.starts_with("authority") || !info || info->kind != platform::FileKind::directory)
            continue;
        const auto names = list_if_exists(files, state / "gateway" / folder);
        if (!names) return std::unexpected(names.error());
        for (const auto& name : *names)
            if (name.ends_with(".key")) found.push_back(state / "gateway" / folder / name);
    }
    return found;
}

bool holds_sealed_file(FileSystem& files, const Path& state) {
    const auto paths = secret_files(files, state);
    if (!paths) return true;
    return std::ranges::any_of(*paths, [&](const Path& path) {
        const auto begin = files.read_range(path, 0, sealed_mark.size());
        return !begin || is_sealed_text(*begin);
    });
}

RefHolder holder_of_file(const Path& path) {
    return {.record = path.filename().string(), .field = "file"};
}

Result<Secret> read_secret_file(FileSystem& files, const Path& path, KeyRing& keys) {
    const auto info = files.info(path);
    if (!info) return std::unexpected(info.error());
    if (auto own = check_own_secret(*info, path, keys.places().user_id); !own)
        return std::unexpected(own.error());
    auto text = store::read_replaced(files, path, secret_file_bytes_max);
    if (!text) return std::unexpected(std::move(text).error());
    if (!is_sealed_text(*text)) return Secret(std::move(*text));
    auto opened = keys.open(trimmed(*text), holder_of_file(path));
    if (!opened) return failed(std::move(opened).error(), "opening {}", path.string());
    return opened;
}

Result<void> write_secret_file(FileSystem& files, const Path& path, std::string_view secret, KeyRing& keys) {
    const auto seals = has_to_seal(keys, false);
    if (!seals) return std::unexpected(seals.error());
    if (!*seals) return store::replace_file(files, path, secret);
    const auto text = keys.seal(Secret(secret), holder_of_file(path));
    if (!text) return failed(text.error(), "sealing {}", path.string());
    return store::replace_file(files, path, *text + "\n");
}

json::object document_of_file(std::string_view text) {
    if (!is_sealed_text(text)) return {{member, text}};
    const SecretRef reference{.source = SecretRef::Source::sealed, .id = std::string(trimmed(text))};
    return {{member, secret_ref_json(reference)}};
}

std::vector<Spot> spots_in_file(json::object& document, const Path& path) {
    return {{.holder = holder_of_file(path),
             .record = &document,
             .plain_name = std::string(member),
             .reference_name = std::string(member)}};
}

std::string text_of_file(const json::object& document) {
    if (const auto plain = string_at(document, member)) return std::string(*plain);
    const auto* reference = object_at(document, member);
    return reference ? std::string(string_at(*reference, "id").value_or("")) + "\n" : std::string();
}

}  // namespace openclaw::auth::sealed
