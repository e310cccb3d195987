#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json.h"

namespace openclaw::auth {

// Where in a store's text a member stands: {top: {records: {...}}}.
enum class Level { top, records };

struct StoreMember {
    Level level;
    std::size_t begin;
    std::string key;
    json::value value;
};

// A stretch of a store's text that makes sense: its members, and how far it goes.
struct Stretch {
    enum class End {
        complete,    // to the end of the text, every bracket closed
        broken,      // up to `stopped_at`, which is damaged
        overclosed,  // there is text after the last bracket: it began deeper than assumed
    };
    std::vector<StoreMember> members;
    End end = End::broken;
    std::size_t stopped_at = 0;
    Level level = Level::top;    // there
    bool seen_profiles = false;  // the object of records has begun
};

// Whether a value has the shape of a stored credential, usable or not.
bool looks_like_credential(const json::value& value);

// Reads stretches of a store's text that may be damaged anywhere. Pure, and bounded: after so much work it
// finds nothing more.
class StoreReader {
public:
    explicit StoreReader(std::string_view text);

    Stretch from_start();
    // Where it makes sense again at or after `from`; nothing when it doesn't.
    std::optional<Stretch> resume(std::size_t from, const Stretch& before);
    // The ids that stand in a strictly valid text, those that stand twice counted twice.
    static std::size_t count_records(std::string_view text);
    // The end of the string that begins here, if it is one.
    static std::optional<std::size_t> string_end(std::string_view text, std::size_t at);

private:
    void run(Stretch& stretch, std::size_t at);
    std::optional<std::size_t> read_member(Stretch& stretch, std::size_t at);
    Stretch try_at(std::size_t at, Level level, bool seen_profiles);
    std::optional<Stretch> stretch_at(std::size_t at, const Stretch& before);
    bool is_laid_out_record(std::size_t at) const;
    bool may_begin_record(std::size_t at, std::size_t damage) const;
    bool may_end_here(std::size_t behind) const;
    bool may_begin_name(std::size_t at) const;

    std::string_view text_;
    bool is_laid_out_;
    std::size_t work_ = 0, work_max_;
    std::set<std::pair<std::size_t, Level>> tried_;  // members of stretches that don't reach the end
};

}  // namespace openclaw::auth
