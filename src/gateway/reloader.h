#pragma once

#include <memory>

#include "gateway/core.h"
#include "gateway/reload.h"
#include "net/loop/file_watcher.h"

namespace openclaw::gateway {

// Keeps a running gateway up to date: config, environment, its own secret, and the credential stores. What
// has changed on disk is in use by the next request; turns under way keep what they took. A config that can't
// be used changes nothing: the last good one stays, and `Core::currency` says why.
class Reloader {
public:
    Reloader(Core& core, access::SecretFlags flags);

    // Has the system tell of changes, so that they are taken over without a request, and clients are told.
    // Where it can't, changes are seen when a request comes; that is said once.
    void follow();
    void look();    // before a request is judged: takes over what has changed
    void reload();  // reads the config again in any case, as SIGHUP asks for
    net::Task<void>
    reread();  // everything that gateway.reload.mode allows, whatever the times of the files say

private:
    bool take_over_changes();
    bool take_over();
    void use(Settings settings);
    bool keep_old(std::string problem);
    net::Task<bool> read_stores(bool from_scratch);
    net::Task<void> follow_up(bool config_changed);
    void watch();
    void changed(const Result<void>& watching);
    void degraded(const Result<void>& watching);
    void announce();

    Core& core_;
    access::SecretFlags flags_;
    std::shared_ptr<const config::Config> started_with_;
    FileLook files_;
    std::unique_ptr<net::FileWatcher> watcher_;
    bool degraded_ = false;
};

// Whether the gateway uses a file as it is now; else why not.
struct FileUse {
    bool used = false;
    std::string why_not;
};
FileUse use_of(const Core& core, const platform::Path& file);

}  // namespace openclaw::gateway
