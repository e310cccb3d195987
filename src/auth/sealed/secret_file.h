#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "auth/sealed/records.h"

// Files that are one secret as a whole: a private key, in plain or sealed in one line.
namespace openclaw::auth::sealed {

inline constexpr std::size_t secret_file_bytes_max = 64u << 10;

// Those of a state directory: the keys of its authorities and of the gateway's certificate, and of those that
// were set aside (gateway/authority*).
Result<std::vector<Path>> secret_files(FileSystem& files, const Path& state);
// Whether one of them is sealed. Where it can't be told, one is.
bool holds_sealed_file(FileSystem& files, const Path& state);

// Bound to the file's name, so that one doesn't pass for another.
RefHolder holder_of_file(const Path& path);
// `denied` when others may read it; opened when it is sealed.
Result<Secret> read_secret_file(FileSystem& files, const Path& path, KeyRing& keys);
// In one step, mode 0600; sealed where secrets are.
Result<void> write_secret_file(FileSystem& files, const Path& path, std::string_view secret, KeyRing& keys);

// Such a file as a document with one spot, and what is written of it.
json::object document_of_file(std::string_view text);
std::vector<Spot> spots_in_file(json::object& document, const Path& path);
std::string text_of_file(const json::object& document);

}  // namespace openclaw::auth::sealed
