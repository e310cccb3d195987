#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "access/certificates/client_trust.h"
#include "access/gateway_secret.h"
#include "auth/estate/estate.h"
#include "config/config.h"
#include "config/settings/access_check.h"
#include "gateway/audit/live.h"
#include "gateway/serving/options.h"

namespace openclaw::gateway::audit {

// What is looked at: one state directory, as it is written, and, where somebody asked for it, what runs.
struct Subject {
    platform::FileSystem& files;
    const config::Config& config;
    const config::AccessRules& access;
    const Result<Endpoint>& endpoint;
    const Result<access::GatewaySecret>& secret;  // with what resolve_gateway_secret made of it
    TimePoint now;
    access::OwnAuthorityReader own_authority;  // as a gateway asks for it
    // What is wrong with the gateway's own certificate that it couldn't mend by itself; empty: nothing.
    std::function<Result<void>()> check_own_certificate = {};
    std::optional<bool> seals = {};  // whether new secrets are sealed; nothing: it can't be told
    std::vector<auth::sealed::Count> secrets = {};  // by file, where they could be counted
    const Live* live = nullptr;                     // null: nobody asked for it

    const config::Paths& paths() const { return config.paths(); }
    std::string shown(const platform::Path& path) const { return config.paths().shortened(path); }
    bool exposed() const { return endpoint && !endpoint->loopback_only; }
    bool speaks_tls() const { return config.flag_or_default("gateway.tls.enabled"); }
    // A path of the config, "~" expanded; nothing when it isn't set.
    std::optional<platform::Path> file_at(std::string_view setting) const;
};

}  // namespace openclaw::gateway::audit
