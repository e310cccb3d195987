#pragma once

#include <vector>

#include "access/devices/device.h"
#include "base/json.h"
#include "base/result.h"

namespace openclaw::access {

constexpr std::string_view devices_member = "devices";

// Our own file: {"devices": {"<id>": {"publicKey", "roles": {"operator": {"scopes", "number", "tokens": [a
// digest], …}}, …}}}. Fails with `corrupt` when a record makes no sense: what can't be read decides nothing.
Result<std::vector<Device>> devices_of(const json::object& content);
// Writes over what we know of a record; members that nobody here knows stay.
void put_device(json::object& record, const Device& device);

// The reference's devices/paired.json: {"<id>": {"publicKey", "tokens": {"operator": {"token", "scopes",
// …}}, …}}. A record that makes no sense, or whose key isn't the one that its name says, is left out.
std::vector<Device> reference_devices_of(const json::object& content);

}  // namespace openclaw::access
