#include "platform/memory.h"

#include <gtest/gtest.h>

#include <fstream>
#include <limits>
#include <string>
#include <vector>

namespace openclaw::platform {
namespace {

// In KiB; 0 where the kernel doesn't say.
long resident_file_pages() {
    std::ifstream status("/proc/self/status");
    for (std::string line; std::getline(status, line);)
        if (line.starts_with("RssFile:")) return std::stol(line.substr(8));
    return 0;
}

TEST(Memory, TakesAHintOfAnySizeAndServesAsBefore) {
    for (const std::size_t bytes : {std::size_t{0}, std::size_t{4096}, std::size_t{40} << 20,
                                    std::numeric_limits<std::size_t>::max()}) {
        expect_allocations(bytes);
        std::vector<std::string> texts;
        for (int i = 0; i < 20'000; ++i)
            texts.emplace_back(std::string(100, static_cast<char>('a' + i % 26)));
        EXPECT_EQ(texts[25], std::string(100, 'z'));
        EXPECT_EQ(texts.back(), std::string(100, static_cast<char>('a' + 19'999 % 26)));
    }
}

int written_before = 1;

TEST(Memory, LetsGoOfCodeAndOfNothingElse) {
    written_before = 2;
    const auto before = resident_file_pages();
    let_go_of_code();
    const auto after = resident_file_pages();
    EXPECT_EQ(written_before, 2);
    EXPECT_LE(after, before);
    if (before > 0) {
        EXPECT_GT(after, 0) << "what runs comes back";
    }
}

}  // namespace
}  // namespace openclaw::platform
