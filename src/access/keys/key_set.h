#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "access/key_judge.h"
#include "access/keys/key_record.h"
#include "access/keys/repeat_breaker.h"
#include "base/result.h"

namespace openclaw::access {

// What is known of a key while the program runs, whatever is read again. From any thread.
class KeyMemory {
public:
    using Steady = std::chrono::steady_clock::time_point;

    // An end, once seen, stays: a clock that is set back reopens nothing, nor does one that is set back
    // before the end make the time until then longer.
    bool has_passed(TimePoint end, TimePoint now) const;
    // The ends that the record names now; what is known of others is forgotten.
    void await(const std::vector<TimePoint>& ends, TimePoint now, Steady steady);
    std::vector<TimePoint> look(TimePoint now, Steady steady);  // those of the awaited that have passed

    void note_use(TimePoint now, std::string_view address);
    std::optional<KeyUse> take_use();  // what is new since the last time

    // Made when it is needed first.
    std::optional<Milliseconds> refuse_repeat(std::string_view body, std::uint32_t limit, Steady now);
    // Forgets a run of equal calls when it was let go on once more than is known.
    void release(std::uint32_t releases);

private:
    struct Awaited {
        TimePoint end;
        Steady steady;
    };
    mutable std::mutex mutex_;
    mutable std::vector<TimePoint> passed_;
    std::vector<Awaited> awaited_;
    std::optional<KeyUse> use_;
    std::unique_ptr<RepeatBreaker> breaker_;
    std::uint32_t releases_ = 0;
};

// The named keys as they stood at one moment; never changed but for what KeyMemory holds. From any thread.
class KeySet final : public KeyJudge {
public:
    struct Known {
        KeyRecord record;
        std::shared_ptr<KeyMemory> memory;
    };
    explicit KeySet(std::vector<Known> keys);
    // Keys that can't be read let nobody in.
    static KeySet closed(Error why);

    KeyVerdict judge(const OfferedKey& offered, TimePoint now) const override;
    bool stands(const Principal& principal, TimePoint now) const override;
    void note_use(const Principal& principal, std::string_view address, TimePoint now) const override;
    std::optional<Milliseconds> refuse_repeat(const Principal& principal, std::string_view body,
                                              std::uint32_t limit, KeyMemory::Steady now) const override;

    const std::optional<Error>& problem() const { return problem_; }
    bool empty() const { return keys_.empty() && !problem_; }

private:
    struct Entry {
        KeyRecord record;
        std::shared_ptr<KeyMemory> memory;
        std::shared_ptr<const Identity> present, before;
    };
    const Entry* find(std::string_view id) const;
    const Entry* entry_of(const Principal& principal) const;  // null where he came by no key, or it is gone
    std::optional<KeyVerdict> over(const Entry& entry, TimePoint now) const;

    std::unordered_map<std::string, Entry> keys_;
    std::optional<Error> problem_;
};

// The id of the principal that a key makes: "key:<id>".
std::string principal_id_of(const KeyRecord& record);

}  // namespace openclaw::access
