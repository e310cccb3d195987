#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "auth/report/status_report.h"
#include "base/clock.h"
#include "net/loop/abort.h"
#include "net/loop/loop.h"
#include "providers/wire/provider.h"

namespace openclaw::credentials {

// What `models status --probe` is told.
struct ProbeOptions {
    auth::ProviderId provider;          // empty: all that are shown
    std::vector<std::string> profiles;  // ids; empty: all, and keys of the environment and the config too
    Milliseconds timeout = std::chrono::seconds(8);
    std::int64_t concurrency = 2;
    std::int64_t tokens_max = 8;
    bool all_models = false;  // every model of the config instead of one for each provider
};

// One credential with one model. What isn't to be sent has its verdict already.
struct ProbeTarget {
    auth::ProviderId provider;
    std::string model;  // bare; empty: none is known
    auth::Candidate credential;
    std::string label;   // "anthropic:work", "env", "models.json"
    std::string source;  // "profile", "env", "models.json", "keyless"
    std::string mode;    // "api_key", "token", "oauth", "none"
    std::string status = {}, reason = {}, error = {};

    bool to_be_sent() const { return status.empty(); }
};

struct ProbeResult {
    ProbeTarget target;  // without its secret; status and, where it failed, reason and error are filled in
    std::optional<Milliseconds> latency;
};

struct ProbeSummary {
    ProbeOptions options;
    TimePoint started, finished;
    std::vector<ProbeResult> results;  // by provider, then label, then model
};

// What would be probed: every listed provider's profiles, variables and config keys, resting ones too.

std::vector<ProbeTarget> plan_probes(const auth::StatusReport& report, const config::Config& config,
                                     const ProbeOptions& options);
std::size_t requests_in(const std::vector<ProbeTarget>& targets);

struct ProbeMeans {
    net::Loop& loop;
    const Clock& clock;
    const providers::Providers& providers;
};
using OnProbed = std::function<void(const ProbeResult& result, std::size_t done)>;

// Sends each target one small request with exactly its credential: no second try, no other credential, and
// no record of it anywhere. Ends early on `abort`; what was not asked then is left out.
net::Task<ProbeSummary> run_probes(ProbeMeans means, std::shared_ptr<const config::Config> config,
                                   std::vector<ProbeTarget> targets, ProbeOptions options, OnProbed on_probed,
                                   net::Abort abort);

json::object probe_json(const ProbeResult& result);
json::object summary_json(const ProbeSummary& summary);  // `probes` of `models status --json`

}  // namespace openclaw::credentials
