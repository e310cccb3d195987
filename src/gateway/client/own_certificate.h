#pragma once

#include <optional>
#include <string>

#include "base/clock.h"
#include "config/environment/paths.h"
#include "net/http/http.h"
#include "net/stream/private_key.h"
#include "net/stream/tls.h"
#include "platform/file_system.h"

namespace openclaw::gateway {

// What this machine has of one gateway that it has joined: a key that was made here and never leaves, the
// certificate for it, and by what the gateway is known. It stands in <state>/gateway/client/<host>_<port>/,
// where client.json says which files count; it is written last, so that a join that ended half-way leaves
// what was there before.
struct OwnCertificate {
    platform::Path folder;
    std::string url;   // "wss://nas.local:18789"
    std::string name;  // of the client, as it was invited: "laptop"
    platform::Path key, certificate;
    // By what the gateway is known: its authority's certificate, or the beginning of a fingerprint of its
    // key. Neither: the system's authorities vouch for it.
    std::optional<platform::Path> authority;
    std::optional<std::string> pin;
    TimePoint begins, ends;  // of the certificate

    bool ended(TimePoint now) const { return now >= ends; }
    // Two thirds of its time have passed, or it has ended: it is time to ask for the next one.
    bool due(TimePoint now) const { return now >= begins + (ends - begins) * 2 / 3; }
    net::TlsClientContext::Options tls() const;
};

platform::Path own_certificate_folder(const config::Paths& paths, const net::Url& url);
// Nothing where this machine hasn't joined that gateway. `corrupt` when what stands there can't be used.
Result<std::optional<OwnCertificate>> find_own_certificate(platform::FileSystem& files,
                                                           const config::Paths& paths, const net::Url& url);

// What a gateway gave to a client that it let in.
struct NewCertificate {
    std::string name;
    std::string certificate;               // PEM
    std::optional<std::string> authority;  // PEM; nothing: not its own
    std::optional<std::string> pin;
};

// The folder of one gateway while this machine joins it.
class JoiningFolder {
public:
    JoiningFolder(platform::FileSystem& files, const config::Paths& paths, const net::Url& url);

    // The key for this code: made now, or that of an earlier try with the same code, finished or not: asked
    // twice, the gateway gives the same answer.
    Result<net::PrivateKey> key_for(const std::string& code_hash);
    // From now on this is what commands use. `corrupt` when the certificate isn't for that key.
    Result<OwnCertificate> keep(const net::PrivateKey& key, const std::string& code_hash,
                                const NewCertificate& given);

private:
    platform::Path key_file(const net::PrivateKey& key) const;
    std::optional<platform::Path> earlier_key(const std::string& code_hash);
    Result<net::PrivateKey> make_key(const std::string& code_hash);
    void remove_others(const OwnCertificate& kept);

    platform::FileSystem& files_;
    const config::Paths& paths_;
    net::Url url_;
    platform::Path folder_;
};

Result<net::PrivateKey> own_key(platform::FileSystem& files, const OwnCertificate& own);

// Another certificate for the same key. What is written is whole, or what was there stays.
Result<void> replace_own_certificate(platform::FileSystem& files, const OwnCertificate& own,
                                     const NewCertificate& renewed);

}  // namespace openclaw::gateway
