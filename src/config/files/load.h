#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "config/config.h"
#include "config/environment/login_shell.h"
#include "config/files/include.h"
#include "config/settings/access_check.h"

namespace openclaw::config {

// Opens a value that is sealed in the config, bound to the path it stands at.
using Unseal = std::function<Result<Secret>(const std::string& ciphertext, const std::string& path)>;

// Seals what stands in plain in a document that is to be written and didn't stand there before.
using SealNew = std::function<Result<void>(json::object& before, json::object& after)>;

struct LoadRequest {
    platform::FileSystem& files;
    const platform::Variables& variables;  // the process's own
    Paths paths;
    Path working_folder = {};                   // empty: no .env is read there
    LoginShell* login_shell = nullptr;          // null: never asked
    std::optional<std::uint32_t> user_id = {};  // nothing: owners are not checked
    SharedGroup group_is_shared = {};           // empty: every group counts as shared
    ReadText read = {};                         // empty: from `files`; the editor lays changes over it
    Unseal unseal = {};                         // empty: what is sealed stays closed
    SealNew seal_new = {};                      // empty: what is written stays as it is
};

// Reads config and environment: .env files, includes, env block, ${VAR}, validation. Always gives a config; a
// broken one has problems() and as much of its content as could be read, and grants nothing to nobody.
// Writes and moves nothing.
std::shared_ptr<const Config> load_config(const LoadRequest& request);

constexpr std::size_t config_bytes_max = 8u << 20;

}  // namespace openclaw::config
