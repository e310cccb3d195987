#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "access/key_text.h"
#include "access/principal.h"
#include "base/clock.h"

namespace openclaw::access {

enum class KeyFault : std::uint8_t {
    closed,  // the records can't be read
    damaged,
    unknown,
    wrong_secret,
    replaced,  // the secret before, whose time is over
    revoked,
    ended,
};

// What is found about a key at a moment.
struct KeyVerdict {
    std::optional<KeyFault> fault = {};
    std::shared_ptr<const Identity> identity = nullptr;  // none: there is a fault
    std::string name = {};                               // of our record, where the secret was right
    TimePoint at = {};                                   // when it was revoked, has ended or was replaced
};

// The named keys that open the door, as the doorman and who serves their holders ask for them
// (keys/key_set.h). From any thread.
class KeyJudge {
public:
    virtual ~KeyJudge() = default;
    // Takes as long for an id that isn't known as for a wrong secret.
    virtual KeyVerdict judge(const OfferedKey& offered, TimePoint now) const = 0;
    // Whether somebody who came by a key would be let in by it now, with no less.
    virtual bool stands(const Principal& principal, TimePoint now) const = 0;

    // Somebody was let in. Waits for nothing; whoever came by no key is none of ours.
    virtual void note_use(const Principal& principal, std::string_view address, TimePoint now) const = 0;
    // Whether this body has come too often within a minute, and when to come again (keys/repeat_breaker.h).
    virtual std::optional<Milliseconds> refuse_repeat(const Principal& principal, std::string_view body,
                                                      std::uint32_t limit,
                                                      std::chrono::steady_clock::time_point now) const = 0;
};

}  // namespace openclaw::access
