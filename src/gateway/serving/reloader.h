#pragma once

#include <coroutine>
#include <functional>
#include <memory>
#include <optional>

#include "access/doorman.h"
#include "credentials/credentials.h"
#include "gateway/serving/currency.h"
#include "gateway/serving/device_keeper.h"
#include "gateway/serving/key_keeper.h"
#include "gateway/serving/lifetime.h"
#include "gateway/serving/options.h"
#include "gateway/serving/reload.h"
#include "gateway/serving/serving.h"
#include "net/loop/file_watcher.h"
#include "net/loop/loop_owned.h"

namespace openclaw::gateway {

// Keeps a running gateway up to date: config, environment, its own secret, and the credential stores. What
// has changed on disk is in use by the next request; turns under way keep what they took. A config that can't
// be used changes nothing: the last good one stays, currency() says why, and it is tried again, less and less
// often, until it could be read: a file that is half written, too many open files, a disk that hesitates.
//
// The kernel tells of changes, and a request that comes takes what it has queued before it is judged. The
// files themselves are read on the pool: the loop waits for no disk. Where the kernel doesn't tell (network
// file systems, no watches left), the files are looked at when a request comes, once a second at most.
class Reloader {
public:
    struct Means {
        net::Loop& loop;
        net::TaskGroup& tasks;
        platform::FileSystem& files;
        const Clock& clock;
        Log& log;
        ConfigLoader load_config;
        TlsMeans tls;
        Options options;     // of the command line, which win over the files
        bool loopback_only;  // whether nobody but this host can connect
        std::string fingerprint_key;
        const Lifetime& life;
        Swapped<Serving>& serving;
        access::Doorman& doorman;
        credentials::Credentials& credentials;
        // Whether the kernel tells of every change of a file there.
        std::function<bool(const platform::Path&)> is_told_of_changes;
        // Read again together with the rest; null: there are none.
        net::LoopOwned<KeyKeeper>* keys = nullptr;
        net::LoopOwned<DeviceKeeper>* devices = nullptr;
    };
    // What follows from a change, for those who stand to the right of us.
    struct Reactions {
        std::function<void()> news;          // something is different: clients may want to know
        std::function<void()> lock_changed;  // principals who stood may stand no longer
    };
    Reloader(Means means, Reactions reactions);

    // Ready at once, without a system call but the one that asks the kernel, when nothing has changed.
    class [[nodiscard]] UpToDate {
    public:
        bool await_ready() const noexcept { return !reading_; }
        std::coroutine_handle<> await_suspend(std::coroutine_handle<> caller) noexcept {
            return reading_->await_suspend(caller);
        }
        void await_resume() {
            if (reading_) reading_->await_resume();
        }

    private:
        friend class Reloader;
        UpToDate() = default;
        explicit UpToDate(net::Task<void> reading) : reading_(std::move(reading)) {}
        std::optional<net::Task<void>> reading_;
    };
    // Before a request is judged: takes over what has changed.
    UpToDate up_to_date();

    void follow();             // from now on, changes are taken over without a request, too
    void glance();             // once in a while: as a request does, without waiting
    net::Task<void> reload();  // reads the config again in any case, as SIGHUP asks for; until that is done
    // Everything that gateway.reload.mode allows, whatever the times of the files say. Takes until it is in
    // use.
    net::Task<void> reread();

    const Currency& currency() const { return currency_; }
    std::string keys_problem() const { return means_.keys ? (*means_.keys)->problem() : std::string(); }
    std::string devices_problem() const {
        return means_.devices ? (*means_.devices)->problem() : std::string();
    }
    net::Task<std::vector<FileUse>> uses_of(std::vector<std::string> files) const;

private:
    // What the pool has found.
    struct Reading {
        FileLook look;                             // as of before the files were read
        bool touched = false;                      // since the look before
        Result<ServingPointer> serving = nullptr;  // null: nothing had to be read
        std::vector<platform::Path> to_watch = {};
        bool told_of_changes = true;
    };
    struct KeptApart {
        std::vector<platform::Path> files;
        std::string problem;
    };
    std::vector<KeptApart> kept_apart() const;
    Reading read(FileLook look, bool anyway) const;  // on the pool
    Result<ServingPointer> load() const;             // on the pool
    std::vector<platform::Path> worth_watching(const config::Config& config) const;

    bool has_changed();
    std::uint64_t order(bool anyway);
    net::Task<void> done(std::uint64_t ordered);
    net::Task<void> carry_out_orders();
    bool take_over(Reading reading);
    bool use(ServingPointer serving);
    bool keep_old(std::string problem);
    void mind_earlier_secret();
    net::Task<void> end_in_time(access::EarlierSecret earlier);
    void try_again_later();
    net::Task<void> try_again(Milliseconds pause);
    net::Task<bool> read_stores(bool from_scratch);
    void watch(std::vector<platform::Path> files, bool told_of_changes);
    void config_touched(const Result<void>& watching);
    void stores_touched();
    net::Task<void> follow_stores();
    void degraded(const std::string& why);

    Means means_;
    Reactions reactions_;
    ServingPointer started_with_;
    bool off_;  // gateway.reload.mode
    Currency currency_;
    FileLook look_;
    net::FileWatcher config_watcher_, store_watcher_;
    std::vector<platform::Path> watched_;
    bool told_ = false;  // by the kernel, of changes
    std::chrono::steady_clock::time_point looked_at_;
    // Reading is ordered and carried out in rounds, so that whoever waits knows that it began after his
    // order.
    std::uint64_t ordered_ = 0, carried_out_ = 0;
    bool anyway_ = false, carrying_out_ = false;
    net::Event carried_;
    std::optional<access::EarlierSecret> minded_;  // whose end is waited for
    Milliseconds pause_;                           // before the next try of what could not be read
    bool trying_ = false;                          // such a try is on its way
    bool degraded_ = false;                        // was said
};

}  // namespace openclaw::gateway
