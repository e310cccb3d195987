#pragma once

#include "access/authority/authorities.h"
#include "support/config_builder.h"
#include "support/fake_clock.h"
#include "support/faulty_file_system.h"

namespace openclaw::access::test {

using openclaw::test::CrashOutcome;
using openclaw::test::FakeClock;
using openclaw::test::FaultyFileSystem;
using openclaw::test::MemoryFileSystem;
using openclaw::test::noon;
using openclaw::test::state_folder;
using platform::Path;

inline const Path folder = state_folder / "gateway/authority";
inline const ServerNames home_names{.dns = {"nas", "nas.local", "localhost"},
                                    .addresses = {"192.168.1.20", "127.0.0.1", "::1"}};
constexpr Milliseconds year = std::chrono::days(365);

// A disk with or without authorities, and whoever works on it.
struct World {
    MemoryFileSystem files;
    FakeClock clock;
    auth::sealed::Places places = auth::sealed::places_of(*openclaw::test::config_of(""));

    Authorities::Means means(platform::FileSystem* disk = nullptr) {
        auto& used = disk ? *disk : static_cast<platform::FileSystem&>(files);
        return {.files = used,
                .clock = clock,
                .folder = folder,
                .keys = std::make_shared<auth::sealed::KeyRing>(used, places)};
    }
};

inline std::string new_public_key(net::KeyKind kind = net::KeyKind::p256) {
    return net::PrivateKey::generate(kind)->public_key();
}
inline NewClient client_named(std::string name) {
    return {.name = std::move(name), .scopes = Scopes{Scope::read}, .limits = {}, .lifetime = year};
}

}  // namespace openclaw::access::test
