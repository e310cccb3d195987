#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "base/secret.h"

namespace openclaw::platform {

// The desktop's keyring (the Secret Service: GNOME Keyring, KWallet, KeePassXC).
class Keyring {
public:
    virtual ~Keyring() = default;
    // Never makes the desktop ask: a locked keyring is `denied`. `not_found` when the entry isn't there,
    // `unavailable` when there is no keyring at all, as on a server.
    virtual Result<Secret> find(const std::string& entry) = 0;
    // May make the desktop ask. Replaces an entry of the same name.
    virtual Result<void> put(const std::string& entry, const std::string& label, const Secret& value) = 0;
    virtual Result<void> remove(const std::string& entry) = 0;
};

// Through libsecret, loaded on first use: a program that needs no keyring pays nothing for it.
std::unique_ptr<Keyring> system_keyring();

}  // namespace openclaw::platform
