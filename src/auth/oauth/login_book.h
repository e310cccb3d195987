#pragma once

#include <memory>
#include <optional>
#include <string>

#include "auth/oauth/renewal.h"
#include "auth/sealed/key_ring.h"
#include "base/result.h"
#include "platform/file_system.h"
#include "store/append_log.h"

namespace openclaw::auth::oauth {

using platform::FileLock;
using platform::FileSystem;
using platform::Path;

// Where a refresh token's way is written down: <state>/credentials/logins/. A record for each token that is
// under way, and one line for each that was spent, so that a copy of it from a backup is never sent either.
// Every call may wait for a disk.
class LoginBook {
public:
    LoginBook(FileSystem& files, const Path& state, std::shared_ptr<sealed::KeyRing> keys);

    // By what a token is known, in every file, process, agent and spelling of its issuer: a hash of it, 32
    // hex digits.
    static std::string name_of(const Secret& refresh);

    // Whoever holds it may read, send and write; it ends with its holder. `busy` names who has it.
    Result<std::unique_ptr<FileLock>> lease(const std::string& name);
    // Nothing: this token has not been sent. `corrupt`: nobody can say.
    Result<std::optional<RenewalRecord>> read(const std::string& name);
    // On the disk when it returns. Room for the answer is put by with an intent, so that a disk that fills up
    // in between can't lose it.
    Result<void> write(const std::string& name, const RenewalRecord& record);
    // The token was spent, every store has what came for it, and the record goes.
    Result<void> close(const std::string& name, const std::string& successor, TimePoint now);
    Result<void> forget(const std::string& name);

private:
    Path record_path(const std::string& name) const;
    Path room_path(const std::string& name) const;
    Result<std::string> text_of(const std::string& name, const RenewalRecord& record);
    Result<std::optional<RenewalRecord>> spent_record(const std::string& name);
    Result<void> prune_spent(TimePoint now);
    void remove_old_records(TimePoint now);

    FileSystem& files_;
    Path folder_;
    std::shared_ptr<sealed::KeyRing> keys_;
    store::AppendLog spent_;
};

}  // namespace openclaw::auth::oauth
