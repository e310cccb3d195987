#include "access/key_text.h"

#include <gmock/gmock.h>

#include "support/memory_key_store.h"

namespace openclaw::access {
namespace {

using test::made_key;

TEST(KeyText, IsLettersAndDigitsThatNameTheirRecord) {
    const auto key = made_key("notebook");
    EXPECT_THAT(key.text, testing::MatchesRegex("ocg_[a-z2-7]+_[a-z2-7]+"));
    EXPECT_EQ(key.text.size(), 4u + 12 + 1 + 40 + 6);
    EXPECT_EQ(key.offered().id, key.record.id);
    EXPECT_EQ(key.offered().digest, key.record.digest);
    EXPECT_NE(made_key("notebook").text, key.text);
}

TEST(KeyText, TellsWhatWasCutOrMistypedAtEachPlace) {
    const auto text = made_key("notebook").text;
    for (std::size_t at = key_prefix.size(); at < text.size(); ++at) {
        auto typo = text;
        typo[at] = typo[at] == 'a' ? 'b' : 'a';
        EXPECT_TRUE(read_key(typo)->damaged()) << typo;
        EXPECT_TRUE(read_key(text.substr(0, at))->damaged());
        auto swapped = text;
        if (at + 1 < text.size()) std::swap(swapped[at], swapped[at + 1]);
        if (swapped != text) EXPECT_TRUE(read_key(swapped)->damaged()) << swapped;
    }
    for (const auto& wrong : {text + "a", text + " ", std::string("ocg_"), "ocg_" + std::string(100'000, 'a'),
                              "ocg_" + std::string(59, '\0'), "ocg_" + std::string(59, '_')})
        EXPECT_TRUE(read_key(wrong)->damaged());
}

TEST(KeyText, IsNothingThatBeginsInAnotherWay) {
    const auto text = made_key("notebook").text;
    for (const auto& other : {std::string(), text.substr(1), " " + text, "OCG_" + text.substr(4),
                              std::string("sk-ant-api03-x"), std::string("ocg")})
        EXPECT_FALSE(read_key(other)) << other;
}

TEST(KeyText, KeepsADigestThatTheIdIsPartOf) {
    // The same secret under another id is another one.
    const auto key = made_key("notebook");
    const Secret whole(key.text.substr(0, key.text.size() - 6));
    auto other = key.text.substr(0, key.text.size() - 6);
    other[key_prefix.size()] = other[key_prefix.size()] == 'a' ? 'b' : 'a';
    EXPECT_EQ(SecretDigest(whole), key.record.digest);
    EXPECT_FALSE(SecretDigest(Secret(other)) == key.record.digest);
}

}  // namespace
}  // namespace openclaw::access
