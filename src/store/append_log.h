#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "store/replace_file.h"

namespace openclaw::store {

// A file of lines that only grows, shared by several processes: transcripts, journals. A line is whole or
// not there: one that a crash tore is left alone by readers and closed off by the next append, which never
// takes away a byte that was there before.
class AppendLog {
public:
    struct Options {
        std::uint64_t bytes_max = 256u << 20;  // of the file
        std::size_t line_bytes_max = 8u << 20;
        Milliseconds lock_wait = std::chrono::seconds(10);
    };

    AppendLog(FileSystem& files, Path path, Options options);
    AppendLog(FileSystem& files, Path path) : AppendLog(files, std::move(path), Options{}) {}

    struct Block {
        std::vector<std::string> lines;   // hold no line break
        std::vector<std::string> if_new;  // go first when the file is missing or empty
    };
    // What to add, given the file as it stands. Called under the lock: no waiting inside.
    using Compose = std::function<Result<Block>(const std::optional<platform::FileInfo>& found)>;
    // Adds the lines durably, all of them or none, and says what the file is then. `too_large` beyond a
    // bound. A failed write is taken back.
    Result<platform::FileInfo> append(const Compose& compose);
    Result<platform::FileInfo> append(Block block);

    struct Tail {
        std::vector<std::string> lines;  // whole ones, oldest first; empty ones left out
        bool from_start = true;          // false: older lines were left out
        bool torn = false;               // the last line has no end; it is not among `lines`
    };
    // The last lines that fit in `bytes_max`. A missing file has none. Takes no lock.
    Result<Tail> read_tail(std::size_t bytes_max) const;

    const Path& path() const { return path_; }

private:
    Result<std::string> text_of(const Block& block, std::uint64_t size) const;
    Result<void> write_text(const std::string& text, bool created, const Path& target);

    FileSystem& files_;
    Path path_;
    Options options_;
};

}  // namespace openclaw::store
