#pragma once

#include <string>
#include <vector>

#include "auth/legacy/source.h"
#include "auth/store/profile_store.h"

namespace openclaw::auth::legacy {

enum class Outcome { imported, skipped, conflict, failed };

// What becomes of one credential that was found elsewhere.
struct Item {
    Outcome outcome = Outcome::failed;
    std::string source, what;  // the file, and what kind of place it is
    std::string agent;
    ProfileId id;  // here; its name there is `found_as` when it differs
    std::string found_as;
    std::string provider, kind;
    std::string fingerprint;  // of what a request would carry; empty when there is none
    std::string owner;        // the program that renews it, when that isn't us
    std::string reason;       // why it isn't imported, or what to know about it
    bool is_login = false;    // a refresh token comes along

    bool operator==(const Item&) const = default;
};

struct ImportRules {
    bool rename_conflicts = false;  // import under another name what clashes
    bool again = false;             // also what was imported once and removed here since
    std::string fingerprint_key;
    TimePoint now{};
};

// What an import into one agent's store would do. Nothing that is stored is ever replaced.
struct Plan {
    std::vector<Item> items;
    std::vector<Addition> additions;  // of the items that are `imported`, in their order
    std::vector<AddedOrder> orders;   // of providers that have none here
    std::vector<std::string> notes;   // orders that stay behind, and why
};
// `own` is what the agent's file holds, `inherited` what it gets from the main agent's.
Plan plan_import(const std::vector<Source>& sources, const std::string& agent, const Store& own,
                 const std::vector<Profile>& inherited, const ImportRules& rules);

// Writes all of it at once, reads it back with fresh eyes and compares. An item that isn't found there as it
// was meant becomes `failed`. An error means that nothing was changed.
Result<void> carry_out(FileSystem& files, const StoreFolders& folders, Plan& plan);

}  // namespace openclaw::auth::legacy
