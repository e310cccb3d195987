#pragma once

#include <string_view>
#include <vector>

#include "auth/estate/estate.h"

namespace openclaw::auth::sealed {

// Whether a file of that name holds credentials by what it is: a store, a file of old, a copy of either.
bool is_credential_file(std::string_view name);

// The values that stand in plain in the fields of such a file: "key", "token", "access", "refresh" and their
// kin. Works on torn and damaged text too; what an older version of a file held counts as well.
std::vector<Secret> values_in_credentials(std::string_view text);

// The same of every such file below a folder, and the secrets of the copies of these config files.
std::vector<KnownSecret> secrets_of_copies(FileSystem& files, const Path& root,
                                           const std::vector<Path>& config_files);

}  // namespace openclaw::auth::sealed
