#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "platform/file_system.h"

namespace openclaw::access {

// What ties a line to the one before: HMAC-SHA256, under the log's key, over that one's tag and this one's
// text. Whoever hasn't the key can't change, add, take out or move a line unseen.
using Tag = std::array<unsigned char, 32>;
std::string hex_of(const Tag& tag);
std::optional<Tag> tag_of_hex(std::string_view text);

// The key of the chain. It proves that a log is what was written, and opens nothing.
class ChainKey {
public:
    // `not_found`; `denied` when others may read it; `corrupt`.
    static Result<ChainKey> load(platform::FileSystem& files, const platform::Path& path);
    // The same, made (0600) where there is none. Under the log's lock.
    static Result<ChainKey> ensure(platform::FileSystem& files, const platform::Path& path);
    ~ChainKey();
    ChainKey(const ChainKey&) = default;
    ChainKey& operator=(const ChainKey&) = default;

    Tag tag(const Tag& previous, std::string_view text) const;
    // Which key it is, in 16 hex digits that say nothing about it.
    const std::string& id() const { return id_; }

    // Ed25519 by a key that follows from this one: for what is kept elsewhere.
    std::string sign(std::string_view text) const;  // hex
    bool has_signed(std::string_view text, std::string_view signature_hex) const;
    std::string public_key() const;  // hex

private:
    explicit ChainKey(const std::array<unsigned char, 32>& bytes);

    std::array<unsigned char, 32> bytes_{}, public_key_{};
    std::array<unsigned char, 64> signing_key_{};
    std::string id_;
};

// A line as it stands in a file: its text, and behind it the tag.
struct ChainedLine {
    std::string_view text;  // what the tag covers
    Tag tag;
};
std::string chained(std::string_view text, const Tag& tag);
std::optional<ChainedLine> split_chained(std::string_view line);

}  // namespace openclaw::access
