#include "gateway/serving/tls_lock.h"

#include <array>

#include "gateway/serving/weak_points.h"

namespace openclaw::gateway {

namespace {

platform::Path place_of(const config::Config& config, const std::string& text) {
    return config::expanded(text, config.paths().home, {});
}

std::vector<TlsFile> look_at(platform::FileSystem& files, std::span<const platform::Path> paths) {
    std::vector<TlsFile> seen;
    for (const auto& path : paths) {
        auto info = files.info(path);
        seen.push_back({path, info ? std::optional(*info) : std::nullopt});
    }
    return seen;
}

Result<std::vector<platform::Path>> identity_files(const config::Config& config) {
    const auto certificate = config.text("gateway.tls.certPath"), key = config.text("gateway.tls.keyPath");
    if (!certificate || !key)
        return hinted(fail(Code::invalid_input, "gateway.tls.enabled is set, but gateway.tls.{} is not",
                           certificate ? "keyPath"
                           : key       ? "certPath"
                                       : "certPath and keyPath"),
                      "set gateway.tls.certPath and gateway.tls.keyPath");
    return std::vector{place_of(config, *certificate), place_of(config, *key)};
}

constexpr std::array own_files = {"server.crt", "server.key"};

std::vector<platform::Path> paths_of_own(const config::Config& config) {
    std::vector<platform::Path> paths;
    for (const auto* name : own_files) paths.push_back(access::authority_folder(config.paths()) / name);
    return paths;
}

// The one that the gateway makes itself.
Result<void> read_own_identity(TlsLock& lock, const TlsMeans& means, const config::Config& config,
                               const TlsLock* before) {
    auto own = means.own_certificate(config);
    if (!own) return failed(own.error(), "the gateway's own certificate");
    if (!own->problem.empty()) lock.problems.push_back("the gateway's own certificate: " + own->problem);
    lock.files = look_at(means.files, paths_of_own(config));
    if (before && before->context && before->files == lock.files) {
        lock.context = before->context;
        return {};
    }
    auto context = net::TlsServerContext::create({.certificate = std::move(own->certificate.pem),
                                                  .key = std::move(own->certificate.key),
                                                  .clients = means.clients});
    if (!context) return failed(context.error(), "the gateway's own certificate");
    lock.context = std::move(*context);
    return {};
}

// Files that are what they were keep their context, and with it the tickets of its sessions.
Result<void> read_identity(TlsLock& lock, const TlsMeans& means, const config::Config& config,
                           const TlsLock* before) {
    if (means.own_certificate && makes_its_certificate(config))
        return read_own_identity(lock, means, config, before);
    const auto paths = identity_files(config);
    if (!paths) return std::unexpected(paths.error());
    lock.files = look_at(means.files, *paths);
    if (before && before->context && before->files == lock.files) {
        lock.context = before->context;
        return {};
    }
    auto context = net::TlsServerContext::create({.certificate_file = paths->front().string(),
                                                  .key_file = paths->back().string(),
                                                  .clients = means.clients});
    if (!context) return failed(context.error(), "reading the gateway's certificate");
    lock.context = std::move(*context);
    return {};
}

Result<void> check_mode(access::AccessMode mode, bool speaks_tls, bool somebody_counts) {
    if (mode != access::AccessMode::mtls || somebody_counts) return {};
    if (!speaks_tls)
        return hinted(fail(Code::invalid_input, "gateway.auth.mode is \"mtls\", but TLS is off"),
                      "set gateway.tls.enabled to true, or gateway.auth.mode to \"token\"");
    return hinted(fail(Code::invalid_input, "gateway.auth.mode is \"mtls\", but nobody's certificate counts"),
                  "name an authority in gateway.tls.clientCa or a key in gateway.tls.clientPins, or set "
                  "gateway.auth.mode to \"token\"");
}

}  // namespace

Result<TlsLock> read_tls_lock(const TlsMeans& means, const config::Config& config, access::AccessMode mode,
                              const TlsLock* before, TimePoint now) {
    TlsLock lock;
    if (config.flag_or_default("gateway.tls.enabled")) {
        const auto read = read_identity(lock, means, config, before);
        if (!read && !(before && before->context)) return std::unexpected(read.error());
        if (!read) {
            lock.problems.push_back(read.error().message);
            lock.context = before->context;
            lock.files.clear();  // so that they are read again
        }
    }
    const auto* counted = before && before->certificates ? &before->certificates->trust() : nullptr;
    static const access::ClientTrust nobody;
    auto trust = access::read_client_trust(config, means.files, means.own_authority,
                                           before && !counted ? &nobody : counted, now);
    if (!trust) return std::unexpected(trust.error());
    std::ranges::move(trust->problems, std::back_inserter(lock.problems));
    lock.certificates =
        access::Certificates::from(std::move(trust->trust), before ? before->certificates.get() : nullptr);
    // The same rules keep what they have found out.
    if (before && lock.certificates && before->certificates &&
        lock.certificates->digest() == before->certificates->digest())
        lock.certificates = before->certificates;
    if (auto valid = check_mode(mode, lock.context != nullptr, lock.certificates != nullptr); !valid)
        return std::unexpected(valid.error());
    return lock;
}

std::vector<Error> lock_problems(platform::FileSystem& files, const config::Config& config,
                                 const access::GatewaySecret& secret, bool loopback_only,
                                 const access::OwnAuthorityReader& own_authority,
                                 const std::function<Result<void>()>& own_certificate, TimePoint now) {
    std::vector<Error> problems;
    if (auto fine = check_lock(config, secret, loopback_only); !fine) problems.push_back(fine.error());
    if (secret.mode == access::AccessMode::password && !secret.chosen())
        problems.push_back(
            {Code::not_found, "gateway.auth.mode is password, and none is set: the gateway doesn't start",
             "put one into OPENCLAW_GATEWAY_PASSWORD, or go by token: `openclaw gateway lock token`"});
    const bool makes_its_own = makes_its_certificate(config);
    if (makes_its_own && own_certificate)
        if (auto fit = own_certificate(); !fit) problems.push_back(fit.error());
    const auto trust = access::read_client_trust(config, files, own_authority, nullptr, now);
    if (!trust) {
        problems.push_back(trust.error());
        return problems;
    }
    for (const auto& problem : trust->problems) problems.push_back({Code::corrupt, problem, {}});
    // The first start makes an authority with the certificate.
    const bool somebody_counts = makes_its_own || access::Certificates::from(trust->trust) != nullptr;
    if (auto valid = check_mode(secret.mode, config.flag_or_default("gateway.tls.enabled"), somebody_counts);
        !valid)
        problems.push_back(valid.error());
    return problems;
}

bool makes_its_certificate(const config::Config& config) {
    const auto named = [&](const char* path) { return config.find(path) != nullptr; };
    return config.flag_or_default("gateway.tls.enabled") &&
           config.flag_or_default("gateway.tls.autoGenerate") && !named("gateway.tls.certPath") &&
           !named("gateway.tls.keyPath");
}

std::vector<platform::Path> tls_files(const config::Config& config) {
    auto paths = access::client_trust_files(config);
    if (makes_its_certificate(config)) {
        std::ranges::move(paths_of_own(config), std::back_inserter(paths));
        paths.push_back(access::authority_folder(config.paths()) / "server-root.crt");
    }
    if (config.flag_or_default("gateway.tls.enabled"))
        for (const auto* path : {"gateway.tls.certPath", "gateway.tls.keyPath"})
            if (const auto text = config.text(path)) paths.push_back(place_of(config, *text));
    return paths;
}

}  // namespace openclaw::gateway
