#pragma once

#include <functional>
#include <map>
#include <memory>

#include "auth/sources/ask_source.h"
#include "auth/sources/held_references.h"
#include "base/clock.h"

namespace openclaw::auth {

using SteadyTime = std::chrono::steady_clock::time_point;
struct Moment {  // one look at both clocks
    TimePoint wall;
    SteadyTime steady;
};

// What sources gave, kept in memory alone, and when each is to be asked again. Decisions only: whoever owns
// it asks (ask_source) and reports. Times are injected; the wall clock is for showing ages.
//
// A value from a command is good for `secrets.resolution.cacheSeconds`; one from a file until the file
// changes, looked at again after `file_recheck`. A source that fails is asked again after a growing, jittered
// pause, and until then its last good value serves. What permissions or the config forbid is forgotten at
// once.
class SourceCache {
public:
    static constexpr Milliseconds file_recheck{500}, first_pause{1'000}, longest_pause{60'000};
    static constexpr Milliseconds reread_pause{30'000};  // between two looks for a rotated value
    static constexpr std::size_t references_max = 20'000;

    // `random` gives numbers in [0, 1).
    explicit SourceCache(std::function<double()> random) : random_(std::move(random)) {}

    // The settings as they are now. Another source under the same name has none of its values.
    void configure(const SourceSettings& settings);
    const SourceSettings& settings() const { return settings_; }

    struct Plan {
        std::vector<SourceQuestion> now;   // to be asked, and the caller waits for them
        std::vector<SourceQuestion> soon;  // to be asked, nobody waits: what is there serves
        bool pending = false;              // somebody else has asked already; worth waiting for
    };
    // What must be asked for these references; they count as asked from here on.
    Plan plan(const std::vector<HeldReference>& wanted, Moment now);
    void answered(const SourceQuestion& question, const SourceAnswer& answer, Moment now);

    // The value was refused by the provider: forgotten, unless that was tried a moment ago. Whether it was.
    bool forget(const SecretRef& reference, Moment now);

    // Whether one of them is being asked and nobody should decide before it has answered.
    bool waits_for(const std::vector<HeldReference>& wanted) const;
    // Whether one of them has just failed without a value, in a way that may be over soon.
    bool may_recover(const std::vector<HeldReference>& wanted) const;
    void try_now(const std::vector<HeldReference>& wanted, Moment now);  // without the pause

    // Everything that is known. The same pointer until something changes.
    std::shared_ptr<const SourceValues> values();

private:
    struct Entry {
        SourceValue known = {};
        bool asking = false, awaited = false;
        bool brief = false;  // the last failure may be over soon
        SteadyTime good_until{}, not_before{}, reread_after{};
        int failures = 0;
    };
    enum class Need { none, soon, now };
    Need need_of(const Entry& entry, SteadyTime now) const;
    void take(const SecretRef& reference, const Result<Secret>& given, Moment now);
    void add_to(std::vector<SourceQuestion>& questions, const SecretRef& reference,
                const SourceProvider& provider);
    void ask_all_of_file(SourceQuestion& question);
    void drop_unasked();

    std::function<double()> random_;
    SourceSettings settings_;
    std::map<SecretRef, Entry> entries_;
    std::map<std::string, platform::FileInfo> files_;  // by provider, as last read
    std::shared_ptr<const SourceValues> values_;
};

}  // namespace openclaw::auth
