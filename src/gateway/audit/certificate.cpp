// What the gateway proves itself with to its clients.
#include "gateway/audit/looks.h"

namespace openclaw::gateway::audit {

namespace {

constexpr std::size_t certificate_bytes_max = 1u << 20;
constexpr auto soon = std::chrono::days(30);

// Nothing where TLS is off, or the gateway makes its certificate itself.
std::optional<Result<net::CertificateLook>> certificate_of(const Subject& subject) {
    const auto file = subject.file_at("gateway.tls.certPath");
    if (!subject.speaks_tls() || !file) return std::nullopt;
    const auto text = subject.files.read(*file, certificate_bytes_max);
    if (!text) return std::unexpected(text.error());
    auto look = net::look_at_certificate(*text);
    if (!look) return failed(look.error(), "{}", subject.shown(*file));
    return look;
}

std::string name_of_file(const Subject& subject) {
    return subject.shown(subject.file_at("gateway.tls.certPath").value_or(platform::Path()));
}

std::string day(TimePoint time) {
    return iso_time(time).substr(0, 10);
}

constexpr std::string_view put_another =
    "put a new certificate and its key in their places, and restart the gateway";

}  // namespace

Observations look_at_unusable_certificate(const Subject& subject) {
    const auto certificate = certificate_of(subject);
    if (!certificate || *certificate) return {};
    return {
        {certificate->error().message, "name a PEM file: `openclaw config set gateway.tls.certPath PATH`"}};
}

Observations look_at_ended_certificate(const Subject& subject) {
    const auto certificate = certificate_of(subject);
    if (!certificate || !*certificate || (*certificate)->ends > subject.now) return {};
    return {{fmt::format("{} ended on {}: clients refuse to connect", name_of_file(subject),
                         day((*certificate)->ends)),
             std::string(put_another)}};
}

Observations look_at_ending_certificate(const Subject& subject) {
    const auto certificate = certificate_of(subject);
    if (!certificate || !*certificate) return {};
    const auto ends = (*certificate)->ends;
    if (ends <= subject.now || ends - subject.now > soon) return {};
    return {{fmt::format("{} ends on {}", name_of_file(subject), day(ends)), std::string(put_another)}};
}

Observations look_at_early_certificate(const Subject& subject) {
    const auto certificate = certificate_of(subject);
    if (!certificate || !*certificate || (*certificate)->begins <= subject.now) return {};
    return {{fmt::format("{} counts from {} on: until then clients refuse to connect", name_of_file(subject),
                         day((*certificate)->begins)),
             "set this host's clock, or wait"}};
}

Observations look_at_weak_certificate(const Subject& subject) {
    const auto certificate = certificate_of(subject);
    if (!certificate || !*certificate || (*certificate)->weak_key.empty()) return {};
    return {{fmt::format("{} has {}", name_of_file(subject), (*certificate)->weak_key),
             "have one made with a P-256 key, or RSA of 2048 bits or more"}};
}

}  // namespace openclaw::gateway::audit
