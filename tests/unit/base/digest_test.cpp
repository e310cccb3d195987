#include "base/digest.h"

#include <gtest/gtest.h>

#include <array>

namespace openclaw {
namespace {

// Source: FIPS 180-2, appendix B.
TEST(Digest, IsTheOneOfTheStandard) {
    EXPECT_EQ(sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    EXPECT_EQ(sha256("").size(), 32u);
    EXPECT_NE(sha256_hex(std::string_view("a\0b", 3)), sha256_hex("a"));
}

TEST(Hex, ReadsNothingButWhatItWrites) {
    std::array<unsigned char, 3> bytes{};
    EXPECT_TRUE(from_hex("00ff7f", bytes));
    EXPECT_EQ(to_hex(bytes), "00ff7f");
    for (const auto* text : {"", "00ff", "00ff7f00", "00ff7", "00 ff7f", "00ff7g", "0x00ff"})
        EXPECT_FALSE(from_hex(text, bytes)) << text;
}

}  // namespace
}  // namespace openclaw
