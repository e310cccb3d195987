#include "auth/sealed/protection.h"

#include <sodium.h>

#include <algorithm>
#include <array>

#include "base/random.h"
#include "base/text.h"

namespace openclaw::auth::sealed {
namespace {

constexpr std::array<std::string_view, 4> method_names = {"file", "systemd", "keyring", "passphrase"};
constexpr std::size_t material_bytes_min = 32, passphrase_bytes_min = 8, key_bytes = 32;

Result<Secret> stretched(const Protection& protection, std::string_view passphrase) {
    if (!protection.cost.within_bounds() || protection.salt.size() != crypto_pwhash_argon2id_SALTBYTES)
        return fail(Code::corrupt, "the sealing key's passphrase parameters are out of bounds");
    std::string key(key_bytes, '\0');
    const auto* salt = reinterpret_cast<const unsigned char*>(protection.salt.data());  // sodium's view
    if (::sodium_init() < 0) return fail(Code::internal, "libsodium can't be initialised");
    if (crypto_pwhash_argon2id(reinterpret_cast<unsigned char*>(key.data()), key.size(), passphrase.data(),
                               passphrase.size(), salt, protection.cost.operations,
                               protection.cost.memory_kib * 1024, crypto_pwhash_ALG_ARGON2ID13) != 0)
        return hinted(fail(Code::unavailable, "not enough memory for the passphrase: {} MiB are needed",
                           protection.cost.memory_kib / 1024),
                      "free some memory and try again");
    return Secret(std::move(key));
}

// What the wrapped key is bound to: everything that says how it is opened.
// `version` 2 says that the lock file proves itself, so that nobody can pass it off as one of before by
// leaving its proof out.
std::string bound_data(int version, std::string_view key_id, const Protection& protection) {
    return length_prefixed({fmt::format("openclaw sealed key v{}", version), name_of(protection.method),
                            key_id, protection.salt, std::to_string(protection.cost.operations),
                            std::to_string(protection.cost.memory_kib)});
}

Secret wrapping_key(const Protection& protection, const Secret& protecting_key) {
    return derived(protecting_key, fmt::format("openclaw sealing wrap v1 {}", name_of(protection.method)));
}

}  // namespace

std::string_view name_of(Method method) {
    return method_names[static_cast<std::size_t>(method)];
}

Result<Method> parse_method(std::string_view text) {
    const auto found = std::ranges::find(method_names, text);
    if (found != method_names.end()) return static_cast<Method>(found - method_names.begin());
    return hinted(fail(Code::invalid_input, "\"{}\" is no way to keep a sealing key", printable(text)),
                  "choose file, systemd, keyring or passphrase");
}

bool PassphraseCost::within_bounds() const {
    return operations >= 1 && operations <= 20 && memory_kib >= 8 && memory_kib <= 2u << 20;
}

PassphraseCost calibrated_cost(const Clock& clock) {
    constexpr auto bearable = std::chrono::milliseconds(700);
    constexpr std::uint64_t operations_max = 8;
    const PassphraseCost least;
    Protection probe{.method = Method::passphrase, .salt = std::string(16, 's'), .cost = least};
    probe.cost.operations = 1;
    const auto start = clock.steady();
    if (!stretched(probe, "a measurement")) return {.operations = 4, .memory_kib = 64 * 1024};
    const auto one = std::max(clock.steady() - start, std::chrono::steady_clock::duration(1));
    return {.operations =
                std::clamp(static_cast<std::uint64_t>(bearable / one), least.operations, operations_max),
            .memory_kib = least.memory_kib};
}

std::string describe(const Protection& protection) {
    switch (protection.method) {
        case Method::file:
            return "key file " + protection.key_file;
        case Method::systemd:
            return "systemd credential openclaw-sealing-key";
        case Method::keyring:
            return "desktop keyring";
        case Method::passphrase:
            return "passphrase";
    }
    return {};
}

Result<Secret> protecting_key(const Protection& protection, const Secret& material) {
    const auto text = trimmed(material.reveal());
    if (protection.method == Method::passphrase) {
        if (text.size() < passphrase_bytes_min)
            return fail(Code::invalid_input, "the passphrase is shorter than {} characters",
                        passphrase_bytes_min);
        return stretched(protection, text);
    }
    if (text.size() < material_bytes_min)
        return hinted(fail(Code::invalid_input, "{} holds less than {} characters, which is too weak a key",
                           describe(protection), material_bytes_min),
                      "keep 32 random bytes there, or choose --key passphrase");
    std::string key(key_bytes, '\0');
    const std::string_view label = "openclaw sealing material v1";
    crypto_generichash(reinterpret_cast<unsigned char*>(key.data()), key.size(),
                       reinterpret_cast<const unsigned char*>(text.data()), text.size(),
                       reinterpret_cast<const unsigned char*>(label.data()), label.size());
    return Secret(std::move(key));
}

Secret new_material() {
    auto bytes = random_bytes(key_bytes);
    Secret material(base64url(bytes));
    wipe(bytes);
    return material;
}

std::string new_salt() {
    return random_bytes(crypto_pwhash_argon2id_SALTBYTES);
}

std::string wrap(const DataKey& key, const Protection& protection, const Secret& protecting_key) {
    return base64url(
        encrypt(key.bytes, bound_data(2, key.id, protection), wrapping_key(protection, protecting_key)));
}

Result<DataKey> unwrap(std::string_view wrapped, std::string_view key_id, const Protection& protection,
                       const Secret& protecting_key) {
    const auto bytes = from_base64url(wrapped);
    const auto with = wrapping_key(protection, protecting_key);
    const auto opened_as = [&](int version) {
        return bytes ? decrypt(*bytes, bound_data(version, key_id, protection), with) : std::nullopt;
    };
    auto opened = opened_as(2);
    const bool proves_lock = opened.has_value();
    if (!opened) opened = opened_as(1);
    if (!opened)
        return fail(Code::denied, "{} doesn't open what was sealed here",
                    protection.method == Method::passphrase ? "this passphrase"
                                                            : "the key in the " + describe(protection));
    auto key = data_key_of(std::move(*opened));
    if (!key || key->id != key_id) return fail(Code::corrupt, "the sealing key {} is damaged", key_id);
    key->proves_lock = proves_lock;
    return key;
}

}  // namespace openclaw::auth::sealed
