#include "cli/commands/gateway/cert_desk.h"

#include <filesystem>

#include "access/authority/server_names.h"
#include "access/network.h"
#include "base/day.h"
#include "base/text.h"
#include "cli/gateway/tell_gateway.h"
#include "cli/gateway/this_host.h"

namespace openclaw::cli {

namespace {

constexpr std::string_view wire_prefix = "operator.";

// What a person does with the file, where it was written for.
std::vector<std::string> steps_for(access::Importer importer) {
    using enum access::Importer;
    const std::string root =
        "Take the gateway's root there too: `openclaw gateway cert root --out root.crt`.";
    switch (importer) {
        case iphone:
            return {root,
                    "Open both on the phone; install them in Settings > General > VPN & Device Management.",
                    "Then switch the root on in Settings > General > About > Certificate Trust Settings."};
        case mac:
            return {root, "Open both; in Keychain Access let the root be trusted for SSL."};
        case android:
            return {root,
                    "Install both in Settings > Security > Encryption & credentials: the root as a CA "
                    "certificate, "
                    "this as a VPN & app user certificate. Browsers take them, most apps don't."};
        case windows:
            return {root,
                    "Open both: the root goes to Trusted Root Certification Authorities, this to Personal."};
        case firefox:
            return {root,
                    "Settings > Privacy & Security > View Certificates: import this under Your Certificates, "
                    "the root under Authorities, trusted for websites."};
        case linux_desktop:
            return {root,
                    "Import both where the browser keeps certificates: `pk12util -i FILE -d "
                    "sql:$HOME/.pki/nssdb` "
                    "for Chromium."};
    }
    return {};
}

json::object client_file_json(const access::IssuedCertificate& issued, const ClientFile& file,
                              const platform::Path& path) {
    json::object object{{"id", issued.record.id},
                        {"name", issued.record.name},
                        {"scopes", json::value_from(issued.record.scopes.names())},
                        {"endsAt", to_ms(issued.record.leaves.back().ends)},
                        {"file", path.string()},
                        {"form", file.password ? "pkcs12" : "pem"}};
    if (file.password) object["password"] = revealed(*file.password);
    return object;
}

}  // namespace

Result<std::unique_ptr<CertDesk>> open_cert_desk(Context& context) {
    auto config = of_this_host(context.config());
    if (!config) return std::unexpected(std::move(config).error());
    return std::make_unique<CertDesk>(context, std::move(*config));
}

Result<access::ServerNames> names_of_gateway(access::Authorities& authorities) {
    const auto added = authorities.ledger().server_names();
    if (!added) return std::unexpected(added.error());
    return access::server_names_here(*added);
}

Result<AuthoritiesMade> make_authorities(Context& context, access::Authorities& authorities) {
    const auto names = names_of_gateway(authorities);
    if (!names) return std::unexpected(names.error());
    const auto were_missing = authorities.make(*names);
    if (!were_missing) return std::unexpected(were_missing.error());
    const auto certificate = authorities.ensure_server_certificate(*names);
    if (!certificate) return std::unexpected(certificate.error());
    AuthoritiesMade made{
        .were_missing = *were_missing,
        .issued = certificate->issued,
        .authorities = fmt::format("Made two authorities in {} (yours only).",
                                   context.paths.shortened(authorities.folder())),
        .certificate = fmt::format("This gateway: {} until {}, renewed by itself.",
                                   names_text(certificate->facts.names), day_of(certificate->facts.ends)),
        .warnings = {}};
    for (const auto& name : certificate->left_out)
        made.warnings.push_back(
            fmt::format("warning: {} isn't in the gateway's certificate: its root may not vouch for it; "
                        "`openclaw gateway cert names add {}` changes that",
                        name, name));
    return made;
}

Result<void> ensure_authorities(Context& context, CertDesk& desk) {
    const auto made = make_authorities(context, desk.authorities);
    if (!made) return std::unexpected(made.error());
    if (made->were_missing) context.out.note(made->authorities);
    if (made->issued) context.out.note(made->certificate);
    for (const auto& warning : made->warnings) context.out.note(warning);
    return {};
}

void tell_gateway_of_certificates(Context& context, const CertDesk& desk) {
    tell_gateway_and_note(context, {desk.means.folder / "ledger.json"});
}

Result<access::Scopes> scopes_asked_for(const Arguments& arguments) {
    const auto text = arguments.text("--scopes");
    if (!text) return access::Scopes::named({"operator.chat", "operator.read"});
    std::vector<std::string> names;
    for (const auto piece : split(*text, ',')) {
        const auto name = std::string(wire_prefix) + std::string(trimmed(piece));
        if (!access::find_scope(name)) {
            std::vector<std::string> all;
            for (const auto& known : access::Scopes::all().names())
                all.push_back(known.substr(wire_prefix.size()));
            return hinted(fail(Code::invalid_input, "--scopes: there is no scope \"{}\"", printable(piece)),
                          "there are " + joined(all, ", "));
        }
        names.push_back(name);
    }
    return access::Scopes::named(names);
}

std::string scopes_text(const access::Scopes& scopes) {
    std::vector<std::string> names;
    for (const auto& name : scopes.names()) names.push_back(name.substr(wire_prefix.size()));
    return names.empty() ? "nothing" : joined(names, ", ");
}

Result<std::optional<Milliseconds>> lifetime_asked_for(const Arguments& arguments) {
    constexpr int days_max = 3650;
    const auto days = arguments.integer("--days", 1, days_max);
    if (!days) return std::unexpected(days.error());
    if (!*days) return std::nullopt;
    return std::chrono::days(**days);
}

Result<std::optional<access::Importer>> importer_asked_for(const Arguments& arguments) {
    const auto typed = arguments.text("--for");
    if (!typed) return std::nullopt;
    const auto importer = access::find_importer(*typed);
    if (!importer) return fail(Code::invalid_input, "--for: there is no \"{}\"", printable(*typed));
    return importer;
}

std::string names_text(const access::ServerNames& names) {
    std::vector<std::string> shown;
    for (const auto& name : names.dns)
        if (name != "localhost") shown.push_back(name);
    for (const auto& address : names.addresses)
        if (!access::AddressBytes::parse(address)->is_loopback()) shown.push_back(address);
    return shown.empty() ? "localhost" : joined(shown, ", ");
}

Result<platform::Path> free_output_path(Context& context, const Arguments& arguments,
                                        const std::string& name) {
    std::error_code no_folder;
    const auto path = config::expanded(arguments.text("--out").value_or(name), context.paths.home,
                                       std::filesystem::current_path(no_folder));
    if (!platform::exists(context.files, path)) return path;
    return hinted(fail(Code::busy, "{} is there already", path.string()),
                  "name another file with --out FILE");
}

Result<NewFile> NewFile::reserve(platform::FileSystem& files, const platform::Path& path) {
    auto file = files.create(path, 0600);
    if (!file) return std::unexpected(std::move(file).error());
    return NewFile(files, path, std::move(*file));
}

NewFile::~NewFile() {
    if (!file_) return;
    file_.reset();
    static_cast<void>(files_.remove(path_));
}

Result<void> NewFile::write(std::string_view text) {
    auto written = file_->write(text);
    if (written) written = file_->sync();
    if (written) written = file_->close();
    if (written) file_.reset();
    return written;
}

Result<void> write_new_file(platform::FileSystem& files, const platform::Path& path, std::string_view text) {
    auto file = NewFile::reserve(files, path);
    if (!file) return std::unexpected(std::move(file).error());
    return file->write(text);
}

net::KeyKind key_kind_for(std::optional<access::Importer> importer) {
    return importer ? net::KeyKind::rsa2048 : net::KeyKind::p256;
}

Result<ClientFile> client_file(const access::IssuedCertificate& issued, const net::PrivateKey& key,
                               std::optional<access::Importer> importer) {
    if (importer) {
        auto file =
            access::export_pkcs12(key, issued.certificate, issued.record.name, access::form_for(*importer));
        if (!file) return std::unexpected(file.error());
        ClientFile exported(std::move(file->bytes));
        exported.password = std::move(file->password);
        return exported;
    }
    ClientFile file(access::pem_of(issued.certificate));
    const auto added = key.write_pem([&](std::string_view pem) -> Result<void> {
        file.bytes += pem;
        return {};
    });
    if (!added) return std::unexpected(added.error());
    return file;
}

void show_client_file(Context& context, const Arguments& arguments, const access::IssuedCertificate& issued,
                      const ClientFile& file, const platform::Path& path) {
    if (arguments.has("--json")) return context.out.json(client_file_json(issued, file, path));
    const auto& record = issued.record;
    context.out.line(fmt::format("{}: {}, until {}.", record.name, scopes_text(record.scopes),
                                 day_of(record.leaves.back().ends)));
    context.out.line("File: " + context.paths.shortened(path));
    if (!file.password)
        return context.out.note(
            fmt::format("It holds the key and the certificate: `curl --cert {} --cacert root.crt "
                        "https://HOST:PORT/`; the root is from `openclaw gateway cert root --out "
                        "root.crt`.",
                        path.string()));
    context.out.line(fmt::format("Password for the file: {}", std::string_view(revealed(*file.password))));
    const auto importer = access::find_importer(arguments.text("--for").value_or(""));
    for (const auto& step : importer ? steps_for(*importer) : std::vector<std::string>())
        context.out.note(step);
    context.out.note("Remove the file once it is imported.");
}

void note_without_tls(Context& context, const CertDesk& desk) {
    if (!desk.config->flag_or_default("gateway.tls.enabled"))
        context.out.note(
            "note: this gateway doesn't serve TLS yet, so that no certificate counts: `openclaw config set "
            "gateway.tls.enabled true`");
}

}  // namespace openclaw::cli
