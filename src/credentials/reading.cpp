#include "credentials/reading.h"

namespace openclaw::credentials {
namespace {

std::vector<auth::ProfileId> differently_used(const auth::Store& left, const auth::Store& right) {
    std::vector<auth::ProfileId> ids;
    for (const auto& [id, usage] : right.usage) {
        const auto before = left.usage.find(id);
        if (before == left.usage.end() || !(before->second == usage)) ids.push_back({id});
    }
    for (const auto& [id, usage] : left.usage)
        if (!right.usage.contains(id)) ids.push_back({id});
    return ids;
}

}  // namespace

Reading read_again(auth::CredentialStore& store, const auth::CredentialStore::Snapshot& before) {
    Reading reading{.now = store.snapshot(), .changed = {}, .used = {}};
    if (!reading.now || reading.now->store == before.store) return reading;
    const auto& now = *reading.now->store;
    if (before.store && reading.now->credentials == before.credentials) {
        reading.used = differently_used(*before.store, now);
        return reading;
    }
    reading.changed = std::make_shared<auth::Store>(now);
    return reading;
}

}  // namespace openclaw::credentials
