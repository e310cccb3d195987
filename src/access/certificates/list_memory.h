#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/clock.h"
#include "store/document.h"

namespace openclaw::access {

// How old a revocation list is.
struct ListAge {
    std::string number;  // hex; empty: it has none
    TimePoint begins;

    // Two lists of one authority: the higher number is the newer one. One without a number is older than any
    // that has one; only among those the later beginning counts.
    bool is_newer_than(const ListAge& other) const;
    bool operator==(const ListAge&) const = default;
};

// By the digest of the authority's key: the list that counts last, and those that haven't begun yet.
using SeenLists = std::map<std::string, std::vector<ListAge>>;
// What is known after `news`. Of the lists that have begun, only the newest one is worth remembering.
SeenLists merged(SeenLists known, const SeenLists& news, TimePoint now);

// <state>/gateway/revocation-lists.json: which revocation lists of foreign authorities were in use, so that
// after a restart, too, an older one doesn't let in again whom a newer one has revoked. It stands beside the
// own authority's folder, which is moved aside when that authority is replaced.
class ListMemory {
public:
    ListMemory(platform::FileSystem& files, platform::Path path);
    // Nothing when there is no file. `corrupt` names what to do about it.
    Result<SeenLists> read();
    // Adds; what was known goes only when something newer counts in its place. Writes nothing when there is
    // nothing new.
    Result<void> keep(const SeenLists& seen, TimePoint now);

private:
    Result<SeenLists> seen_in(const json::object& content) const;

    store::Document document_;
};

}  // namespace openclaw::access
