#pragma once

#include <string>
#include <utility>
#include <vector>

#include "base/secret.h"
#include "cli/commands/connect/clients.h"

namespace openclaw::cli {

// What the marks of a client's texts stand for. A line, or a variable, with a mark that stands for nothing
// is left out.
struct BlockFacts {
    std::string base;    // @BASE@: "https://nas.local:18789"
    std::string socket;  // @SOCKET@: "wss://nas.local:18789"
    std::string model;   // @MODEL@: "openclaw"
    std::string ca;      // @CA@: a file of the authority to trust; empty: none has to be trusted
    std::string pin;     // @PIN@: SHA-256 of its key, hex
};

// What a person pastes. It holds the key.
struct Block {
    std::vector<std::pair<std::string, std::string>> variables;
    std::string text;
};
// In texts a mark stands between double quotes, and what takes its place is escaped for that; in a variable
// it is as it is.
Block block_for(const KnownClient& client, const BlockFacts& facts, std::string_view key);

// The block as it is pasted: of commands and variables for a shell, or of a file.
std::string pasted(const Block& block);

// 'it'\''s', or the text itself where a shell takes it so.
std::string shell_quoted(std::string_view text);

}  // namespace openclaw::cli
