#pragma once

#include <optional>
#include <string>
#include <vector>

#include "config/config.h"
#include "gateway/serving/options.h"
#include "net/http/http.h"

namespace openclaw::gateway {

enum class WeakPlace { proxy, provider, remote, bind, lock };
struct WeakPoint {
    WeakPlace place;
    config::Problem problem;
};

// Where keys could be read on the way or the lock be opened by trying, and proxies that can't be used. Each
// is said by `config validate`, `status` and `explain` and at the gateway's start; none of them stops
// anything by itself. Addresses are shown without what could be secret in them.
// `secret` is the lock's as it was resolved; null: it couldn't be, which is said elsewhere.
std::vector<config::Problem> weak_points(const config::Config& config, const access::GatewaySecret* secret,
                                         const Options& options);
// The same with what kind each is, for the security audit.
std::vector<WeakPoint> placed_weak_points(const config::Config& config, const access::GatewaySecret* secret,
                                          const Options& options);

// What is wrong with sending a secret ("token", "password") to a gateway's address, if it can be read on the
// way there: "the token goes to ws://host:port in the clear".
std::optional<config::Problem> clear_way(const net::Url& url, std::string_view secret);

// "path: message; hint", as the log says it.
std::string in_a_line(const config::Problem& point);

// Whether the lock does what it says where the gateway listens. `denied`: a secret that can be guessed where
// more than this host can connect, or no lock beside anything that lets others in. `invalid_input`: proxies
// are to say who is calling, and it isn't said which, or how.
Result<void> check_lock(const config::Config& config, const access::GatewaySecret& secret,
                        bool loopback_only);

}  // namespace openclaw::gateway
