#include "access/lock/lock_change.h"

#include "base/text.h"

namespace openclaw::access {

namespace {

const config::KeyPath mode_path = {"gateway", "auth", "mode"};

config::Edit edit_of(std::string_view path, json::value value) {
    return {*config::parse_key_path(path), std::move(value)};
}

config::Edit to_mode(AccessMode mode) {
    return {mode_path, json::value(json::string_view(name_of(mode)))};
}

// Where the config names no certificate, the gateway shows the one of its own authority.
void add_tls(LockChange& change, const config::Config& config) {
    const auto turn_on = [&](const char* path) {
        if (!config.flag_or_default(path)) change.edits.push_back(edit_of(path, true));
    };
    turn_on("gateway.tls.enabled");
    if (!config.text("gateway.tls.certPath") && !config.text("gateway.tls.keyPath"))
        turn_on("gateway.tls.autoGenerate");
}

bool trusts_others(const config::Config& config) {
    const auto* pins = config.find("gateway.tls.clientPins");
    const auto authority = config.text("gateway.tls.clientCa");
    return (authority && !trimmed(*authority).empty()) ||
           (pins && pins->is_array() && !pins->get_array().empty());
}

// What the mode would be if the config said nothing of it counts too: a password alone makes it one.
bool is_token_now(const config::Config& config, platform::FileSystem& files) {
    const auto secret = resolve_gateway_secret(config, files, {});
    return secret && secret->mode == AccessMode::token;
}

}  // namespace

Result<LockChange> change_to_token(const config::Config& config, platform::FileSystem& files) {
    LockChange change;
    if (!is_token_now(config, files)) change.edits.push_back(to_mode(AccessMode::token));
    const auto secret =
        resolve_gateway_secret(config, files, {.mode = AccessMode::token, .token = {}, .password = {}});
    if (!secret) return std::unexpected(secret.error());
    change.makes_token = !secret->chosen();
    return change;
}

Result<std::vector<CertificateRecord>> clients_with_certificates(Authorities& authorities, TimePoint now) {
    auto records = authorities.ledger().records();
    if (!records) return records;
    std::erase_if(*records, [&](const CertificateRecord& record) { return !stands(record, now); });
    return records;
}

Result<LockChange> change_to_certificates(const config::Config& config, platform::FileSystem& files,
                                          Authorities& authorities, CertificateLock which, TimePoint now) {
    LockChange change;
    const auto clients = clients_with_certificates(authorities, now);
    if (!clients) return std::unexpected(clients.error());
    if (which == CertificateLock::only && clients->empty() && !trusts_others(config))
        return hinted(
            fail(Code::invalid_input, "no client has a certificate that counts: nobody could come in"),
            "give a client one first: `openclaw gateway cert add NAME` or `openclaw gateway cert invite "
            "NAME`");
    change.makes_authorities = !authorities.exist() || !authorities.server_certificate();
    add_tls(change, config);
    const auto secret = resolve_gateway_secret(config, files, {});
    if (which == CertificateLock::only) {
        if (!secret || secret->mode != AccessMode::mtls) change.edits.push_back(to_mode(AccessMode::mtls));
        return change;
    }
    // What has no certificate needs a secret.
    if (!secret || !secret->is_needed()) {
        auto token = change_to_token(config, files);
        if (!token) return token;
        std::ranges::move(token->edits, std::back_inserter(change.edits));
        change.makes_token = token->makes_token;
    } else {
        change.makes_token = !secret->chosen() && secret->mode == AccessMode::token;
    }
    return change;
}

std::vector<std::string> described(const LockChange& change, const config::Config& config) {
    std::vector<std::string> lines;
    if (change.makes_authorities)
        lines.push_back(fmt::format("two authorities and the gateway's certificate in {}",
                                    config.paths().shortened(authority_folder(config.paths()))));
    if (change.makes_token)
        lines.push_back(
            fmt::format("a new token in {}", config.paths().shortened(config.paths().gateway_token_file())));
    for (const auto& edit : change.edits) {
        const auto path = config::format_key_path(edit.path);
        const auto* old = config.find(path);
        const auto becomes = edit.value ? json::serialize(*edit.value) : std::string("its default");
        lines.push_back(old ? fmt::format("{}: {} becomes {}", path, json::serialize(*old), becomes)
                            : fmt::format("{}: {}", path, becomes));
    }
    return lines;
}

Result<std::vector<platform::Path>> carry_out(const LockChange& change, const config::Config& config,
                                              platform::FileSystem& files, config::ConfigWriter writer) {
    std::vector<platform::Path> changed;
    if (change.makes_token) {
        if (auto made = write_token_file(config.paths(), files, new_token()); !made)
            return std::unexpected(made.error());
        changed.push_back(config.paths().gateway_token_file());
    }
    if (change.edits.empty()) return changed;
    auto written = writer.update([&](json::object& document) -> Result<void> {
        json::value root(std::move(document));
        Result<void> done;
        for (const auto& edit : change.edits)
            if (done) done = config::apply_edit(root, edit);
        document = std::move(root.get_object());
        return done;
    });
    if (!written) return std::unexpected(written.error());
    std::ranges::move(written->changed, std::back_inserter(changed));
    return changed;
}

}  // namespace openclaw::access
