#pragma once

#include <optional>
#include <string>

#include "auth/oauth/issuer.h"
#include "cli/commands/models/agent_credentials.h"
#include "cli/commands/models/store_credential.h"

namespace openclaw::cli {

// A login at its issuer, as it was asked for.
struct LoginWish {
    auth::ProviderId provider;
    std::optional<std::string> profile_id;
    bool device_code = false;  // on another screen
    bool as_json = false;      // events, a line each
    bool verify = false;
};

// Whether logins of this provider are made here.
bool has_issuer(const AgentCredentials& credentials, const auth::ProviderId& provider);

// Prints where to go, waits for what comes back (the browser's redirect to this host, a paste, or the other
// screen), and stores the login. Nothing is stored unless all of it went well.
Exit log_in(Context& context, AgentCredentials& credentials, const LoginWish& wish);

// The same in two steps, which may be two processes: the first prints the address and an attempt, the second
// takes what came back.
Exit start_login(Context& context, AgentCredentials& credentials, const LoginWish& wish);
Exit finish_login(Context& context, AgentCredentials& credentials, const LoginWish& wish,
                  const std::string& pasted);

}  // namespace openclaw::cli
