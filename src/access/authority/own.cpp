#include "access/authority/own.h"

#include "access/authority/server_names.h"

namespace openclaw::access {

namespace {

Result<OwnCertificate> made_fit(Authorities& authorities) {
    const auto added = authorities.ledger().server_names();
    if (!added) return std::unexpected(added.error());
    const auto names = server_names_here(*added);
    const auto made = authorities.make(names);
    if (!made) return std::unexpected(made.error());
    const auto succeeded = authorities.care();
    if (!succeeded) return std::unexpected(succeeded.error());
    auto certificate = authorities.ensure_server_certificate(names);
    if (!certificate) return std::unexpected(certificate.error());
    const bool changed = *made || *succeeded || certificate->issued;
    return OwnCertificate{std::move(*certificate), {}, changed};
}

}  // namespace

Result<std::optional<OwnAuthority>> read_own_authority(const Authorities::Means& means) {
    Authorities authorities(means);
    const auto roots = authorities.roots();
    if (!roots && roots.error().code == Code::not_found) return std::nullopt;
    if (!roots) return std::unexpected(roots.error());
    auto records = authorities.ledger().records();
    if (!records) return std::unexpected(records.error());
    OwnAuthority own{.roots = {}, .records = std::move(*records)};
    for (const auto& root : roots->client) own.roots.push_back(root.certificate);
    return own;
}

bool OwnCertificateLooks::is_worth_one(const ServerNames& host_names, TimePoint now) const {
    return !at_ || names_ != host_names || now < *at_ || now - *at_ >= std::chrono::days(1);
}

void OwnCertificateLooks::found_fit(ServerNames host_names, TimePoint now) {
    names_ = std::move(host_names);
    at_ = now;
}

Result<OwnCertificate> read_own_certificate(const Authorities::Means& means) {
    Authorities authorities(means);
    auto fit = made_fit(authorities);
    if (fit) return fit;
    auto standing = authorities.server_certificate();
    if (!standing) return std::unexpected(fit.error());
    return OwnCertificate{std::move(*standing), fit.error().message, false};
}

}  // namespace openclaw::access
