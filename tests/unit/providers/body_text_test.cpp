#include "providers/wire/body_text.h"

#include <gtest/gtest.h>

#include <string>

namespace openclaw::providers {
namespace {

std::string written(std::string_view text) {
    std::string out;
    append_json_string(out, text);
    return out;
}

TEST(BodyText, IsWhatAnyWriterOfJsonMakes) {
    for (const std::string_view special :
         {"\"", "\\", "\n", "\t", "\r", "\x01", "\x1f", "\x7f", "é", "€", "🎉"})
        for (std::size_t size = 0; size < 100; ++size)
            for (std::size_t at = 0; at <= size; at += size < 70 ? 1 : 7) {
                auto text = std::string(at, 'a') + std::string(special) + std::string(size - at, '~');
                EXPECT_EQ(parse_json(written(text))->as_string(), text);
            }
}

TEST(BodyText, EscapesAsLittleAsItMay) {
    EXPECT_EQ(written(""), R"("")");
    EXPECT_EQ(written("tab\tline\nquote\"back\\slash/\x01"), R"("tab\tline\nquote\"back\\slash/\u0001")");
    EXPECT_EQ(written("grün €"), "\"grün €\"");
}

TEST(BodyText, ReplacesABrokenByteWhereverItStands) {
    for (std::size_t at = 0; at < 70; ++at)
        EXPECT_EQ(written(std::string(at, 'a') + "\xff" + std::string(40, 'b')),
                  "\"" + std::string(at, 'a') + "\xEF\xBF\xBD" + std::string(40, 'b') + "\"");
}

}  // namespace
}  // namespace openclaw::providers
