#pragma once

#include <optional>
#include <string>

#include "auth/profiles/profile.h"
#include "base/json.h"

namespace openclaw::auth {

// auth-profiles.json to values. A record that makes no sense becomes a DamagedProfile and costs only
// itself; `corrupt` only when `profiles` isn't an object. `expires` is taken in milliseconds, in seconds
// or as an ISO time, the last two with a note on the profile.
Result<Store> parse_store(const json::object& document);

// auth.json of old as auth-profiles.json would hold it: an object keyed by provider, without `profiles`;
// ids become "<key>:default". Entries without a `type` of ours are left out.
json::object from_legacy_store(const json::object& document);
// credentials/oauth.json of old: OAuth fields keyed by provider.
json::object from_legacy_oauth(const json::object& document);

// Changes to the document itself, so that members nobody here knows stay where they are.
void put_profile(json::object& document, const Profile& profile);
// Absent: everybody who inherits it. False when there is no such profile.
bool put_allowed_agents(json::object& document, const ProfileId& id,
                        const std::optional<std::vector<std::string>>& agents);
bool remove_profile(json::object& document, const ProfileId& id);  // its order, lastGood and usage too
// The record and the usage as they were; without usage there is none.
void put_back_profile(json::object& document, const ProfileId& id, const json::value& record,
                      const std::optional<json::value>& usage);
bool remove_from_orders(json::object& document, const ProfileId& id);  // one that becomes empty goes too
void put_order(json::object& document, const ProviderId& provider, const std::vector<ProfileId>& ids);
bool remove_order(json::object& document, const ProviderId& provider);  // any spelling of it
void put_usage(json::object& document, const ProfileId& id, const UsageStats& usage);
bool remove_usage(json::object& document, const ProfileId& id);
void put_last_good(json::object& document, const ProviderId& provider, const ProfileId& id);

void put_import(json::object& document, const ProfileId& id, const ImportRecord& record);

UsageStats parse_usage(const json::object& record);

// "2026-11-22T08:44:39Z", with a fraction or an offset if need be. Source: RFC 3339.
std::optional<TimePoint> parse_iso_time(std::string_view text);

}  // namespace openclaw::auth
