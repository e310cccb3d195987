#pragma once

#include <string>
#include <vector>

#include "auth/choice/resolver.h"
#include "base/result.h"

namespace openclaw::auth {

// "profile anthropic:work", "ANTHROPIC_API_KEY (environment)", "models.providers.corp.apiKey (config)".
std::string place_of(const Candidate& candidate);

// "~/.clawdbot/agents/main/agent/auth-profiles.json: not in use, ...".
std::string unused_text(const UnusedStore& store);

// Each place looked at with what was found there: "ANTHROPIC_API_KEY (environment): not set". Without any
// stored profile the store itself is named as the first place; what a newer OpenClaw's databases hold as the
// last.
std::vector<std::string> places_looked_at(const Resolution& resolution, const std::string& store_file);

// The same for the end of a message, at most a dozen profiles: " [looked at: …; …]". A client far away, who
// can do nothing with it, gets the message without_places.
std::string looked_at(const Resolution& resolution, const std::string& store_name);
std::string without_places(std::string message);
// Whether a message names this variable among the places where nothing was set.
bool says_not_set(std::string_view message, std::string_view variable);

// The command that ends a provider's rests: what rests may be tried again at once.
std::string clear_rests(const ProviderId& provider);

// The one command that most likely gives this provider a usable credential; every one parses.
std::string remedy_for(const Resolution& resolution);
// The command that stores a credential of this provider: a key, or a token where there are only logins.
std::string command_that_stores(const ProviderId& provider);

// `denied`: why no credential can be used, every place looked at, and the command that helps as the hint.
Error no_credential(const Resolution& resolution, const std::string& store_file);

}  // namespace openclaw::auth
