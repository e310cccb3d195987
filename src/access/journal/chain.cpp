#include "access/journal/chain.h"

#include <sodium.h>

#include "auth/trust.h"
#include "base/digest.h"
#include "base/random.h"
#include "base/secret.h"
#include "base/text.h"
#include "store/replace_file.h"

namespace openclaw::access {

namespace {

constexpr std::string_view tag_member = R"(,"tag":")";
constexpr std::string_view line_end = R"("})";
constexpr std::size_t hex_digits = 64;

const unsigned char* bytes_of(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());  // sodium's view of text
}

}  // namespace

std::string hex_of(const Tag& tag) {
    return to_hex(tag);
}

std::optional<Tag> tag_of_hex(std::string_view text) {
    Tag tag{};
    return from_hex(text, tag) ? std::optional(tag) : std::nullopt;
}

ChainKey::ChainKey(const std::array<unsigned char, 32>& bytes) : bytes_(bytes) {
    id_ = hex_of(tag({}, "openclaw audit key id")).substr(0, 16);
    auto seed = tag({}, "openclaw audit checkpoint key");
    crypto_sign_seed_keypair(public_key_.data(), signing_key_.data(), seed.data());
    sodium_memzero(seed.data(), seed.size());
}

ChainKey::~ChainKey() {
    sodium_memzero(bytes_.data(), bytes_.size());
    sodium_memzero(signing_key_.data(), signing_key_.size());
}

Result<ChainKey> ChainKey::load(platform::FileSystem& files, const platform::Path& path) {
    const auto info = files.info(path);
    if (!info) return failed(info.error(), "reading the audit log's key");
    if (auto own = auth::check_own_secret(*info, path, std::nullopt); !own)
        return failed(own.error(), "the audit log's key isn't used");
    auto text = files.read(path, 4096);
    if (!text) return failed(text.error(), "reading the audit log's key");
    std::array<unsigned char, 32> bytes{};
    const bool whole = from_hex(trimmed(*text), bytes);
    wipe(*text);
    if (!whole)
        return hinted(fail(Code::corrupt, "the audit log's key {} is damaged", path.string()),
                      "put it back from a backup; or move it away, and the gateway makes another: lines of "
                      "before can then not be verified");
    ChainKey key(bytes);
    sodium_memzero(bytes.data(), bytes.size());
    return key;
}

Result<ChainKey> ChainKey::ensure(platform::FileSystem& files, const platform::Path& path) {
    auto key = load(files, path);
    if (key || key.error().code != Code::not_found) return key;
    if (auto made = platform::make_folders(files, path.parent_path(), 0700); !made)
        return failed(made.error(), "making the audit log's key");
    auto text = random_hex(hex_digits / 2);
    const auto written = store::replace_file(files, path, text);
    wipe(text);
    if (!written) return failed(written.error(), "making the audit log's key");
    return load(files, path);
}

Tag ChainKey::tag(const Tag& previous, std::string_view text) const {
    Tag tag{};
    crypto_auth_hmacsha256_state state;
    crypto_auth_hmacsha256_init(&state, bytes_.data(), bytes_.size());
    crypto_auth_hmacsha256_update(&state, previous.data(), previous.size());
    crypto_auth_hmacsha256_update(&state, bytes_of(text), text.size());
    crypto_auth_hmacsha256_final(&state, tag.data());
    sodium_memzero(&state, sizeof state);
    return tag;
}

std::string ChainKey::sign(std::string_view text) const {
    std::array<unsigned char, crypto_sign_BYTES> signature{};
    crypto_sign_detached(signature.data(), nullptr, bytes_of(text), text.size(), signing_key_.data());
    return to_hex(signature);
}

bool ChainKey::has_signed(std::string_view text, std::string_view signature_hex) const {
    std::array<unsigned char, crypto_sign_BYTES> signature{};
    return from_hex(signature_hex, signature) &&
           crypto_sign_verify_detached(signature.data(), bytes_of(text), text.size(), public_key_.data()) ==
               0;
}

std::string ChainKey::public_key() const {
    return to_hex(public_key_);
}

std::string chained(std::string_view text, const Tag& tag) {
    return fmt::format("{}{}{}{}", text, tag_member, hex_of(tag), line_end);
}

std::optional<ChainedLine> split_chained(std::string_view line) {
    constexpr auto behind = tag_member.size() + hex_digits + line_end.size();
    if (line.size() <= behind || !line.ends_with(line_end)) return std::nullopt;
    const auto text = line.substr(0, line.size() - behind);
    const auto rest = line.substr(text.size());
    const auto tag = tag_of_hex(rest.substr(tag_member.size(), hex_digits));
    if (!rest.starts_with(tag_member) || !tag) return std::nullopt;
    return ChainedLine{text, *tag};
}

}  // namespace openclaw::access
