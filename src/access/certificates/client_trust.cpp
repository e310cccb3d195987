#include "access/certificates/client_trust.h"

#include <openssl/x509v3.h>

#include <algorithm>

#include "access/certificates/x509.h"
#include "base/text.h"
#include "config/texts.h"

namespace openclaw::access {

namespace {

constexpr std::size_t authority_bytes_max = 1u << 20, list_bytes_max = 16u << 20;
constexpr std::size_t authorities_max = 64, pins_max = 256, list_files_max = 64;
// What whoever comes by a foreign certificate may do, unless gateway.tls.clientScopes says otherwise.
const std::vector<std::string> usual_scopes = {"operator.chat", "operator.read"};

struct Foreign {
    std::vector<std::string> authorities, pins;
    Scopes scopes;
};

platform::Path place_of(const config::Config& config, const std::string& text) {
    return config::expanded(text, config.paths().home, {});
}

std::size_t count_of(std::string_view text, std::string_view what) {
    std::size_t count = 0;
    for (auto at = text.find(what); at != std::string_view::npos; at = text.find(what, at + 1)) ++count;
    return count;
}

Result<std::vector<std::string>> authorities_in(std::string_view pem) {
    const auto found = x509::certificates_in(pem);
    if (found.empty() || found.size() != count_of(pem, "-----BEGIN "))
        return hinted(fail(Code::invalid_input, "not everything in it is a certificate"),
                      "the file must hold the authorities' certificates, PEM, and nothing else");
    if (found.size() > authorities_max)
        return hinted(fail(Code::invalid_input, "it holds {} certificates", found.size()),
                      "name the few authorities whose clients may come in, and not all that exist");
    std::vector<std::string> ders;
    for (const auto& each : found) {
        if ((X509_get_extension_flags(each.get()) & EXFLAG_CA) == 0)
            return hinted(
                fail(Code::invalid_input, "{} is no authority",
                     x509::shown_name(X509_get_subject_name(each.get()))),
                "to let in a single certificate, put the digest of its key into gateway.tls.clientPins");
        ders.push_back(x509::der_of(each.get()));
    }
    return ders;
}

Result<std::vector<std::string>> read_authorities(const config::Config& config, platform::FileSystem& files) {
    const auto text = config.text("gateway.tls.clientCa");
    if (!text || trimmed(*text).empty()) return std::vector<std::string>();
    const auto path = place_of(config, *text);
    const auto pem = files.read(path, authority_bytes_max);
    if (!pem) return failed(pem.error(), "gateway.tls.clientCa: reading {}", path.string());
    auto ders = authorities_in(*pem);
    if (!ders) return failed(ders.error(), "gateway.tls.clientCa: {}", path.string());
    return ders;
}

// "sha256:" in front, colons and capitals are as welcome as none.
std::optional<std::string> digest_in(std::string_view text) {
    auto digits = lowered(trimmed(text));
    if (digits.starts_with("sha256:")) digits.erase(0, 7);
    std::erase(digits, ':');
    const bool whole =
        digits.size() == 64 && digits.find_first_not_of("0123456789abcdef") == std::string::npos;
    return whole ? std::optional(std::move(digits)) : std::nullopt;
}

Result<std::vector<std::string>> read_pins(const config::Config& config) {
    std::vector<std::string> pins;
    const auto texts = config::texts_at(config, "gateway.tls.clientPins");
    if (texts.size() > pins_max)
        return hinted(fail(Code::invalid_input, "gateway.tls.clientPins names {} keys", texts.size()),
                      "let an authority sign them, and name it in gateway.tls.clientCa");
    for (const auto& text : texts) {
        auto pin = digest_in(text);
        if (!pin)
            return hinted(
                fail(Code::invalid_input, "gateway.tls.clientPins: \"{}\" is no SHA-256 of a public key",
                     shortened(printable(text), 80)),
                "openssl x509 -in CERTIFICATE -noout -pubkey | openssl pkey -pubin -outform der | sha256sum");
        pins.push_back(std::move(*pin));
    }
    return pins;
}

Result<Scopes> read_scopes(const config::Config& config) {
    if (!config.find("gateway.tls.clientScopes")) return Scopes::named(usual_scopes);
    std::vector<std::string> names;
    for (const auto& text : config::texts_at(config, "gateway.tls.clientScopes")) {
        const auto name = text.starts_with("operator.") ? text : "operator." + text;
        if (!find_scope(name))
            return hinted(fail(Code::invalid_input, "gateway.tls.clientScopes: there is no scope \"{}\"",
                               shortened(printable(text), 80)),
                          fmt::format("scopes are {}", joined(Scopes::all().names(), ", ")));
        names.push_back(name);
    }
    return Scopes::named(names);
}

Result<void> check_list_files(const config::Config& config) {
    const auto count = config::texts_at(config, "gateway.tls.clientCrl").size();
    if (count <= list_files_max) return {};
    return hinted(fail(Code::invalid_input, "gateway.tls.clientCrl names {} files", count),
                  fmt::format("put the lists into at most {} files", list_files_max));
}

Result<Foreign> read_foreign(const config::Config& config, platform::FileSystem& files) {
    auto authorities = read_authorities(config, files);
    if (!authorities) return std::unexpected(authorities.error());
    auto pins = read_pins(config);
    if (!pins) return std::unexpected(pins.error());
    const auto scopes = read_scopes(config);
    if (!scopes) return std::unexpected(scopes.error());
    if (auto few = check_list_files(config); !few) return std::unexpected(few.error());
    return Foreign{std::move(*authorities), std::move(*pins), *scopes};
}

std::vector<RevocationLists::File> read_lists(const config::Config& config, platform::FileSystem& files) {
    std::vector<RevocationLists::File> read;
    for (const auto& text : config::texts_at(config, "gateway.tls.clientCrl")) {
        if (read.size() == list_files_max) break;  // was said, as an error
        const auto path = place_of(config, text);
        auto pem = files.read(path, list_bytes_max);
        read.push_back({.place = path.string(),
                        .text = pem ? std::move(*pem) : std::string(),
                        .problem = pem ? std::string() : pem.error().message});
    }
    return read;
}

std::string in_a_line(const Error& error) {
    return error.hint.empty() ? error.message : fmt::format("{}; {}", error.message, error.hint);
}

// What makes the door stay closed until somebody has done something about it.
bool closes_the_door(const Error& error) {
    return error.code == Code::corrupt || error.code == Code::denied || error.code == Code::too_large;
}

void take_own(ReadTrust& read, Result<std::optional<OwnAuthority>> own, const ClientTrust* before) {
    if (own) {
        read.trust.own = std::move(*own);
        return;
    }
    read.problems.push_back(in_a_line(own.error()));
    if (!closes_the_door(own.error()) && before && before->own)
        read.trust.own = before->own;
    else
        read.trust.own_problem = in_a_line(own.error());
}

// Without a word about what was in use before, nobody knows which list is too old: no list counts then.
void take_lists(ReadTrust& read, const config::Config& config, platform::FileSystem& files,
                const ClientTrust* before, TimePoint now) {
    const auto lists = read_lists(config, files);
    read.trust.lists_wanted = !lists.empty();
    if (!read.trust.lists_wanted) return;
    ListMemory memory(files, config.paths().state / "gateway" / "revocation-lists.json");
    auto seen = memory.read();
    if (!seen) read.problems.push_back(in_a_line(seen.error()));
    if (!seen && (closes_the_door(seen.error()) || !before)) return;
    read.trust.lists =
        RevocationLists::read(lists, read.trust.authorities, before ? before->lists : RevocationLists(),
                              seen ? *seen : SeenLists(), now);
    std::ranges::copy(read.trust.lists.problems(), std::back_inserter(read.problems));
    if (!seen) return;
    if (auto kept = memory.keep(read.trust.lists.seen(), now); !kept)
        read.problems.push_back(in_a_line(kept.error()));
}

}  // namespace

Result<ReadTrust> read_client_trust(const config::Config& config, platform::FileSystem& files,
                                    const OwnAuthorityReader& own, const ClientTrust* before, TimePoint now) {
    ReadTrust read;
    if (!config.flag_or_default("gateway.tls.enabled")) return read;
    take_own(read, own(config), before);
    auto& trust = read.trust;
    if (auto foreign = read_foreign(config, files)) {
        trust.authorities = std::move(foreign->authorities);
        trust.pins = std::move(foreign->pins);
        trust.foreign_scopes = foreign->scopes;
    } else if (!before) {
        return std::unexpected(foreign.error());
    } else {
        read.problems.push_back(in_a_line(foreign.error()));
        trust.authorities = before->authorities;
        trust.pins = before->pins;
        trust.foreign_scopes = before->foreign_scopes;
    }
    take_lists(read, config, files, before, now);
    return read;
}

std::vector<platform::Path> client_trust_files(const config::Config& config) {
    std::vector<platform::Path> paths;
    if (!config.flag_or_default("gateway.tls.enabled")) return paths;
    if (const auto text = config.text("gateway.tls.clientCa"); text && !trimmed(*text).empty())
        paths.push_back(place_of(config, *text));
    for (const auto& text : config::texts_at(config, "gateway.tls.clientCrl"))
        paths.push_back(place_of(config, text));
    return paths;
}

}  // namespace openclaw::access
