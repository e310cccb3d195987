#pragma once

#include "access/keys/key_record.h"
#include "base/json.h"
#include "base/result.h"

namespace openclaw::access {

// A record as people and programs are shown it: without anything of its secret.
json::object key_json(const KeyRecord& record);

// As it is kept. When a key was used last, and that it has ended, stand beside it: a gateway writes them
// while a command may write the rest.
json::object kept_key_json(const KeyRecord& record);
// Nothing when it makes no sense: whatever restricts it would be lost otherwise.
std::optional<KeyRecord> kept_key_of(const json::value& value);

}  // namespace openclaw::access
