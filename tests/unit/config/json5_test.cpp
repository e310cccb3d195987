#include "config/json5/json5.h"

#include <gtest/gtest.h>

#include <cmath>

namespace openclaw::config {
namespace {

TEST(Json5, ReadsWhatTheSpecificationAllows) {
    const std::vector<std::pair<std::string, std::string>> cases = {
        {"{}", "{}"},
        {"\xEF\xBB\xBF{a:1}", R"({"a":1})"},
        {"// c\n{/* x */a: 1, 'b-c': [1, 2,], }// end", R"({"a":1,"b-c":[1,2]})"},
        {"{$a_1: 'it\\'s', b: \"two\\\nlines\"}", R"({"$a_1":"it's","b":"twolines"})"},
        {"[+1, -2, .5, 5., 0x1F, -0xa, 1e3]", "[1,-2,5E-1,5E0,31,-10,1E3]"},
        {"'\\x41\\u00e9\\uD83D\\uDE00\\q'", "\"A\u00e9\U0001F600q\""},
        {"{\u00fcber: null, t: true, f: false}", "{\"\u00fcber\":null,\"t\":true,\"f\":false}"},
        {"{a: 1, a: 2}", R"({"a":2})"},
        {"\r\n{\r\n a :\t1 }\r\n", R"({"a":1})"},
        {"{a:\u00a01}", R"({"a":1})"},
        {"9223372036854775807", "9223372036854775807"},
        {R"({"\u0061b": 1, \u0063: 2})", R"({"ab":1,"c":2})"},
    };
    for (const auto& [text, expected] : cases) {
        const auto value = parse_json5(text);
        ASSERT_TRUE(value) << text << ": " << value.error().message;
        EXPECT_EQ(json::serialize(*value), expected) << text;
    }
    EXPECT_TRUE(std::isinf(parse_json5("-Infinity")->get_double()));
    EXPECT_TRUE(std::isnan(parse_json5("NaN")->get_double()));
}

TEST(Json5, SaysWhatIsWrongAndWhere) {
    struct Case {
        std::string text;
        Code code;
        std::string message;
    };
    const std::vector<Case> cases = {
        {"", Code::corrupt, "the file is empty"},
        {" \n// nothing\n", Code::corrupt, "the file is empty"},
        {"{a: 1", Code::corrupt, "line 1, column 6: expected ',' or '}', but the file ends here"},
        {"{a: 'x", Code::corrupt, "line 1, column 5: this string has no closing quote"},
        {"{a: 'x\n'}", Code::invalid_input, "line 1, column 5: this string has no closing quote"},
        {"{/* a: 1}", Code::corrupt, "line 1, column 2: this comment has no end"},
        {"{\n  \"port\" 18789\n}", Code::invalid_input,
         "line 2, column 10: expected ':' after the key, found '1'"},
        {"{a: yes}", Code::invalid_input, "line 1, column 5: a text needs quotes"},
        {"{a: 1 b: 2}", Code::invalid_input, "line 1, column 7: expected ',' or '}', found 'b'"},
        {"{a: 1}}", Code::invalid_input, "line 1, column 7: expected the end of the file, found '}'"},
        {"{,}", Code::invalid_input, "line 1, column 2: expected a key, found ','"},
        {"[1,,2]", Code::invalid_input, "line 1, column 4: expected a value, found ','"},
        {"{a: 012}", Code::invalid_input, "line 1, column 5: a number may not begin with 0"},
        {"{a: 1x}", Code::invalid_input, "line 1, column 6: expected the end of the number, found 'x'"},
        {"'\\ud80'", Code::invalid_input, "line 1, column 4: expected 4 hexadecimal digits"},
        {"{\u00e9\u00e9: @}", Code::invalid_input, "line 1, column 6: expected a value, found '@'"},
        {std::string("{a\0: 1}", 7), Code::corrupt, "line 1: a zero byte; this is not a text file"},
        {"{a\xff\xfe 'x'}", Code::corrupt, "the bytes are not UTF-8; this is not a text file"},
        {std::string(100, '['), Code::too_large, "line 1, column 66: nested deeper than 64 levels"},
    };
    for (const auto& [text, code, message] : cases) {
        const auto value = parse_json5(text);
        ASSERT_FALSE(value) << text;
        EXPECT_EQ(value.error().code, code) << text;
        EXPECT_EQ(value.error().message, message) << text;
    }
    EXPECT_EQ(parse_json5(std::string(json5_bytes_max + 1, ' ')).error().code, Code::too_large);
    std::string many = "[";
    for (std::size_t at = 0; at <= json5_values_max; ++at) many += "0,";
    EXPECT_EQ(parse_json5(many + "]").error().code, Code::too_large);
}

TEST(Json5, ReadsBrokenTextWithReplacements) {
    const std::pair<std::string, std::string> cases[] = {
        {"'\\ud83d'", "\uFFFD"},         {"'\\ude00!'", "\uFFFD!"},  {"'\\ud83d\\ud83d\\ude00'", "\uFFFD😀"},
        {"'\\ud83d\\u0041'", "\uFFFDA"}, {"'caf\xE9'", "caf\uFFFD"}, {"/* \xFF */ 'a' // \xFE", "a"},
        {"'\xF0\x9F\x98'", "\uFFFD"},
    };
    for (const auto& [text, wanted] : cases) {
        const auto value = parse_json5(text);
        ASSERT_TRUE(value) << text << value.error().message;
        EXPECT_EQ(value->as_string(), wanted) << text;
    }
    EXPECT_EQ(parse_json5("{caf\xE9: 1}")->as_object().begin()->key(), "caf\uFFFD");
}

TEST(Json5, QuotesNothingOfTheTextInAnError) {
    for (const std::string text :
         {"{apiKey: sk-canary}", "{apiKey: 'sk-canary' sk-canary}", "{apiKey 'sk-canary'}"})
        EXPECT_EQ(parse_json5(text).error().message.find("canary"), std::string::npos) << text;
}

TEST(Json5, KnowsWhereEachValueStands) {
    const std::string text = "{ 'a' : [10, {b:true}] }";
    const auto root = parse_json5_tree(text);
    ASSERT_TRUE(root);
    const auto part = [&](std::uint32_t begin, std::uint32_t end) { return text.substr(begin, end - begin); };
    const auto* a = root->find("a");
    EXPECT_EQ(part(a->key_begin, a->key_end), "'a'");
    EXPECT_EQ(part(a->value.begin, a->value.end), "[10, {b:true}]");
    EXPECT_EQ(part(a->value.elements[1].begin, a->value.elements[1].end), "{b:true}");
}

TEST(Json5, NamesRepeatedKeys) {
    const std::string text = "{a: 1,\n b: {c: 1,\n c: 2},\n a: 3}";
    EXPECT_EQ(repeated_keys(text, *parse_json5_tree(text)),
              (std::vector<std::string>{"line 3: c", "line 4: a"}));
}

}  // namespace
}  // namespace openclaw::config
