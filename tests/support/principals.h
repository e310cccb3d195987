#pragma once

#include "access/doorman.h"
#include "support/fake_clock.h"
#include "support/fake_log.h"

namespace openclaw::test {

constexpr const char* door_secret = "any-secret-will-do-0123456789";

// A lock whose secret lets in whoever is wanted.
inline access::Policy lock_for(access::Identity identity) {
    const auto known = std::make_shared<const access::Identity>(std::move(identity));
    access::Policy policy;
    policy.secret.emplace(access::Policy::SharedSecret{
        .digest = access::SecretDigest(Secret(door_secret)), .guessable = false, .identity = known});
    policy.owner = known;
    return policy;
}

// A principal of any kind, by the only door that there is.
inline access::Principal principal_of(access::Identity identity) {
    FakeClock clock;
    FakeLog log;
    access::Doorman doorman({.clock = clock, .log = log}, lock_for(std::move(identity)), {});
    access::Offered offered;
    offered.secret = Secret(door_secret);
    return *doorman.judge(offered, {.surface = "test", .verb = "", .object = "", .guesser = {}});
}

// Somebody whose proof gives what is named here: "crt_phone", shown as "phone".
inline access::Identity client_named(const std::string& name, access::Scopes scopes,
                                     access::Limits limits = {}) {
    return {.id = "crt_" + name,
            .shown = name,
            .proof = access::Proof::token,
            .scopes = scopes,
            .limits = std::move(limits)};
}

}  // namespace openclaw::test
