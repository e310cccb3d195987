#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "auth/profiles/profile.h"
#include "auth/rests/outcome.h"
#include "base/result.h"

namespace openclaw::auth {

// An outcome and whose it is.
struct Report {
    ProfileId profile;
    Outcome outcome;
};

// Where the credentials of an agent are kept. Today a file (profile_store.h); whoever runs credentials
// doesn't know that, so that a database which several gateways share can stand behind the same calls. Usable
// from several threads; every call but places() may wait for a disk or a network.
class CredentialStore {
public:
    struct Snapshot {
        std::shared_ptr<const Store> store;  // the same pointer until something changes
        // Another number whenever profiles, orders or damage differ, the same while only usage does.
        std::uint64_t credentials = 0;
    };
    using Records = std::vector<std::pair<ProfileId, UsageStats>>;

    virtual ~CredentialStore() = default;

    virtual Result<Snapshot> snapshot() = 0;
    // Adds what requests have learned to the records, the earliest first, on top of what stands there by now:
    // all of it in one step, or none. Gives the records of these profiles as they are then. A profile that is
    // gone is no error; it has no record.
    virtual Result<Records> report(std::span<const Report> reports) = 0;
    // Changes one profile's record of usage.
    virtual Result<void> update_usage(const ProfileId& id,
                                      const std::function<UsageStats(UsageStats)>& change) = 0;
    // The files in which a change of the store shows: whoever wants to know of it watches them.
    virtual std::vector<std::filesystem::path> places() const = 0;
};

}  // namespace openclaw::auth
