#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/json.h"
#include "platform/file_system.h"

namespace openclaw::config {

using platform::Path;

// Gives the text of a config file; the editor lays changed texts over the disk with it.
using ReadText = std::function<Result<std::string>(const Path&)>;

struct IncludedDocument {
    json::object value;                      // with every $include replaced by what it names
    std::vector<Path> files;                 // the root first, then what it includes, each once
    std::vector<std::string> repeated_keys;  // "openclaw.json line 12: port"
};

constexpr std::size_t include_depth_max = 10;
constexpr std::size_t include_reads_max = 500;

// Reads a config file and what it includes: objects merge deeply, arrays concatenate, keys beside $include
// win over what it brings. Cycles and nesting beyond ten levels are errors.
Result<IncludedDocument> read_with_includes(const Path& root, const ReadText& read);

// `over` wins, except that objects merge and arrays follow each other.
void merge_deeply(json::value& base, const json::value& over);

// The files that a $include value names, resolved against the including file.
Result<std::vector<Path>> included_files(const json::value& include, const Path& including_file);

}  // namespace openclaw::config
