#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "access/authority/authorities.h"
#include "access/authority/export.h"
#include "cli/parser/command.h"

namespace openclaw::cli {

// What the `gateway cert` commands work on: the files themselves, whether or not a gateway runs.
struct CertDesk {
    std::shared_ptr<const config::Config> config;
    access::Authorities::Means means;
    access::Authorities authorities;

    CertDesk(Context& context, std::shared_ptr<const config::Config> loaded)
        : config(std::move(loaded)),
          means(access::Authorities::means_of(context.files, context.clock, *config)),
          authorities(means) {}
};
Result<std::unique_ptr<CertDesk>> open_cert_desk(Context& context);

// What this gateway is reached by, with the names that were added.
Result<access::ServerNames> names_of_gateway(access::Authorities& authorities);
// Makes what is missing of the authorities and of the gateway's certificate. What it gives are sentences.
struct AuthoritiesMade {
    bool were_missing = false, issued = false;  // the authorities; the certificate
    std::string authorities, certificate;
    std::vector<std::string> warnings;  // of names that the root may not vouch for
};
Result<AuthoritiesMade> make_authorities(Context& context, access::Authorities& authorities);
// The same, and says on standard error what was made.
Result<void> ensure_authorities(Context& context, CertDesk& desk);
// A running gateway takes over what was changed.
void tell_gateway_of_certificates(Context& context, const CertDesk& desk);

// --scopes chat,read: `invalid_input` names those there are. Absent: chat and read.
Result<access::Scopes> scopes_asked_for(const Arguments& arguments);
// "chat, read"
std::string scopes_text(const access::Scopes& scopes);
Result<std::optional<Milliseconds>> lifetime_asked_for(const Arguments& arguments);
Result<std::optional<access::Importer>> importer_asked_for(const Arguments& arguments);
// "nas, nas.local, 192.168.1.20": what others reach it by.
std::string names_text(const access::ServerNames& names);

// --out, or a name in the working folder; `busy` when something is there already.
Result<platform::Path> free_output_path(Context& context, const Arguments& arguments,
                                        const std::string& name);
// A new file, 0600, that stands before anything is decided on that ends up in it, so that a full disk or a
// folder that can't be written costs nothing. It goes away again unless it was written.
class NewFile {
public:
    static Result<NewFile> reserve(platform::FileSystem& files, const platform::Path& path);
    NewFile(NewFile&& other) noexcept = default;
    NewFile& operator=(NewFile&& other) noexcept = delete;
    ~NewFile();
    // On the disk when this returns.
    Result<void> write(std::string_view text);

private:
    NewFile(platform::FileSystem& files, platform::Path path, std::unique_ptr<platform::WritableFile> file)
        : files_(files), path_(std::move(path)), file_(std::move(file)) {}
    platform::FileSystem& files_;
    platform::Path path_;
    std::unique_ptr<platform::WritableFile> file_;  // null: written, or somebody else's now
};

// Both in one: where what it holds is known already. Nothing is left of it when it can't be written.
Result<void> write_new_file(platform::FileSystem& files, const platform::Path& path, std::string_view text);

// A key with its certificate, on its way to a person; gone from memory with its last use.
struct ClientFile {
    std::string bytes;
    std::optional<Secret> password = {};  // none: PEM, for programs

    explicit ClientFile(std::string given) : bytes(std::move(given)) {}
    ClientFile(ClientFile&&) noexcept = default;
    ClientFile& operator=(ClientFile&&) noexcept = delete;
    ~ClientFile() { wipe(bytes); }
};
Result<ClientFile> client_file(const access::IssuedCertificate& issued, const net::PrivateKey& key,
                               std::optional<access::Importer> importer);
net::KeyKind key_kind_for(std::optional<access::Importer> importer);
// What comes after the file is made, for people; with --json all of it as one object.
void show_client_file(Context& context, const Arguments& arguments, const access::IssuedCertificate& issued,
                      const ClientFile& file, const platform::Path& path);
// Certificates count only where TLS is served.
void note_without_tls(Context& context, const CertDesk& desk);

constexpr Option importer_option{
    .name = "--for",
    .value_name = "WHAT",
    .help = "Make a file that this can import; without it a PEM file for programs",
    .values = "iphone|mac|android|windows|firefox|linux"};
constexpr Option days_option{.name = "--days", .value_name = "N", .help = "How long the certificate lasts"};
constexpr Option out_option{
    .name = "--out", .value_name = "FILE", .help = "Where the file goes", .completes = "file"};
constexpr Option dry_run_option{
    .name = "--dry-run", .help = "Say what would be done, change nothing", .kind = OptionKind::flag};

}  // namespace openclaw::cli
