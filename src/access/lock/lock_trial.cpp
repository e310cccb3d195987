#include "access/lock/lock_trial.h"

#include "base/json.h"
#include "base/random.h"

namespace openclaw::access {

namespace {

constexpr Milliseconds lifetime = authority_times::lifetime_min;
constexpr std::string_view folder_prefix = "trial-";

// A trial that goes on now is younger than its certificates.
void sweep_what_was_left(platform::FileSystem& files, const platform::Path& authority, TimePoint now) {
    const auto names = files.list(authority);
    if (!names) return;
    for (const auto& name : *names) {
        const auto folder = authority / name;
        const auto info = files.link_info(folder);
        if (!name.starts_with(folder_prefix) || !info || info->kind != platform::FileKind::directory)
            continue;
        if (info->modified + lifetime > now) continue;
        for (const auto* file : {"ours.crt", "ours.key", "foreign.crt", "foreign.key"})
            (void)files.remove(folder / file);  // what is there to remove
        (void)files.remove(folder);             // or next time
    }
}

}  // namespace

Result<std::unique_ptr<LockTrial>> LockTrial::make(Authorities& authorities, platform::FileSystem& files,
                                                   const Clock& clock) {
    sweep_what_was_left(files, authorities.folder(), clock.now());
    const auto folder = authorities.folder() / fmt::format("{}{}", folder_prefix, random_hex(4));
    if (auto made = platform::make_folders(files, folder, 0700); !made) return std::unexpected(made.error());
    std::unique_ptr<LockTrial> trial(new LockTrial(authorities, files, clock, folder));
    if (auto issued = trial->issue_ours(); !issued) return std::unexpected(issued.error());
    if (auto issued = trial->issue_foreign(); !issued) return std::unexpected(issued.error());
    return trial;
}

LockTrial::~LockTrial() {
    (void)end();  // what can't be forgotten ends by itself within the hour
}

platform::Path LockTrial::ledger() const {
    return authorities_.ledger().path();
}

Result<void> LockTrial::end() {
    for (const auto& path : written_)
        (void)files_.remove(path);  // nobody is let in by it once it is forgotten
    written_.clear();
    (void)files_.remove(folder_);
    if (record_.empty()) return {};
    return authorities_.ledger().forget(std::exchange(record_, {}));
}

Result<void> LockTrial::issue_ours() {
    const auto key = net::PrivateKey::generate(net::KeyKind::p256);
    if (!key) return std::unexpected(key.error());
    const auto issued = authorities_.issue({.name = folder_.filename().string(),
                                            .scopes = Scopes{Scope::read},
                                            .limits = {},
                                            .lifetime = lifetime},
                                           key->public_key());
    if (!issued) return std::unexpected(issued.error());
    record_ = issued->record.id;
    auto written = write("ours", issued->certificate, *key);
    if (!written) return std::unexpected(written.error());
    ours_ = std::move(*written);
    return {};
}

Result<void> LockTrial::issue_foreign() {
    auto root_key = net::PrivateKey::generate(net::KeyKind::p256);
    const auto key = net::PrivateKey::generate(net::KeyKind::p256);
    if (!root_key || !key) return fail(Code::unavailable, "OpenSSL made no key");
    const auto begins = clock_.now() - authority_times::begins_before, ends = clock_.now() + lifetime;
    auto root = make_root({.common_name = "nobody's authority", .begins = begins, .ends = ends + lifetime},
                          *root_key);
    if (!root) return std::unexpected(root.error());
    const auto leaf = make_leaf({.common_name = "nobody",
                                 .public_key = key->public_key(),
                                 .begins = begins,
                                 .ends = ends,
                                 .names = {},
                                 .uri = "openclaw:client:nobody"},
                                {.certificate = std::move(*root), .key = std::move(*root_key)});
    if (!leaf) return std::unexpected(leaf.error());
    auto written = write("foreign", *leaf, *key);
    if (!written) return std::unexpected(written.error());
    foreign_ = std::move(*written);
    return {};
}

Result<LockTrial::ClientFiles> LockTrial::write(const std::string& name, const std::string& certificate,
                                                const net::PrivateKey& key) {
    const ClientFiles client{.certificate = (folder_ / (name + ".crt")).string(),
                             .key = (folder_ / (name + ".key")).string()};
    if (auto written = write_file(client.certificate, pem_of(certificate)); !written)
        return std::unexpected(written.error());
    if (auto written = write_file(client.key, std::string_view(revealed(key.pem()))); !written)
        return std::unexpected(written.error());
    return client;
}

Result<void> LockTrial::write_file(const platform::Path& path, std::string_view text) {
    auto file = files_.create(path, 0600);
    if (!file) return std::unexpected(file.error());
    written_.push_back(path);
    if (auto written = (*file)->write(text); !written) return written;
    return (*file)->close();
}

}  // namespace openclaw::access
