#pragma once

#include <functional>

#include "auth/profiles/profile.h"
#include "auth/profiles/secret_ref.h"
#include "auth/sealed/key_ring.h"
#include "config/config.h"

namespace openclaw::auth::sealed {

enum class Keys {
    look,    // for those that are closed, however long that takes
    opened,  // only those that are open already
};

// What is sealed in the store and in the config, opened, into `values`; a problem costs its own record
// only. Anything but sealed references stays as it is. True when all were opened. `on_value` hears each
// value first, for redaction.
bool open_all(SourceValues& values, const Store& store, const config::Config& config, KeyRing& keys,
              TimePoint now, Keys which = Keys::look,
              const std::function<void(const Secret&)>& on_value = {});

// Whether there is anything to open: no key is looked for where nothing is sealed.
bool holds_sealed(const Store& store, const config::Config& config);

}  // namespace openclaw::auth::sealed
