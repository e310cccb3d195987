#pragma once

#include <optional>
#include <string>

#include "auth/enrol/new_credential.h"
#include "cli/commands/models/agent_credentials.h"

namespace openclaw::cli {

using auth::NewCredential;

// From the file named ("-": standard input), from a pipe, or asked for without echo.
Result<Secret> read_secret(Context& context, const std::optional<std::string>& file,
                           const NewCredential& wanted);

struct StoreOptions {
    bool any_shape = false;  // no judgement by the look of it
    bool as_json = false;
    bool verify = false;  // ask the provider once
};
// Cleans what was pasted, stores it, lets the config follow, reads it back through the resolver, and says
// whether the next request uses it, here and in the running gateway. Nothing is changed when the paste can't
// be a credential; what a verification finds changes nothing either.
Exit store_credential(Context& context, AgentCredentials& credentials, const NewCredential& wanted,
                      const Secret& pasted, StoreOptions options);

// The same of a login that was made: its record is whole already.
Exit store_login(Context& context, AgentCredentials& credentials, const NewCredential& wanted,
                 const auth::Profile& profile, StoreOptions options);

// The same where the secret stays in its place and only that place is stored.
Exit store_reference(Context& context, AgentCredentials& credentials, const NewCredential& wanted,
                     auth::SecretRef reference, StoreOptions options);

constexpr Option profile_id_option{
    .name = "--profile-id", .value_name = "ID", .help = "The name to store it under", .completes = "profile"};
constexpr Option custom_option{
    .name = "--custom", .help = "Take any provider, and a credential of any shape", .kind = OptionKind::flag};

}  // namespace openclaw::cli
