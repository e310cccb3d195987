#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "config/files/load.h"
#include "config/json5/editor.h"

namespace openclaw::config {

struct Written {
    std::vector<Path> changed;             // files; empty: everything stood there already
    std::vector<Edit> edits;               // what was different
    std::shared_ptr<const Config> config;  // as it reads now
};

// Why nothing was written, and each problem that the config would have had which it didn't have before.
struct WriteRefusal {
    Error error;
    std::vector<Problem> problems = {};
};

// Changes the config on disk: under its lock, read again, edit the text, check the result, keep a backup,
// replace. Comments, order, includes and ${VAR} stay; no resolved value and no default is ever written. Five
// backups (`.bak`, `.bak.1` ... `.bak.4`, mode 0600) rotate and hold no secret that the config no longer
// holds. `meta.lastTouchedVersion` and `lastTouchedAt` are kept up to date where they stand, and set in a new
// file.
class ConfigWriter {
public:
    // `version` is this program's, for meta.
    ConfigWriter(LoadRequest request, const Clock& clock, std::string version);
    // One that writes what it is given: for who seals and unseals by himself.
    ConfigWriter without_sealing() const;

    // `change` gets the document as it is written, includes merged, ${VAR} unresolved. Fails without having
    // written anything: with the error of `change`; `corrupt` when the file can't be read; `invalid_input`
    // when the result has a problem that was not there before, or a placeholder stands for a secret, or the
    // gateway's new secret can be guessed, or the value comes from several files; `busy`, `no_space`,
    // `denied` from the disk.
    Result<Written> update(const std::function<Result<void>(json::object& document)>& change);
    // The same for whoever has seen the config before: `before` is what it is now, under the lock.
    std::expected<Written, WriteRefusal> update_seen(
        const std::function<Result<void>(json::object& document, const Config& before)>& change);

    std::shared_ptr<const Config> read() const;  // as it stands on disk; no shell is asked
    Result<Written> set(const KeyPath& path, json::value value);
    Result<Written> unset(const KeyPath& path);  // `not_found` when nothing stands there

private:
    LoadRequest request_;
    const Clock& clock_;
    std::string version_;
};

constexpr int backups_max = 5;

}  // namespace openclaw::config
