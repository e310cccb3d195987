#include "auth/profiles/salvage.h"

#include <gtest/gtest.h>

#include <random>

#include "auth/profiles/profile_format.h"

namespace openclaw::auth {
namespace {

std::string record(const std::string& id, const std::string& key) {
    return fmt::format(R"("{}":{{"type":"api_key","provider":"p","key":"{}"}})", id, key);
}

struct Case {
    std::string what, text;
    std::vector<std::string> served, lost, parts;
};

const std::string a = record("a", "1"), b = record("b", "2"), c = record("c", "3");
const std::string tail = R"(,"order":{"p":["b"]}})";

const std::vector<Case> cases = {
    {"cut short in a record",
     R"({"version":1,"profiles":{)" + a + "," + b + R"(,"c":{"type":"api_k)",
     {"a", "b"},
     {"c"},
     {}},
    {"cut short between two", R"({"version":1,"profiles":{)" + a + "," + b + ",", {"a", "b"}, {}, {}},
    {"the beginning is gone", a.substr(9) + "," + b + "," + c + "}" + tail, {"b", "c"}, {}, {}},
    {"two damaged side by side",
     "{\n  \"profiles\": {\n    \"a\": {\n      \"type\": x\n    },\n    \"b\": {y},\n    " + c + "}" + tail,
     {"c"},
     {"a", "b"},
     {}},
    {"two damaged apart",
     "{\"profiles\":{\n    \"a\":{x},\n    " + b + ",\n    \"c\":{z}\n  }" + tail,
     {"b"},
     {"a", "c"},
     {}},
    {"a quote is gone",
     R"({"profiles":{"a":{"type":"api_key","provider":"p","key":"1},)" + b + "," + c + "}" + tail,
     {"b", "c"},
     {"a"},
     {}},
    {"an id twice", R"({"profiles":{)" + a + "," + b + "," + record("a", "9") + "}" + tail, {"b"}, {"a"}, {}},
    {"another name",
     R"({"version":1,"profilez":{)" + a + "," + b + "}" + tail,
     {"a", "b"},
     {},
     {"the name of profiles (it is profilez)"}},
    {"no profiles around the records",
     R"({"version":1,)" + a + "," + b + "}",
     {"a", "b"},
     {},
     {"profiles around the records"}},
    {"members of something else", R"({"version":1,"keys":{"anthropic":"sk"}})", {}, {}, {}},
    {"a damaged order",
     R"({"profiles":{)" + a + R"(},"order":{"p":[x]},"usageStats":{}})",
     {"a"},
     {},
     {"order"}},
    {"an order of another kind", R"({"profiles":{)" + a + R"(},"order":[]})", {"a"}, {}, {"order"}},
    {"text after the end", R"({"profiles":{)" + a + "}}}", {"a"}, {}, {}},
    {"a member like a record in a damaged last one",
     R"({"profiles":{)" + a + R"(,"b":{"type":x,"theirs":{"n":{},)" + a + "}}}" + tail,
     {"a"},
     {"b"},
     {}},
    {"the records end early",
     R"({"profiles":{)" + a + "}," + b + "," + c + "}" + tail,
     {"a", "b", "c"},
     {},
     {}},
    {"the records end at once", R"({"profiles":{})" + a + "," + b + "}" + tail, {"a", "b"}, {}, {}},
    {"the store ends at once", R"({}"profiles":{)" + a + "," + b + "}" + tail, {"a", "b"}, {}, {}},
    {"an id after a quote too many",
     R"({"profiles":{)" + a + R"(,""":)" + b.substr(4) + "}" + tail,
     {"a"},
     {"?"},
     {}},
    {"not a store", "hello", {}, {}, {}},
    {"nothing", "", {}, {}, {}},
};

TEST(Salvage, KeepsWhatIsIntactAndNamesTheRest) {
    for (const auto& [what, text, served, lost, parts] : cases) {
        SCOPED_TRACE(what);
        EXPECT_FALSE(parse_store_text(text));
        const auto salvage = salvage_store(text);
        std::vector<std::string> kept, named;
        for (const auto& member : salvage.document.at("profiles").as_object())
            kept.emplace_back(member.key());
        for (const auto& entry : salvage.lost) named.push_back(entry.id);
        EXPECT_EQ(kept, served);
        EXPECT_EQ(named, lost);
        EXPECT_EQ(salvage.lost_parts, parts);
        EXPECT_TRUE(parse_store_text(format_json(salvage.document)));
        EXPECT_EQ(salvage_from(to_json(salvage)).document, salvage.document);
    }
}

TEST(Salvage, NeverTakesASecretForAName) {
    const std::string text =
        R"({"version":1,"profiles":{"p:a":{"type":"api_key","provider":"p","key":"sk-kaNaRy:1"},)"
        R"("p:b":{"type":"token","provider":"p","token":"sk-kaNaRy2"}},"order":{"p":["p:a"]}})";
    for (std::size_t at = 0; at < text.size(); ++at) {
        for (const char byte : std::string_view("\"{}[],:\\ \n0")) {
            auto changed = text;
            changed[at] = byte;
            auto said = to_json(salvage_store(changed));
            said.erase("document");
            EXPECT_EQ(json::serialize(said).find("sk-kaN"), std::string::npos)
                << json::serialize(said) << " of " << changed;
        }
    }
}

TEST(Salvage, SaysWhereAndHowMuch) {
    const auto text = "{\"profiles\":{\n" + a + ",\n\"b\":{\"type\":x},\n" + c + "}" + tail;
    const auto salvage = salvage_store(text);
    EXPECT_EQ(salvage.summary(),
              fmt::format("damaged at byte {} (line 3): 2 of 3 records are intact", text.find("\"b\":")));
    EXPECT_EQ(salvage.lost, (std::vector<LostRecord>{{"b", "its text is damaged (line 3)"}}));
}

TEST(Salvage, FindsNothingToDoInASoundStore) {
    const auto text = R"({"version":1,"profiles":{)" + a + "," + b + "}" + tail;
    EXPECT_TRUE(parse_store_text(text));
    const auto salvage = salvage_store(text);
    EXPECT_EQ(salvage.document, parse_json(text)->as_object());
    EXPECT_TRUE(salvage.lost.empty() && salvage.lost_parts.empty());
}

// Pieces of stores in any order, and any bytes: it ends soon, and what it serves stands in the text.
TEST(Salvage, MakesNothingUpFromRandomText) {
    std::mt19937 random(1);
    const std::vector<std::string> pieces = {a,
                                             b,
                                             c,
                                             tail,
                                             R"({"profiles":{)",
                                             "}",
                                             "{",
                                             ",",
                                             "\"",
                                             "\\",
                                             ":",
                                             "[",
                                             R"("theirs":{)",
                                             "\n",
                                             std::string("\0\xff", 2),
                                             "\"type\":"};
    for (int i = 0; i < 20'000; ++i) {
        std::string text;
        for (auto n = random() % 14; n > 0; --n)
            text += random() % 8 == 0 ? std::string(1, static_cast<char>(random()))
                                      : pieces[random() % pieces.size()];
        const auto salvage = salvage_store(text);
        const auto store = parse_store(salvage.document);
        ASSERT_TRUE(store) << text;
        for (const auto& profile : store->profiles) {
            const auto* key = std::get_if<ApiKey>(&profile.credential);
            ASSERT_TRUE(key) << text;
            const auto whole = record(profile.id.text, std::string(key->key.reveal()));
            ASSERT_NE(text.find(whole), std::string::npos) << profile.id.text << " in " << text;
        }
    }
}

TEST(Salvage, EndsSoonOnLargeDamagedStores) {
    std::string text = R"({"profiles":{)";
    for (int i = 0; i < 10'000; ++i)
        text += (i == 0 ? "\n    " : ",\n    ") + record(fmt::format("p:{}", i), "k");
    text += "}" + tail;
    for (const std::size_t at : {text.find("api_key"), text.find("p:5000"), text.find("p:9998")})
        text[at] = '\1';
    const auto salvage = salvage_store(text);
    EXPECT_EQ(salvage.served(), 9'997u);
    EXPECT_EQ(salvage.lost.size(), 3u);
    // Brackets and quotes only: the bound on the work ends it.
    std::string open;
    for (int i = 0; i < 200'000; ++i) open += "\"a\":{";
    EXPECT_EQ(salvage_store("{" + open).served(), 0u);
}

}  // namespace
}  // namespace openclaw::auth
