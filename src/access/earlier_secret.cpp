#include "access/earlier_secret.h"

#include "auth/trust.h"
#include "base/text.h"
#include "store/document.h"

namespace openclaw::access {

namespace {

constexpr std::size_t file_bytes_max = 4096;
constexpr std::string_view damage_hint = "delete it: the token before the present one then opens nothing";

store::Document document_of(const config::Paths& paths, platform::FileSystem& files) {
    return store::Document(files, earlier_secret_file(paths),
                           {.bytes_max = file_bytes_max, .damage_hint = std::string(damage_hint)});
}

Result<std::optional<EarlierSecret>> parsed(const json::object& content, const platform::Path& path) {
    if (!content.contains("digest")) return std::nullopt;
    const auto digest = SecretDigest::from_hex(string_at(content, "digest").value_or(""));
    const auto ends = integer_at(content, "validUntilMs");
    if (!digest || !ends)
        return hinted(fail(Code::corrupt, "{} holds no token's digest", path.string()),
                      std::string(damage_hint));
    return EarlierSecret{.digest = *digest,
                         .fingerprint = printable(string_at(content, "fingerprint").value_or("")),
                         .ends = from_ms(*ends)};
}

}  // namespace

platform::Path earlier_secret_file(const config::Paths& paths) {
    return paths.credentials_folder() / "gateway-token-before.json";
}

Result<std::optional<EarlierSecret>> read_earlier_secret(const config::Paths& paths,
                                                         platform::FileSystem& files,
                                                         std::optional<std::uint32_t> user_id) {
    const auto path = earlier_secret_file(paths);
    auto info = files.info(path);
    if (!info && info.error().code == Code::not_found) return std::nullopt;
    if (!info) return failed(info.error(), "reading the token before the present one");
    if (auto own = auth::check_own_secret(*info, path, user_id); !own) {
        auto error = own.error();
        error.hint += "; or delete it";
        return std::unexpected(std::move(error));
    }
    const auto content = document_of(paths, files).load();
    if (!content) return failed(content.error(), "reading the token before the present one");
    return *content ? parsed(**content, path) : std::nullopt;
}

Result<void> keep_earlier_secret(const config::Paths& paths, platform::FileSystem& files,
                                 const EarlierSecret& earlier) {
    return document_of(paths, files).update([&](json::object& content) -> Result<void> {
        content = {{"digest", earlier.digest.hex()},
                   {"fingerprint", earlier.fingerprint},
                   {"validUntilMs", to_ms(earlier.ends)}};
        return {};
    });
}

Result<void> forget_earlier_secret(const config::Paths& paths, platform::FileSystem& files) {
    if (!platform::exists(files, earlier_secret_file(paths))) return {};
    return document_of(paths, files).update([](json::object& content) -> Result<void> {
        content = {};
        return {};
    });
}

Result<void> forget_earlier_secret(const config::Paths& paths, platform::FileSystem& files,
                                   const EarlierSecret& ended) {
    return document_of(paths, files).update([&](json::object& content) -> Result<void> {
        if (string_at(content, "digest") == std::string_view(ended.digest.hex())) content = {};
        return {};
    });
}

}  // namespace openclaw::access
