#pragma once

#include "auth/report/status_report.h"
#include "cli/commands/models/agent_credentials.h"
#include "credentials/probe.h"

namespace openclaw::cli {

// --probe and what belongs to it, checked; nothing without --probe.
Result<std::optional<credentials::ProbeOptions>> probe_options(const Arguments& arguments,
                                                               const AgentCredentials& credentials,
                                                               const auth::StatusReport& report);

// Probes through the gateway of this state directory when one runs, else from here. Says beforehand how many
// requests that makes. Gives the ProbeSummary.
Result<json::object> probe(Context& context, const AgentCredentials& credentials,
                           const auth::StatusReport& report, const credentials::ProbeOptions& options);

// Requests that were made and not answered well: how many, and the first one in words.
struct FailedProbes {
    std::size_t failed = 0, made = 0;
    std::string first;
};
FailedProbes failed_probes(const json::object& summary);

constexpr Option probe_flag{.name = "--probe",
                            .help = "Ask each provider with one small request per credential; costs a little",
                            .kind = OptionKind::flag};
constexpr Option probe_provider_option{.name = "--probe-provider",
                                       .value_name = "PROVIDER",
                                       .help = "Probe this provider only",
                                       .completes = "provider",
                                       .needs = "--probe"};
constexpr Option probe_profile_option{.name = "--probe-profile",
                                      .value_name = "PROFILE",
                                      .help = "Probe this profile only (again, or separated by commas)",
                                      .kind = OptionKind::repeated,
                                      .completes = "profile",
                                      .needs = "--probe"};
constexpr Option probe_models_option{.name = "--probe-models",
                                     .help = "Probe with every configured model instead of one per provider",
                                     .kind = OptionKind::flag,
                                     .needs = "--probe"};
constexpr Option probe_timeout_option{.name = "--probe-timeout",
                                      .value_name = "MS",
                                      .help = "Give up on a request after this long (default: 8000)",
                                      .needs = "--probe"};
constexpr Option probe_concurrency_option{.name = "--probe-concurrency",
                                          .value_name = "N",
                                          .help = "Requests at the same time (default: 2)",
                                          .needs = "--probe"};
constexpr Option probe_tokens_option{.name = "--probe-max-tokens",
                                     .value_name = "N",
                                     .help = "The longest answer (default: 8)",
                                     .needs = "--probe"};

}  // namespace openclaw::cli
