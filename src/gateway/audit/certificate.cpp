// What the gateway proves itself with to its clients.
#include "base/day.h"
#include "gateway/audit/looks.h"

namespace openclaw::gateway::audit {

namespace {

constexpr std::size_t certificate_bytes_max = 1u << 20;
constexpr auto soon = std::chrono::days(30);

struct Certificate {
    platform::Path file;
    Result<net::CertificateLook> look;
    bool made_here;  // by the gateway, which makes the next one, too
};

Result<net::CertificateLook> look_at_file(const Subject& subject, const platform::Path& file) {
    const auto text = subject.files.read(file, certificate_bytes_max);
    if (!text) return std::unexpected(text.error());
    auto look = net::look_at_certificate(*text);
    if (!look) return failed(look.error(), "{}", subject.shown(file));
    return look;
}

// The one that the config names, and those that the gateway has made.
std::vector<Certificate> certificates_of(const Subject& subject) {
    std::vector<Certificate> found;
    const auto named = subject.file_at("gateway.tls.certPath");
    if (subject.speaks_tls() && named) found.push_back({*named, look_at_file(subject, *named), false});
    const auto folder = subject.paths().state / "gateway" / "authority";
    for (const auto* name : {"server.crt", "server-root.crt", "client-root.crt"})
        if (platform::exists(subject.files, folder / name))
            found.push_back({folder / name, look_at_file(subject, folder / name), true});
    return found;
}

std::string renewal(const Certificate& certificate) {
    return certificate.made_here
               ? "let the gateway run: it renews what it has made"
               : "put a new certificate and its key in their places, and restart the gateway";
}

}  // namespace

Observations look_at_unusable_certificate(const Subject& subject) {
    Observations seen;
    for (const auto& each : certificates_of(subject))
        if (!each.look)
            seen.push_back({each.look.error().message,
                            each.made_here
                                ? "put that file back from a backup"
                                : "name a PEM file: `openclaw config set gateway.tls.certPath PATH`"});
    return seen;
}

Observations look_at_ended_certificate(const Subject& subject) {
    Observations seen;
    for (const auto& each : certificates_of(subject))
        if (each.look && each.look->ends <= subject.now)
            seen.push_back({fmt::format("{} ended on {}: what it proves counts no more",
                                        subject.shown(each.file), day_of(each.look->ends)),
                            renewal(each)});
    return seen;
}

Observations look_at_ending_certificate(const Subject& subject) {
    Observations seen;
    for (const auto& each : certificates_of(subject)) {
        const bool ends_soon =
            each.look && each.look->ends > subject.now && each.look->ends - subject.now <= soon;
        if (!ends_soon) continue;
        seen.push_back(
            {fmt::format("{} ends on {}", subject.shown(each.file), day_of(each.look->ends)), renewal(each)});
    }
    return seen;
}

Observations look_at_early_certificate(const Subject& subject) {
    Observations seen;
    for (const auto& each : certificates_of(subject))
        if (each.look && each.look->begins > subject.now)
            seen.push_back({fmt::format("{} counts from {} on: until then clients refuse to connect",
                                        subject.shown(each.file), day_of(each.look->begins)),
                            "set this host's clock, or wait"});
    return seen;
}

Observations look_at_weak_certificate(const Subject& subject) {
    Observations seen;
    for (const auto& each : certificates_of(subject))
        if (each.look && !each.look->weak_key.empty())
            seen.push_back({fmt::format("{} has {}", subject.shown(each.file), each.look->weak_key),
                            "have one made with a P-256 key, or RSA of 2048 bits or more"});
    return seen;
}

}  // namespace openclaw::gateway::audit
