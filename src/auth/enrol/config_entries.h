#pragma once

#include "auth/profiles/profile.h"
#include "base/json.h"
#include "config/config.h"

namespace openclaw::auth {

// What openclaw.json says about stored profiles: auth.profiles and auth.order, on the document as it is
// written. Both choose: where auth.profiles names profiles of a provider, the others of that provider are not
// used, and neither are those that an order of the provider leaves out.

// Lets the document follow a profile that was stored. An entry is written where the provider's profiles are
// named already, and where the profile is `alone`, the only one of its provider that any agent stores: there
// it excludes nobody. An order of the provider gets it at its end. Fails with `invalid_input` when something
// else stands in the place of a section.
Result<void> follow_stored(json::object& document, const Profile& profile, bool alone);

// Whether the document as it is would keep a stored profile from being used, so that it has to follow.
bool leaves_out(const json::object& document, const Profile& profile);

// Takes a profile out of both. An order that becomes empty goes too: an empty one would exclude everybody.
void forget_profile(json::object& document, const ProfileId& id);
bool names_profile(const json::object& document, const ProfileId& id);

}  // namespace openclaw::auth
