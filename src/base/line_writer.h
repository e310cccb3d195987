#pragma once

#include <cstdint>
#include <memory>
#include <string>

namespace openclaw {

// Appends lines to a file without ever making the caller wait for the disk: a thread of its own writes,
// from a bounded queue. What doesn't fit is dropped and counted. For logs; usable from several threads.
class LineWriter {
public:
    struct Options {
        std::string file;  // appended to, 0600; its folder exists. Empty: standard error
        std::size_t queue_bytes_max = 4u << 20;
        std::uint64_t file_bytes_max = 16u << 20;  // then it becomes `<file>.1`, replacing an older one
    };
    explicit LineWriter(Options options);
    ~LineWriter();  // writes what is queued
    LineWriter(const LineWriter&) = delete;
    LineWriter& operator=(const LineWriter&) = delete;

    void write(std::string line);  // a line break is added
    // Before the next line, looks whether its file still stands under its name: where it was removed or
    // rotated away, a new one is begun (and its folder made, if that is gone as well).
    void look_for_file();
    void flush();                   // until everything queued so far has been written or given up
    std::uint64_t dropped() const;  // lines lost so far: the queue was full, or the file can't be written

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace openclaw
