#pragma once

#include <optional>
#include <string>

#include "access/secret_digest.h"
#include "base/clock.h"
#include "base/result.h"
#include "config/environment/paths.h"
#include "platform/file_system.h"

namespace openclaw::access {

// The token that was replaced last, where it is right for a while yet. Of it only a digest is kept.
struct EarlierSecret {
    SecretDigest digest;
    std::string fingerprint;  // "#3fa9c1d2"
    TimePoint ends;           // right strictly before

    bool stands(TimePoint now) const { return now < ends; }
    bool operator==(const EarlierSecret&) const = default;
};

// <sd>/credentials/gateway-token-before.json
platform::Path earlier_secret_file(const config::Paths& paths);

// Nothing where none is kept. A file that others may change or that can't be read is an error: nobody is let
// in by it. Without a user its owner isn't asked.
Result<std::optional<EarlierSecret>> read_earlier_secret(const config::Paths& paths,
                                                         platform::FileSystem& files,
                                                         std::optional<std::uint32_t> user_id);
// Keeps this one, and no other before it.
Result<void> keep_earlier_secret(const config::Paths& paths, platform::FileSystem& files,
                                 const EarlierSecret& earlier);
Result<void> forget_earlier_secret(const config::Paths& paths, platform::FileSystem& files);
// The same, unless another was kept meanwhile.
Result<void> forget_earlier_secret(const config::Paths& paths, platform::FileSystem& files,
                                   const EarlierSecret& ended);

}  // namespace openclaw::access
