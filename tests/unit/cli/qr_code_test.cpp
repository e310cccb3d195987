#include "cli/output/qr_code.h"

#include <gtest/gtest.h>
#include <fstream>

namespace openclaw::cli {
namespace {

struct Known {
    std::string text;
    int mask = 0;
    std::vector<std::string> rows;
};

// Codes that another program has made.
std::vector<Known> known_codes() {
    std::ifstream file(OPENCLAW_TEST_DATA "/qr_codes.txt");
    std::vector<Known> all;
    for (std::string line; std::getline(file, line);) {
        if (line.starts_with("text "))
            all.push_back({.text = line.substr(5), .mask = 0, .rows = {}});
        else if (line.starts_with("mask "))
            all.back().mask = std::stoi(line.substr(5));
        else if (!line.starts_with("# "))
            all.back().rows.push_back(line);
    }
    return all;
}

std::vector<std::string> rows_of(const QrCode& code) {
    std::vector<std::string> rows;
    for (int y = 0; y < code.size(); ++y) {
        rows.emplace_back();
        for (int x = 0; x < code.size(); ++x) rows.back() += code.dark(x, y) ? '#' : '.';
    }
    return rows;
}

TEST(QrCode, IsWhatAnotherProgramMakesOfTheSameText) {
    const auto known = known_codes();
    ASSERT_EQ(known.size(), 5);
    for (const auto& each : known) {
        const auto code = QrCode::of(each.text, each.mask);
        ASSERT_TRUE(code) << each.text;
        EXPECT_EQ(rows_of(*code), each.rows) << each.text << " with mask " << each.mask;
    }
}

TEST(QrCode, TakesOneOfTheEightMasks) {
    const std::string text = "https://nas.local:18789/enrol#K7QF3MXA9PLD0D3K7QAB";
    const auto chosen = QrCode::of(text);
    ASSERT_TRUE(chosen);
    int same = 0;
    for (int mask = 0; mask < 8; ++mask) same += rows_of(*QrCode::of(text, mask)) == rows_of(*chosen) ? 1 : 0;
    EXPECT_EQ(same, 1);
}

TEST(QrCode, TakesTheSmallestSizeThatHoldsTheText) {
    EXPECT_EQ(QrCode::of(std::string(17, 'x'))->size(), 21);
    EXPECT_EQ(QrCode::of(std::string(18, 'x'))->size(), 25);
    EXPECT_EQ(QrCode::of(std::string(53, 'x'))->size(), 29);
    EXPECT_EQ(QrCode::of(std::string(QrCode::bytes_max, 'x'))->size(), 57);
    EXPECT_FALSE(QrCode::of(std::string(QrCode::bytes_max + 1, 'x')));
}

TEST(QrCode, OfALinkFillsNineteenLinesOf37Columns) {
    const auto lines = QrCode::of("https://nas.local:18789/enrol#K7QF3MXA9PLD0D3K7QAB")->lines();
    EXPECT_EQ(lines.size(), 19);
    for (const auto& line : lines) {
        std::size_t columns = 0;
        for (const char byte : line) columns += (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U ? 1 : 0;
        EXPECT_EQ(columns, 37);
    }
    EXPECT_EQ(lines.front(),
              QrCode::of("https://nas.local:18789/enrol#K7QF3MXA9PLD0D3K7QAB", 0)->lines().front());
}

}  // namespace
}  // namespace openclaw::cli
