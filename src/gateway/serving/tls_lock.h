#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "access/authority/own.h"
#include "access/certificates/client_trust.h"
#include "access/gateway_secret.h"
#include "config/config.h"
#include "net/stream/tls.h"
#include "platform/file_system.h"

namespace openclaw::gateway {

// A file that TLS was made from, as it was then.
struct TlsFile {
    platform::Path path;
    std::optional<platform::FileInfo> seen;
    bool operator==(const TlsFile&) const = default;
};

// What the network listener shows, and whose certificates count.
struct TlsLock {
    std::shared_ptr<net::TlsServerContext> context = nullptr;            // null: served in plain
    std::shared_ptr<const access::Certificates> certificates = nullptr;  // null: nobody's
    std::vector<TlsFile> files = {};                                     // of our own certificate
    std::vector<std::string> problems = {};  // what isn't in use as it is written, "place: why"
};

// What TLS is read with.
struct TlsMeans {
    platform::FileSystem& files;
    access::OwnAuthorityReader own_authority;
    std::shared_ptr<net::ClientCertificates> clients;   // who is asked in each handshake
    access::OwnCertificateReader own_certificate = {};  // where no certificate is named
};

// gateway.tls as it is written, files read whole and checked. `before` is what is in use: it stays where a
// file can't be used, which `problems` then says. Without it (at the start) that is an error. So is a lock by
// certificates where nobody's could count.
Result<TlsLock> read_tls_lock(const TlsMeans& means, const config::Config& config, access::AccessMode mode,
                              const TlsLock* before, TimePoint now);

// What would keep a gateway from starting with this lock where it listens, or what of it wouldn't count, as
// settings and files are now. Makes nothing and keeps nothing. `own_certificate` is asked where no
// certificate is named.
std::vector<Error> lock_problems(platform::FileSystem& files, const config::Config& config,
                                 const access::GatewaySecret& secret, bool loopback_only,
                                 const access::OwnAuthorityReader& own_authority,
                                 const std::function<Result<void>()>& own_certificate, TimePoint now);

// Whether the gateway shows a certificate that it makes itself: TLS is on, and none is named.
bool makes_its_certificate(const config::Config& config);

// The files that are read for it.
std::vector<platform::Path> tls_files(const config::Config& config);

}  // namespace openclaw::gateway
