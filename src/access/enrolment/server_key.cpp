#include "access/enrolment/server_key.h"

#include "access/authority/authorities.h"

namespace openclaw::access {

namespace {

constexpr std::size_t file_bytes_max = 256u << 10;

}  // namespace

Result<ShownCertificate> shown_certificate_in(std::string_view pem) {
    const auto all = certificates_of(pem);
    if (!all) return std::unexpected(all.error());
    auto own = read_certificate(all->front());
    if (!own) return std::unexpected(own.error());
    const auto last = read_certificate(all->back());
    if (!last) return std::unexpected(last.error());
    const auto known_by = last->authority ? last->public_key : own->public_key;
    return ShownCertificate{.facts = std::move(*own), .known_by = known_by};
}

Result<ShownCertificate> shown_certificate(platform::FileSystem& files, const config::Config& config) {
    const auto named = config.text("gateway.tls.certPath");
    const auto file = named ? config::expanded(*named, config.paths().home, {})
                            : authority_folder(config.paths()) / "server.crt";
    const auto pem = files.read(file, file_bytes_max);
    if (!pem) return failed(pem.error(), "reading the gateway's certificate");
    auto shown = shown_certificate_in(*pem);
    if (!shown) return failed(shown.error(), "{}", file.string());
    shown->of_our_authority = !named;
    return shown;
}

}  // namespace openclaw::access
