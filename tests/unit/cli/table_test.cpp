#include "cli/output/table.h"

#include <array>

#include <gtest/gtest.h>

#include "base/text.h"

namespace openclaw::cli {
namespace {

using Rows = std::vector<std::vector<std::string>>;

TEST(Table, KeepsEveryCellWholeInAPipe) {
    const std::string id(120, 'x');
    const auto lines =
        table(Rows{{"Model", "Auth"}, {id, "yes"}, {"kurz-ä", "no"}}, std::array<std::size_t, 1>{8}, {});
    EXPECT_EQ(lines[1], id + " yes");
    EXPECT_EQ(width_of(lines[0]), width_of(id) + 5);
    EXPECT_EQ(lines[2], "kurz-ä" + std::string(115, ' ') + "no");
}

TEST(Table, MakesTheFirstColumnGiveWayAtATerminalBetweenCharacters) {
    const Rows rows{{"Model", "Tags"}, {"ollama/größtes-modell-überhaupt", "default"}};
    for (const std::size_t columns : {24u, 25u, 26u, 30u}) {
        const auto lines = table(rows, {}, columns);
        EXPECT_LE(width_of(lines[1]), columns);
        EXPECT_TRUE(is_utf8(lines[1])) << lines[1];
        EXPECT_TRUE(lines[1].ends_with(" default")) << lines[1];
        EXPECT_NE(lines[1].find("…"), std::string::npos);
    }
    EXPECT_EQ(table(rows, {}, 200), table(rows, {}, {}));
}

TEST(Table, WrapsBetweenWordsOnly) {
    EXPECT_EQ(wrapped("eins zwei drei", 9, 2, 0), "eins zwei\n  drei");
    EXPECT_EQ(wrapped("ein-sehr-langes-wort und", 5, 0, 0), "ein-sehr-langes-wort\nund");
    EXPECT_EQ(wrapped("ä ö ü", 5, 0, 0), "ä ö ü") << "five characters, eight bytes";
    EXPECT_EQ(wrapped("a\nb", 9, 1, 0), "a\n b");
}

}  // namespace
}  // namespace openclaw::cli
