#include "gateway/client/own_certificate.h"

#include <algorithm>

#include "access/authority/certificate.h"
#include "base/digest.h"
#include "base/host_text.h"
#include "base/json.h"
#include "store/replace_file.h"

namespace openclaw::gateway {

namespace {

using platform::Path;

constexpr std::size_t file_bytes_max = 64u << 10;
constexpr auto index_name = "client.json", joining_name = "joining.json";

std::string file_sign(char sign) {
    const bool plain =
        (sign >= 'a' && sign <= 'z') || (sign >= '0' && sign <= '9') || sign == '.' || sign == '_';
    return std::string(1, plain ? sign : '-');
}

std::string plain_url(const net::Url& url) {
    return "wss://" + host_and_port(url.host, url.port);
}

std::string key_name(const std::string& public_key_der) {
    return sha256_hex(public_key_der).substr(0, 16);
}

Result<json::object> read_object(platform::FileSystem& files, const Path& path) {
    auto text = files.read(path, file_bytes_max);
    if (!text) return std::unexpected(text.error());
    auto parsed = parse_json(*text, file_bytes_max);
    if (!parsed) return failed(parsed.error(), "{}", path.string());
    if (!parsed->is_object()) return fail(Code::corrupt, "{} is no object", path.string());
    return std::move(parsed->get_object());
}

// A name of a file in the folder, never a way out of it.
std::optional<Path> file_at(const json::object& object, std::string_view key, const Path& folder) {
    const auto name = string_at(object, key);
    if (!name || name->empty() || name->contains('/') || *name == "." || *name == "..") return std::nullopt;
    return folder / *name;
}

std::unexpected<Error> unusable(const Path& folder, std::string_view why) {
    return hinted(
        fail(Code::corrupt, "this machine's certificate in {} can't be used: {}", folder.string(), why),
        "ask for a new invitation on the gateway's machine (`openclaw gateway cert invite NAME`), or "
        "remove that folder to connect without a certificate");
}

// The first certificate of a PEM file.
Result<access::CertificateFacts> facts_in(std::string_view pem) {
    const auto all = access::certificates_of(pem);
    if (!all) return std::unexpected(all.error());
    return access::read_certificate(all->front());
}

}  // namespace

net::TlsClientContext::Options OwnCertificate::tls() const {
    net::TlsClientContext::Options options;
    if (authority) options.ca_file = authority->string();
    if (pin)
        if (auto parsed = net::ServerPin::parse(*pin)) options.pins.push_back(std::move(*parsed));
    options.certificate_file = certificate.string();
    options.key_file = key.string();
    return options;
}

Path own_certificate_folder(const config::Paths& paths, const net::Url& url) {
    std::string name;
    for (const char sign : url.host) name += file_sign(sign);
    return paths.state / "gateway" / "client" / fmt::format("{}_{}", name, url.port);
}

Result<std::optional<OwnCertificate>> find_own_certificate(platform::FileSystem& files,
                                                           const config::Paths& paths, const net::Url& url) {
    const auto folder = own_certificate_folder(paths, url);
    if (!platform::exists(files, folder / index_name)) return std::nullopt;
    const auto index = read_object(files, folder / index_name);
    if (!index) return unusable(folder, index.error().message);
    if (string_at(*index, "url") != plain_url(url)) return std::nullopt;
    const auto key = file_at(*index, "key", folder), certificate = file_at(*index, "certificate", folder);
    if (!key || !certificate) return unusable(folder, "client.json names no key or no certificate");
    const auto pem = files.read(*certificate, file_bytes_max);
    if (!pem) return unusable(folder, pem.error().message);
    const auto facts = facts_in(*pem);
    if (!facts) return unusable(folder, facts.error().message);
    const auto pin = string_at(*index, "pin");
    if (pin && !net::ServerPin::parse(*pin))
        return unusable(folder, "client.json has a fingerprint that is none");
    return OwnCertificate{.folder = folder,
                          .url = plain_url(url),
                          .name = std::string(string_at(*index, "name").value_or("")),
                          .key = *key,
                          .certificate = *certificate,
                          .authority = file_at(*index, "authority", folder),
                          .pin = pin ? std::optional(std::string(*pin)) : std::nullopt,
                          .begins = facts->begins,
                          .ends = facts->ends};
}

JoiningFolder::JoiningFolder(platform::FileSystem& files, const config::Paths& paths, const net::Url& url)
    : files_(files), paths_(paths), url_(url), folder_(own_certificate_folder(paths, url)) {}

Path JoiningFolder::key_file(const net::PrivateKey& key) const {
    return folder_ / fmt::format("key-{}.pem", key_name(key.public_key()));
}

std::optional<Path> JoiningFolder::earlier_key(const std::string& code_hash) {
    for (const auto* name : {joining_name, index_name}) {
        const auto before = read_object(files_, folder_ / name);
        if (before && string_at(*before, "codeHash") == code_hash) return file_at(*before, "key", folder_);
    }
    return std::nullopt;
}

Result<net::PrivateKey> JoiningFolder::key_for(const std::string& code_hash) {
    const auto file = earlier_key(code_hash);
    auto text = file ? files_.read(*file, file_bytes_max) : fail(Code::not_found, "no key");
    if (!text) return make_key(code_hash);
    return net::PrivateKey::from_pem(Secret(std::move(*text)));
}

Result<net::PrivateKey> JoiningFolder::make_key(const std::string& code_hash) {
    if (auto made = platform::make_folders(files_, folder_, 0700); !made)
        return failed(made.error(), "making the folder of this machine's key");
    auto key = net::PrivateKey::generate(net::KeyKind::p256);
    if (!key) return key;
    const auto file = key_file(*key);
    const auto kept =
        key->write_pem([&](std::string_view pem) { return store::replace_file(files_, file, pem); });
    if (!kept) return failed(kept.error(), "writing this machine's key");
    const json::object joining{{"codeHash", code_hash}, {"key", file.filename().string()}};
    if (auto written = store::replace_file(files_, folder_ / joining_name, format_json(joining)); !written)
        return failed(written.error(), "writing this machine's key");
    return key;
}

Result<OwnCertificate> JoiningFolder::keep(const net::PrivateKey& key, const std::string& code_hash,
                                           const NewCertificate& given) {
    const auto facts = facts_in(given.certificate);
    if (!facts) return failed(facts.error(), "the certificate that the gateway sent");
    if (facts->public_key != sha256_hex(key.public_key()))
        return fail(Code::corrupt, "the gateway sent a certificate for another key");
    const auto sign = key_name(key.public_key());
    json::object index{{"url", plain_url(url_)},
                       {"name", given.name},
                       {"codeHash", code_hash},
                       {"key", key_file(key).filename().string()},
                       {"certificate", fmt::format("certificate-{}.pem", sign)}};
    const auto write = [&](const std::string& name, std::string_view text) {
        return store::replace_file(files_, folder_ / name, text);
    };
    if (auto done = write(fmt::format("certificate-{}.pem", sign), given.certificate); !done)
        return std::unexpected(done.error());
    if (given.authority) {
        const auto name = fmt::format("authority-{}.pem", sign);
        if (auto done = write(name, *given.authority); !done) return std::unexpected(done.error());
        index["authority"] = name;
    }
    if (given.pin) index["pin"] = *given.pin;
    if (auto done = write(index_name, format_json(index)); !done) return std::unexpected(done.error());
    auto kept = find_own_certificate(files_, paths_, url_);
    if (!kept) return std::unexpected(kept.error());
    if (!*kept) return fail(Code::internal, "{} isn't there after it was written", index_name);
    remove_others(**kept);
    return std::move(**kept);
}

// What earlier joins have left counts no longer, keys above all. What can't be removed does no harm.
void JoiningFolder::remove_others(const OwnCertificate& kept) {
    const auto names = files_.list(folder_);
    for (const auto& name : names ? *names : std::vector<std::string>()) {
        const auto path = folder_ / name;
        const bool ours = name == joining_name || name.starts_with("key-") ||
                          name.starts_with("certificate-") || name.starts_with("authority-");
        if (!ours || path == kept.key || path == kept.certificate || path == kept.authority) continue;
        static_cast<void>(files_.remove(path));
    }
}

Result<net::PrivateKey> own_key(platform::FileSystem& files, const OwnCertificate& own) {
    auto text = files.read(own.key, file_bytes_max);
    if (!text) return unusable(own.folder, text.error().message);
    auto key = net::PrivateKey::from_pem(Secret(std::move(*text)));
    if (!key) return unusable(own.folder, key.error().message);
    return key;
}

Result<void> replace_own_certificate(platform::FileSystem& files, const OwnCertificate& own,
                                     const NewCertificate& renewed) {
    const auto facts = facts_in(renewed.certificate);
    if (!facts) return failed(facts.error(), "the certificate that the gateway sent");
    const auto before = files.read(own.certificate, file_bytes_max);
    const auto old_facts = before ? facts_in(*before) : std::unexpected(before.error());
    if (!old_facts) return std::unexpected(old_facts.error());
    if (facts->public_key != old_facts->public_key)
        return fail(Code::corrupt, "the gateway sent a certificate for another key");
    if (own.authority && renewed.authority)
        if (auto done = store::replace_file(files, *own.authority, *renewed.authority); !done) return done;
    return store::replace_file(files, own.certificate, renewed.certificate);
}

}  // namespace openclaw::gateway
