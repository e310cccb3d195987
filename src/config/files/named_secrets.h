#pragma once

#include <optional>
#include <string>

#include "config/environment/paths.h"
#include "platform/file_system.h"
#include "store/sqlite_reader.h"

namespace openclaw::config {

// A secret that it keeps by name; nothing when the database has none of that name.
Result<std::optional<std::string>> find_named_secret(store::SqliteReader& reader, const std::string& name);

// A secret that a newer version of the reference keeps by name in <state>/state/openclaw.sqlite, which is
// only read. `not_found` when there is no such file or name.
Result<std::string> named_secret(platform::FileSystem& files, const Paths& paths, const std::string& name);

}  // namespace openclaw::config
