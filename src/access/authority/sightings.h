#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "base/clock.h"
#include "store/document.h"
#include "store/write_behind.h"

namespace openclaw::access {

// Who was let in, from where: the first and the last time.
struct Sighting {
    std::string who;      // a principal's id: "crt_…", "token"
    std::string address;  // as it arrived
    TimePoint first, last;

    bool operator==(const Sighting&) const = default;
};

// <state>/gateway/authority/seen.json. Memory first: `note` waits for nothing; the file is written behind, at
// most every few seconds. Of each caller the eight last addresses are kept, of callers a thousand.
class Sightings {
public:
    Sightings(platform::FileSystem& files, platform::Path path, store::WriteBehind::Pace pace = usual_pace());
    void note(std::string_view who, std::string_view address, TimePoint now);
    void flush(std::function<void()> done);

    // What the file says; for commands. Newest first.
    static Result<std::vector<Sighting>> read(platform::FileSystem& files, const platform::Path& path);
    static store::WriteBehind::Pace usual_pace();

private:
    bool write();

    store::Document document_;
    std::mutex mutex_;
    std::map<std::pair<std::string, std::string>, Sighting> waiting_;
    store::WriteBehind writer_;
};

}  // namespace openclaw::access
