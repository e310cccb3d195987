#pragma once

#include <cstdint>

namespace openclaw::platform {

// Whether a group lets in anybody beside `user` and root, who may everything anyway: by its list of members,
// or because it is somebody's own group. A group that the system doesn't know lets in nobody else.
bool group_has_others(std::uint32_t group, std::uint32_t user);

}  // namespace openclaw::platform
