#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "auth/choice/resolver.h"
#include "auth/store/credential_store.h"

namespace openclaw::credentials {

// What looking at an agent's store again has brought, made ready beside the loop.
struct Reading {
    Result<auth::CredentialStore::Snapshot> now;
    // A copy of the store to go on with, where profiles, orders or damage differ from before; null: they
    // don't.
    std::shared_ptr<auth::Store> changed;
    std::vector<auth::ProfileId> used;  // the profiles whose records of use differ, where nothing else does
};

// Looks at the store; `before` is what was seen last.
Reading read_again(auth::CredentialStore& store, const auth::CredentialStore::Snapshot& before);

}  // namespace openclaw::credentials
