#pragma once

#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "access/arrival.h"
#include "access/principal.h"
#include "base/clock.h"

namespace openclaw::access {

// One who was let in, as far as can be told apart.
struct Caller {
    std::string principal;  // its id: "token"
    Proof proof = Proof::token;
    std::string address;
    std::string client;            // what it calls itself, "curl/7.88.1"; proves nothing
    std::uint64_t generation = 0;  // of the secret that it had
    TimePoint first, last;
    std::uint64_t times = 0;
};

// Who was let in lately, for people who want to know whom a change of the lock would hit: in memory, since
// the start. Where the room is taken, whoever came longest ago is forgotten. From any thread.
class RecentCallers {
public:
    static constexpr std::size_t callers_max = 256;
    static constexpr std::size_t client_bytes_max = 64;

    void note(const Principal& principal, const Arrival& arrival, TimePoint now);
    std::vector<Caller> all() const;  // who came last, first
    // Whoever called himself so: the owner's own tries at the door, which nobody needs to know of.
    void forget(std::string_view client);

private:
    void make_room();

    mutable std::mutex mutex_;  // of all that follows
    std::unordered_map<std::string, Caller> callers_;
};

}  // namespace openclaw::access
