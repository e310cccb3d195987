#pragma once

#include <span>
#include <string>
#include <vector>

#include "auth/choice/resolver.h"
#include "auth/enrol/agent_credentials.h"

namespace openclaw::auth {

// The order that a person names for a provider (normalised): each stored profile once. Fails with `not_found`
// for one that isn't stored, `invalid_input` for one of another provider, or when none is named.
Result<std::vector<ProfileId>> checked_order(const AgentCredentials& credentials, const ProviderId& provider,
                                             std::span<const std::string> typed);

// What an order names and the store doesn't hold any more. A damaged record is there.
std::vector<ProfileId> gone_from(const std::vector<ProfileId>& order, const Store& store);

// The order in which the resolver tries stored profiles now, with one in front. What no order holds, because
// it is excluded or not there, stays out of it.
std::vector<ProfileId> order_with_first(const Resolution& resolution, const ProfileId& first);

}  // namespace openclaw::auth
