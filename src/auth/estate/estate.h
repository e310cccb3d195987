#pragma once

#include <functional>
#include <string>
#include <vector>

#include "auth/sealed/records.h"
#include "auth/store/profile_store.h"
#include "config/files/writer.h"

namespace openclaw::auth::sealed {

// Everything in a state directory that may hold a secret of ours, and how it is changed.
struct Estate {
    FileSystem& files;
    std::vector<StoreFolders> agents;  // one for each auth-profiles.json
    std::vector<Path> config_files;    // the main one and what it includes; empty: there is no config
    config::ConfigWriter& writer;
    KeyRing& keys;
    TimePoint now;
    Path state = {};  // whose secret files (auth/sealed/secret_file.h) belong to it; empty: none
};
// The configured agents' folders, and those on disk that the config doesn't name.
std::vector<StoreFolders> agent_folders(FileSystem& files, const config::Config& config);

// A protecting key and how it is found again.
struct Protector {
    Protection protection;
    Secret key;
};

struct FileOutcome {
    Path file;
    Tally tally;
};
struct Outcome {
    std::vector<FileOutcome> files;
    std::vector<Path> removed, cleaned;  // backups and leftovers that held a value in plain
    std::vector<Path> kept;              // files of old and damaged copies that still do
    bool purged = false;                 // what is kept holds something that is sealed nowhere
    bool resumed = false;                // an interrupted one was brought to its end
    bool finished = true;                // false: something in `left` keeps the old key alive

    std::size_t changed() const;
    bool left_any() const;
};

struct SealRequest {
    const Protector* protector = nullptr;  // for the first key; null when there is one already
    bool config_too = true;
    bool purge_legacy = false;  // remove auth.json and oauth.json of old once all they hold is sealed
};
// Each of these may be interrupted at any operation and run again: what is sealed stays openable, what is in
// plain stays in plain, and one key opens all of it. Only one of them runs at a time (`busy`). A key that
// doesn't fit is `denied`, and nothing was touched.
Result<Outcome> seal_estate(Estate& estate, const SealRequest& request);
Result<Outcome> unseal_estate(Estate& estate);
// A new data key for everything, protected by `next`; without it by what protects now.
Result<Outcome> rekey_estate(Estate& estate, const Protector* next);

// What stands where: how many secrets are sealed and how many in plain, by file.
struct Count {
    Path file;
    std::size_t sealed = 0, plain = 0;
    std::vector<RefHolder> unopened;  // sealed, and not to be opened with the keys at hand
    std::string problem;              // of the first of those
};
Result<std::vector<Count>> count_estate(Estate& estate, bool open);
// The secrets themselves, sealed or not, as far as they can be opened.
struct KnownSecret {
    std::string name;  // "anthropic:default key", "models.providers.corp.apiKey"
    Secret value;
};
Result<std::vector<KnownSecret>> known_secrets(Estate& estate);

}  // namespace openclaw::auth::sealed
