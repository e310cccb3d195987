#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "access/doorman.h"
#include "access/keys/key_memories.h"
#include "gateway/serving/lifetime.h"
#include "net/loop/loop.h"
#include "net/loop/task.h"

namespace openclaw::gateway {

// Keeps the doorman's named keys as they are kept: what a command or another process has changed counts
// within a second, and so does an end. Records that can't be read close the door to keys, and to nobody else,
// until they can. What is learned of a key while it is used is written behind, gathered over some seconds.
// The loop waits for no disk.
class KeyKeeper {
public:
    struct Means {
        net::Loop& loop;
        net::TaskGroup& tasks;
        const Clock& clock;
        Log& log;
        const Lifetime& life;
        std::shared_ptr<access::KeyStore> store;
        access::Doorman& doorman;
        std::function<void()> lock_changed;  // principals who stood may stand no longer
    };
    explicit KeyKeeper(Means means);

    void begin();   // reads them, waiting for the disk: before anybody is served
    void follow();  // from now on
    // Until what was kept before the call counts, and what was learned of keys before it is kept.
    net::Task<void> reread();

    const platform::Path& file() const { return means_.store->path(); }
    const std::string& problem() const { return problem_; }  // why no key counts, or ""

private:
    using Records = std::shared_ptr<const std::vector<access::KeyRecord>>;
    struct Reading {
        std::uint64_t version = 0;
        Records before = nullptr;
        std::optional<Result<std::vector<access::KeyRecord>>> records = {};  // none: as before
    };
    // On the pool. What others keep in the same database is no news of the keys.
    static Reading read(access::KeyStore& store, std::optional<std::uint64_t> known, Records before);
    void take(Reading reading);
    net::Task<void> mind();
    net::Task<void> look();
    net::Task<void> write();

    const Means means_;
    access::KeyMemories memories_;
    std::optional<std::uint64_t> version_;  // of what counts; none: it could not be read
    Records records_;                       // that count; null: none can be read
    std::string problem_, write_problem_;
};

}  // namespace openclaw::gateway
