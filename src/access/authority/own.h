#pragma once

#include <functional>
#include <optional>

#include "access/authority/authorities.h"
#include "access/certificates/certificates.h"

// The authorities as a running gateway asks for them.
namespace openclaw::access {

// Whose certificates count: the client roots that haven't ended, and the records that somebody has said yes
// to. Nothing when there are no authorities.
Result<std::optional<OwnAuthority>> read_own_authority(const Authorities::Means& means);

// The gateway's own certificate, fit for the names that it has now: made with its authorities where there are
// none, issued again where that is needed, successors included. Where that can't be done the one that stands
// is used, and `problem` says why.
struct OwnCertificate {
    ServerCertificate certificate;
    std::string problem = {};
    bool changed = false;  // something was written
};
Result<OwnCertificate> read_own_certificate(const Authorities::Means& means);
// When a certificate that was found to be fit is worth another look: the host's names have changed, a day has
// passed, or the clock was set back.
class OwnCertificateLooks {
public:
    bool is_worth_one(const ServerNames& host_names, TimePoint now) const;
    void found_fit(ServerNames host_names, TimePoint now);

private:
    ServerNames names_;
    std::optional<TimePoint> at_;
};

using OwnCertificateReader = std::function<Result<OwnCertificate>(const config::Config& config)>;

}  // namespace openclaw::access
