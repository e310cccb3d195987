#pragma once

#include <memory>
#include <string>

#include "access/authority/authorities.h"

namespace openclaw::access {

// What the door is tried with: a certificate of our own authority for a client that exists only as long as
// this does, and one of an authority that nobody knows. Both with their keys in files of a folder of their
// own, 0700, which is gone at the end; the client is forgotten then.
class LockTrial {
public:
    struct ClientFiles {
        std::string certificate, key;
    };
    // What a trial left that was killed goes first, once nobody can be let in by it any more.
    static Result<std::unique_ptr<LockTrial>> make(Authorities& authorities, platform::FileSystem& files,
                                                   const Clock& clock);
    ~LockTrial();
    LockTrial(const LockTrial&) = delete;
    LockTrial& operator=(const LockTrial&) = delete;

    const ClientFiles& ours() const { return ours_; }
    const ClientFiles& foreign() const { return foreign_; }
    // What a running gateway has to read again, at the beginning and at the end.
    platform::Path ledger() const;
    Result<void> end();  // once; the destructor does what is left of it

private:
    LockTrial(Authorities& authorities, platform::FileSystem& files, const Clock& clock,
              platform::Path folder)
        : authorities_(authorities), files_(files), clock_(clock), folder_(std::move(folder)) {}
    Result<void> issue_ours();
    Result<void> issue_foreign();
    Result<ClientFiles> write(const std::string& name, const std::string& certificate,
                              const net::PrivateKey& key);
    Result<void> write_file(const platform::Path& path, std::string_view text);

    Authorities& authorities_;
    platform::FileSystem& files_;
    const Clock& clock_;
    platform::Path folder_;
    std::string record_;
    std::vector<platform::Path> written_;
    ClientFiles ours_, foreign_;
};

}  // namespace openclaw::access
