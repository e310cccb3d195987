#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "access/devices/device.h"
#include "base/result.h"
#include "base/secret.h"
#include "config/environment/paths.h"
#include "store/document.h"

namespace openclaw::access {

struct IssuedToken {
    Secret token;  // said once, kept as a digest only
    std::string role;
    Scopes scopes;
    TimePoint issued;
};

// The devices that are paired: ours in <state>/gateway/devices.json, with their tokens as digests; and those
// of the reference in <state>/devices/paired.json, which is read and never written. What was changed of one
// of those here stands in our file and counts instead of theirs. A damaged file of ours is `corrupt`, named
// with its repair, and never overwritten. Usable from several threads and processes.
class DeviceStore {
public:
    DeviceStore(platform::FileSystem& files, const config::Paths& paths);

    // Those that count, the one that was approved last first.
    Result<std::vector<Device>> devices();
    // By id, by the beginning of it (eight characters at least), or by name. `not_found`.
    Result<Device> find(const std::string& id_or_name);

    // Another token for a device that has proven its key, and pairs it if it isn't. Those that it has stay
    // right, but for the oldest of too many; what it may do is never less than before.
    Result<IssuedToken> issue(const DeviceCard& card, const std::string& role, Scopes scopes, TimePoint now);

    // For somebody who may do what `manager` says: nobody lets in or changes a device that may do more than
    // he does. `denied` names the scope that he lacks.
    //
    // Pairs a device that waits for it: it fetches its token by its key, within device_claim_time.
    Result<Device> approve(const DeviceCard& card, const std::string& role, Scopes scopes, Scopes manager,
                           TimePoint now);
    // One new token in the place of all that it has; what these have opened ends. The same scopes, or fewer.
    Result<IssuedToken> rotate(const std::string& id, const std::string& role, std::optional<Scopes> scopes,
                               Scopes manager, TimePoint now);
    // A second time changes nothing.
    Result<Device> revoke(const std::string& id, const std::string& role, Scopes manager, TimePoint now);
    Result<Device> rename(const std::string& id, const std::string& name, Scopes manager);
    Result<Device> remove(const std::string& id, Scopes manager, TimePoint now);

    // How many have a token that opens something.
    Result<std::size_t> count_with_tokens();
    // Lets no token of any device open anything any more; gives how many devices had some.
    Result<std::size_t> revoke_all(TimePoint now);
    // Takes all of them off, those of the reference's file too; gives how many there were.
    Result<std::size_t> clear(TimePoint now);

    const platform::Path& path() const { return own_.path(); }

private:
    Result<std::vector<Device>> references();
    Result<std::size_t> change_all(const std::function<bool(Device&)>& change);
    template <class Change>
    auto change(const std::string& id, Change change);
    template <class Change>
    auto change_paired(const std::string& id, Scopes manager, Change change);

    store::Document own_, reference_;
};

platform::Path own_devices_file(const config::Paths& paths);
platform::Path reference_devices_file(const config::Paths& paths);

}  // namespace openclaw::access
