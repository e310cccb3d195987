#include "base/redact.h"

#include <gtest/gtest.h>

#include <random>

#include "base/text.h"

namespace openclaw {
namespace {

// Has characters that every encoding treats differently. No known shape, so that only its value counts.
const std::string value = "Zq7/+w\"9 \\kéPlain-Value";

std::string base64(std::string_view bytes, bool url_safe) {
    constexpr std::string_view standard = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    constexpr std::string_view other = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    const auto alphabet = url_safe ? other : standard;
    std::string text;
    for (std::size_t at = 0; at < bytes.size(); at += 3) {
        unsigned group = 0;
        for (std::size_t i = 0; i < 3; ++i)
            group = group * 256 + (at + i < bytes.size() ? static_cast<unsigned char>(bytes[at + i]) : 0U);
        for (std::size_t i = 0; i < 4; ++i)
            text += at + i > bytes.size() ? '=' : alphabet[(group >> (18 - 6 * i)) & 63U];
    }
    return text;
}

TEST(Redactor, TakesAKnownValueOutInEveryEncoding) {
    Redactor redactor;
    redactor.add(Secret(value));
    const std::vector<std::pair<std::string, std::string>> cases{
        {"plain", value},
        {"json", R"(Zq7/+w\"9 \\kéPlain-Value)"},
        {"json with escaped slash", R"(Zq7\/+w\"9 \\kéPlain-Value)"},
        {"url", "Zq7%2F%2Bw%229%20%5Ck%C3%A9Plain-Value"},
        {"url in lower case", "Zq7%2f%2bw%229%20%5ck%c3%a9Plain-Value"},
        {"form", "Zq7%2F%2Bw%229+%5Ck%C3%A9Plain-Value"},
        {"hex", "5a71372f2b772239205c6bc3a9506c61696e2d56616c7565"},
        {"upper-case hex", "5A71372F2B772239205C6BC3A9506C61696E2D56616C7565"}};
    for (const auto& [name, text] : cases)
        EXPECT_EQ(redactor.redact("before " + text + " after"), "before [redacted] after") << name;
}

TEST(Redactor, TakesAKnownValueOutOfBase64AtEveryAlignment) {
    Redactor redactor;
    redactor.add(Secret(value));
    for (const std::string before : {"", "u", "us", "use", "user:", "{\"key\":\""}) {
        for (const bool url_safe : {false, true}) {
            const auto encoded = base64(before + value + "\"}", url_safe);
            const auto redacted = redactor.redact(encoded);
            EXPECT_NE(redacted.find("[redacted]"), redacted.npos) << encoded;
            // At most the characters that it shares with its neighbours stay.
            EXPECT_LE(redacted.size(), encoded.size() - value.size() * 4 / 3 + 12) << redacted;
        }
    }
}

TEST(Redactor, FindsEveryOneOfHundredsAndTheLongestOfThoseThatStartAlike) {
    Redactor redactor;
    for (int number = 0; number < 500; ++number) redactor.add(Secret(fmt::format("value-number-{}", number)));
    EXPECT_EQ(redactor.redact("a value-number-7 b value-number-499,value-number-12."),
              "a [redacted] b [redacted],[redacted].");
    EXPECT_EQ(redactor.redact("value-number-"), "value-number-");
}

// Of two letters, so that many begin alike, are parts of one another and overlap.
std::string letters(std::minstd_rand& random, std::size_t count) {
    std::string text;
    while (text.size() < count) text += random() / 64 % 2 == 0 ? 'a' : 'b';
    return text;
}

std::string redacted_naively(std::string_view text, const std::vector<std::string>& values) {
    std::string result;
    while (!text.empty()) {
        std::size_t longest = 0;
        for (const auto& known : values)
            if (text.starts_with(known)) longest = std::max(longest, known.size());
        result += longest == 0 ? text.substr(0, 1) : Redactor::placeholder;
        text.remove_prefix(std::max<std::size_t>(longest, 1));
    }
    return result;
}

TEST(Redactor, TakesOutTheLongestOfAllThatStandAtAPlace) {
    std::minstd_rand random(1);
    Redactor redactor;
    std::vector<std::string> values;
    for (int i = 0; i < 200; ++i) {
        values.push_back("aabababb" + letters(random, 1 + random() % 12));
        redactor.add(Secret(values.back()));
    }
    std::size_t taken_out = 0;
    for (int i = 0; i < 200; ++i) {
        const auto text = letters(random, 40) + "aabababb" + letters(random, 40);
        const auto expected = redacted_naively(text, values);
        EXPECT_EQ(redactor.redact(text), expected) << text;
        taken_out += expected.contains(Redactor::placeholder) ? 1 : 0;
    }
    EXPECT_GT(taken_out, 100u);
}

TEST(Redactor, TakesNothingOutThatDiffersInOneBit) {
    const std::string known = "value-of-31-bytes-and-some-more";
    Redactor redactor;
    redactor.add(Secret(known));
    for (std::size_t bit = 0; bit < known.size() * 8; ++bit) {
        auto other = known;
        other[bit / 8] = static_cast<char>(other[bit / 8] ^ (1 << bit % 8));
        EXPECT_EQ(redactor.redact(other), other);
    }
    EXPECT_EQ(redactor.redact(known.substr(1)), known.substr(1));
    EXPECT_EQ(redactor.redact(known.substr(0, 30)), known.substr(0, 30));
}

class HeldValues : public testing::Test {
protected:
    void hold(std::string_view place, const std::vector<std::string>& values) {
        std::vector<Secret> secrets;
        for (const auto& text : values) secrets.emplace_back(text);
        std::vector<const Secret*> pointers;
        for (const auto& secret : secrets) pointers.push_back(&secret);
        redactor.hold(place, pointers);
    }
    void let_go_others(std::size_t count) {
        for (std::size_t i = 0; i < count; ++i) {
            hold("another", {fmt::format("another-{:08}", number++)});
            hold("another", {});
        }
    }
    bool knows(const std::string& text) const { return redactor.redact(text) == Redactor::placeholder; }

    Redactor redactor;
    std::size_t number = 0;
};

TEST_F(HeldValues, AreTakenOutUntilEnoughOthersWereLetGo) {
    hold("vault", {"first-value", "second-value"});
    hold("vault", {"second-value"});
    let_go_others(Redactor::let_go_max - 1);
    EXPECT_TRUE(knows("first-value"));
    let_go_others(1);
    EXPECT_FALSE(knows("first-value"));
    EXPECT_TRUE(knows("second-value"));
}

TEST_F(HeldValues, StayAsLongAsAnyPlaceHoldsThem) {
    redactor.add(Secret("added-value"));
    hold("one", {"held-by-two", "added-value"});
    hold("two", {"held-by-two"});
    hold("one", {});
    let_go_others(Redactor::let_go_max + 1);
    EXPECT_TRUE(knows("held-by-two"));
    EXPECT_TRUE(knows("added-value"));
    hold("two", {});
    let_go_others(Redactor::let_go_max + 1);
    EXPECT_FALSE(knows("held-by-two"));
    EXPECT_TRUE(knows("added-value"));
}

TEST_F(HeldValues, CountFromTheLastTimeThatTheyWereLetGo) {
    hold("vault", {"back-and-forth"});
    hold("vault", {});
    let_go_others(Redactor::let_go_max / 2);
    hold("vault", {"back-and-forth"});
    hold("vault", {});
    let_go_others(Redactor::let_go_max / 2 + 1);
    EXPECT_TRUE(knows("back-and-forth"));
    let_go_others(Redactor::let_go_max / 2);
    EXPECT_FALSE(knows("back-and-forth"));
}

TEST_F(HeldValues, AreForgottenInEveryForm) {
    hold("vault", {"a value to forget"});
    hold("vault", {});
    EXPECT_EQ(redactor.redact("a%20value%20to%20forget"), "[redacted]");
    let_go_others(Redactor::let_go_max);
    for (const std::string form :
         {"a value to forget", "a%20value%20to%20forget", "612076616c756520746f20666f72676574"})
        EXPECT_EQ(redactor.redact(form), form);
}

TEST(Redactor, IgnoresShortAndBlankValues) {
    Redactor redactor;
    for (const auto* text : {"", "   ", "short", "1234567"}) redactor.add(Secret(text));
    EXPECT_EQ(redactor.redact("a short text 1234567"), "a short text 1234567");
    redactor.add(Secret("  12345678\n"));
    EXPECT_EQ(redactor.redact("x12345678y"), "x[redacted]y");
}

TEST(Redactor, KnowsSecretsByTheirShape) {
    const std::vector<std::pair<std::string, std::string>> cases{
        {"key sk-ant-api03-AbC_d-0123456789 is bad", "key [redacted] is bad"},
        {"Authorization: Bearer abcdefgh.ijk-_", "Authorization: Bearer [redacted]"},
        {"authorization: basic dXNlcjpwYXNz", "authorization: basic [redacted]"},
        {R"({"apiKey": "0123456789abc","x":1})", R"({"apiKey": "[redacted]","x":1})"},
        {R"({\"access_token\":\"0123456789abc\"})", R"({\"access_token\":\"[redacted]\"})"},
        {"https://h/p?api_key=0123456789&x=1", "https://h/p?api_key=[redacted]&x=1"},
        {"OPENCLAW_GATEWAY_TOKEN=0123456789abcdef", "OPENCLAW_GATEWAY_TOKEN=[redacted]"},
        {"http://user:pa55@proxy:8080/", "http://[redacted]@proxy:8080/"},
        {"ghp_0123456789abcdefghij", "[redacted]"},
        {"key ocg_abcdefghijkl_abcdefghijkl234567 is wrong", "key [redacted] is wrong"},
        {"eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln", "[redacted]"},
        {"-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----",
         "-----BEGIN PRIVATE KEY-----[redacted]-----END PRIVATE KEY-----"}};
    const Redactor redactor;
    for (const auto& [text, expected] : cases) EXPECT_EQ(redactor.redact(text), expected);
}

TEST(Redactor, LeavesOrdinaryTextAlone) {
    const Redactor redactor;
    for (const std::string text :
         {"token: short", "the secret: be kind", "task-sk-1 done", "12 tokens in, 40 out", "", "basic idea",
          "see https://example.com/a@b", "bearer of bad news", "risk-assessment-of-all-parts"})
        EXPECT_EQ(redactor.redact(text), text);
}

}  // namespace
}  // namespace openclaw
