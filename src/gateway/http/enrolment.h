#pragma once

#include <memory>
#include <string>

#include "access/authority/authorities.h"
#include "access/enrolment/invitations.h"
#include "base/log.h"
#include "net/loop/file_watcher.h"
#include "net/loop/loop.h"

namespace openclaw::gateway {

// A file with key and certificate that waits in the folder of the authorities until a phone has fetched it.
platform::Path handout_file(const config::Paths& paths, const std::string& invitation);

// What the gateway does about invitations. Commands write them; this watches their file, answers by it, and
// takes away what nobody may fetch any more. Its questions wait for disks and sign: they are asked on the
// pool's threads.
class Enrolment {
public:
    struct Means {
        net::Loop& loop;
        net::TaskGroup& tasks;
        platform::FileSystem& files;
        const Clock& clock;
        Log& log;
        config::Paths paths;
        std::shared_ptr<access::Invitations> invitations;
        access::AuthoritiesOf authorities;
    };
    explicit Enrolment(Means means);
    void follow();  // from now on, until this is destroyed; before the loop runs

    // Whether anybody may come through an invitation now. From memory.
    bool lets_somebody_in() const { return invitations().let_somebody_in(means_.clock.now()); }

    // All of these from any thread.
    access::Invitations& invitations() const { return *means_.invitations; }
    struct Given {
        std::string name;
        std::string certificate;  // PEM
        // By what the client will know the gateway: PEM of its server roots, or the SHA-256 of a key where it
        // shows a certificate from elsewhere.
        std::optional<std::string> authority = {}, server_key = {};
    };
    // For a computer whose code was right: `invalid_input` for a request that proves no key; `denied` when
    // the code was spent by another key meanwhile.
    Result<Given> join(const access::Invitation& invited, const std::string& request, const std::string& from,
                       const config::Config& config) const;
    // Whether `renew` would be refused to whoever shows this, whatever he asks for.
    Result<void> may_renew(const std::string& shown, const config::Config& config) const;
    // For who has proven to hold the key of a certificate of ours (DER). `not_found`: it is none. `denied`
    // and `busy` (too early) tell the holder why.
    Result<Given> renew(const std::string& shown, const std::string& request,
                        const config::Config& config) const;
    // The file of a phone, whose ticket was right and for which the terminal has said yes. Once.
    Result<std::string> hand_out(const std::string& ticket) const;
    // The certificate of the server root, DER.
    Result<std::string> server_root(const config::Config& config) const;

private:
    net::Task<void> look();
    void remove_old_handouts() const;
    access::Authorities authorities(const config::Config& config) const;
    Result<access::CertificateRecord> renewable(access::Authorities& authorities,
                                                const std::string& shown) const;
    Result<Given> given(access::Authorities& authorities, const config::Config& config, std::string name,
                        std::string certificate) const;

    Means means_;
    std::unique_ptr<net::FileWatcher> watcher_;
};

}  // namespace openclaw::gateway
