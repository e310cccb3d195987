#include <gtest/gtest.h>

#include <random>

#include "config/json5/editor.h"
#include "config/json5/json5.h"

namespace openclaw::config {
namespace {

struct Case {
    std::string before, path, value, after;  // an empty value removes
};

Edit edit_of(const std::string& path, const std::string& value) {
    Edit edit{*parse_key_path(path), std::nullopt};
    if (!value.empty()) edit.value = *parse_json5(value);
    return edit;
}

TEST(EditText, ChangesOnlyWhatItMust) {
    const std::vector<Case> cases = {
        // replaced
        {"{a: 1}", "a", "2", "{a: 2}"},
        {"{\n  // why\n  a: 'x', // because\n}\n", "a", "'y'", "{\n  // why\n  a: 'y', // because\n}\n"},
        {"{a: \"x\", b: 'y'}", "b", "'it\\'s'", "{a: \"x\", b: 'it\\'s'}"},
        {"{a: 'x'}", "a", "'say \"hi\"\\n'", "{a: 'say \"hi\"\\n'}"},
        {"{a: 1, a: 2}", "a", "3", "{a: 1, a: 3}"},
        {"{a: 'x'}", "a.b", "1", "{a: {b: 1}}"},
        {"{\r\n  a: 1\r\n}", "a", "[1, {b: 2}]",
         "{\r\n  a: [\r\n    1,\r\n    {\r\n      b: 2\r\n    }\r\n  ]\r\n}"},
        // added
        {"{}\n", "a", "1", "{\n  \"a\": 1\n}\n"},
        {"{}", "a.b.c", "'x'", "{\n  \"a\": {\n    \"b\": {\n      \"c\": \"x\"\n    }\n  }\n}"},
        {"{a: 1}", "b", "2", "{a: 1, b: 2}"},
        {"{a: 1,}", "b", "2", "{a: 1, b: 2,}"},
        {"{\n\t'a': 1\n}", "b-c", "{d: []}", "{\n\t'a': 1,\n\t'b-c': {\n\t\t'd': []\n\t}\n}"},
        {"{\n  a: 1 // one\n}", "b", "2", "{\n  a: 1, // one\n  b: 2\n}"},
        {"{\n  a: 1, // one\n  // end\n}", "b", "2", "{\n  a: 1, // one\n  b: 2,\n  // end\n}"},
        {"{\n    a: {}\n}", "a.b", "true", "{\n    a: {\n        b: true\n    }\n}"},
        {"{\n  // empty\n}", "a", "1", "{\n  // empty\n  \"a\": 1\n}"},
        {"{a: [1, 2]}", "a[2]", "3", "{a: [1, 2, 3]}"},
        {"{\r\n  a: 1,\r\n}\r\n", "b", "2", "{\r\n  a: 1,\r\n  b: 2,\r\n}\r\n"},
        {"{\n  a: 1 }", "b", "2", "{\n  a: 1,\n  b: 2 }"},
        // removed
        {"{a: 1}", "a", "", "{}"},
        {"{a: 1, b: 2}", "a", "", "{b: 2}"},
        {"{a: 1, b: 2}", "b", "", "{a: 1}"},
        {"{a: 1, b: 2,}", "b", "", "{a: 1, }"},
        {"{\n  a: 1,\n  b: 2\n}", "b", "", "{\n  a: 1\n}"},
        {"{\n  a: 1, // one\n  b: 2\n}", "b", "", "{\n  a: 1 // one\n}"},
        {"{\n  a: 1,\n  // two\n  b: 2,\n  c: 3,\n}", "b", "", "{\n  a: 1,\n  // two\n  c: 3,\n}"},
        {"{\n  a: 1, // one\n  b: 2,\n}", "a", "", "{\n  // one\n  b: 2,\n}"},
        {"{a: 1 /* x */, b: 2}", "a", "", "{ /* x */ b: 2}"},
        {"{a: 1, b: 2, a: 3}", "a", "", "{b: 2}"},
        {"{'1': 1, b: 2, '1': 3}", "1", "", "{b: 2}"},
        {"{a: [1, 2, 3]}", "a[1]", "", "{a: [1, 3]}"},
        {"{\r\n  a: 1,\r\n  b: 2\r\n}", "a", "", "{\r\n  b: 2\r\n}"},
        {"{\r\n  a: 1,\r\n\r\n  b: 2\r\n}", "a", "", "{\r\n\r\n  b: 2\r\n}"},
        {"{\n  a: 1,\n\n  b: 2\n}", "a", "", "{\n\n  b: 2\n}"},
        {"{\n  a: 1,\n\n  b: 2\n\n}", "b", "", "{\n  a: 1\n\n\n}"},
        {"\n\n{a: 1,\n\n b: 2}", "a", "", "\n\n{\n\n b: 2}"},
        {"{\n\ta: 1\n}", "a", "", "{\n}"},
        {" {a: 1}", "a", "", " {}"},
    };
    for (const auto& [before, path, value, after] : cases) {
        const auto text = edit_text(before, edit_of(path, value));
        ASSERT_TRUE(text) << before << " " << path << ": " << text.error().message;
        EXPECT_EQ(*text, after) << before << " " << path;
    }
}

// What a value, a comma or a comment shares its line with.
TEST(EditText, KeepsTheLayoutAroundWhatItChanges) {
    const std::vector<Case> cases = {
        {"{\n  a: {b: 1},\n  c: 2\n}", "a", "{b: 1, d: 2}", "{\n  a: {b: 1, d: 2},\n  c: 2\n}"},
        {"{\n  a: {},\n  c: 2\n}", "a", "{d: 2}", "{\n  a: {\n    d: 2\n  },\n  c: 2\n}"},
        {"{\n  a: 'x',\n  c: 2\n}", "a", "[1]", "{\n  a: [\n    1\n  ],\n  c: 2\n}"},
        {"{\n  a: {\n    b: 1\n  }\n}", "a", "{c: 2}", "{\n  a: {\n    c: 2\n  }\n}"},
        {"{\n  a: [1, 2]\n}", "a[2]", "3", "{\n  a: [1, 2, 3]\n}"},
        {"{\n  a: [\n    1,\n    2\n  ]\n}", "a[2]", "3", "{\n  a: [\n    1,\n    2,\n    3\n  ]\n}"},
        {"{a: {}}", "a.b", "1", "{a: {b: 1}}"},
        {"{\n  a: 1 /* one */ // uno\n}", "b", "2", "{\n  a: 1, /* one */ // uno\n  b: 2\n}"},
        {"{\n  a: 1 /* one\n  more */\n}", "b", "2", "{\n  a: 1, /* one\n  more */\n  b: 2\n}"},
        {"{\n  a: 1, /* one */\n}", "b", "2", "{\n  a: 1, /* one */\n  b: 2,\n}"},
        {"{a: 1, /* x */ b: 2}", "b", "", "{a: 1 /* x */ }"},
        {"{a: 1,   b: 2}", "b", "", "{a: 1}"},
        {"{a: 1,\tb: 2 , c: 3}", "b", "", "{a: 1,\tc: 3}"},
        {"{\n\ta: 1,\n\tb: 2,\n}", "b", "", "{\n\ta: 1,\n}"},
        {"{\n  a: 1,\n  b: 2 // two\n}", "b", "", "{\n  a: 1\n  // two\n}"},
        {"{\n  a: 1\n  , b: 2\n}", "a", "", "{\n   b: 2\n}"},
        {"{\n  a: 1, b: 2,\n}", "a", "", "{\n  b: 2,\n}"},
        {"{\n  a: 1, b: 2,\n}", "b", "", "{\n  a: 1, \n}"},
        {"{a: 1 // one\n, b: 2}", "a", "", "{ // one\n b: 2}"},
        {"{'a': 1, \"b\": 2}", "c", "3", "{'a': 1, \"b\": 2, \"c\": 3}"},
        {"{\"a\": {b: 1}}", "a.c", "'x'", "{\"a\": {b: 1, c: \"x\"}}"},
        {"// first\n{a: 1}\n// last\n", "a", "2", "// first\n{a: 2}\n// last\n"},
    };
    for (const auto& [before, path, value, after] : cases) {
        const auto text = edit_text(before, edit_of(path, value));
        ASSERT_TRUE(text) << before << " " << path << ": " << text.error().message;
        EXPECT_EQ(*text, after) << before << " " << path;
    }
}

TEST(EditText, RefusesWhatHasNoPlace) {
    EXPECT_EQ(edit_text("{a: 1}", edit_of("b", "")).error().code, Code::not_found);
    EXPECT_EQ(edit_text("{a: 1}", edit_of("a.b", "")).error().code, Code::not_found);
    EXPECT_EQ(edit_text("{a: [1]}", edit_of("a[5]", "2")).error().code, Code::invalid_input);
    EXPECT_EQ(edit_text("{a: 1}", edit_of("b[3]", "2")).error().code, Code::invalid_input);
    EXPECT_EQ(edit_text("{a: 1}", edit_of("b[1]", "2")).error().code, Code::invalid_input);
    EXPECT_EQ(edit_text("{a: 1}", edit_of("a[3]", "2")).error().code, Code::invalid_input);
    EXPECT_EQ(edit_text("{a: {b: 1}}", edit_of("a.c[1]", "2")).error().code, Code::invalid_input);
    EXPECT_EQ(edit_text("{a: [1]}", edit_of("a[2]", "2")).error().code, Code::invalid_input);
    EXPECT_EQ(edit_text("{a: [1]}", edit_of("a[1]", "")).error().code, Code::not_found);
    EXPECT_EQ(edit_text("{a: [1]}", edit_of("a[1].b[1]", "2")).error().code, Code::invalid_input);
    EXPECT_EQ(edit_text("{a: [1]}", edit_of("a.x", "2")).error().code, Code::invalid_input);
    EXPECT_EQ(edit_text("{a: {b: 1}}", edit_of("a.b.c", "")).error().code, Code::not_found);
    EXPECT_EQ(edit_text("{a: ", edit_of("a", "2")).error().code, Code::corrupt);
}

// Random documents, written in random styles, and random edits of them.
class Scribe {
public:
    explicit Scribe(unsigned seed) : random_(seed) {
        line_break_ = chance(3) ? "\r\n" : "\n";
        indent_ = chance(2) ? "  " : chance(2) ? "\t" : "    ";
    }

    bool chance(unsigned one_in) { return random_() % one_in == 0; }
    std::size_t below(std::size_t count) { return random_() % count; }

    std::string document() { return gap() + object("", 3) + gap() + (chance(2) ? line_break_ : ""); }

    std::string value(const std::string& margin, int depth) {
        if (depth > 0 && chance(3)) return object(margin, depth - 1);
        if (depth > 0 && chance(4)) return list(margin, depth - 1);
        static const std::vector<std::string> scalars = {
            "1", "-2.5", "true", "null", "'a // b'", "\"c /* d\"", "0x10", "''", "'${VAR}'", "'\u00fc, }'"};
        return scalars[below(scalars.size())];
    }
    std::string name() {
        static const std::vector<std::string> names = {"a",     "b", "c",       "'d-e'",
                                                       "\"f\"", "g", "\"h i\"", "$include"};
        return names[below(names.size())];
    }

private:
    std::string gap() {
        if (chance(6)) return "/* note, */";
        return chance(2) ? " " : "";
    }
    std::string object(const std::string& margin, int depth) {
        return items(margin, depth, '{', '}', [&](const std::string& inner) {
            return name() + gap() + ":" + gap() + value(inner, depth);
        });
    }
    std::string list(const std::string& margin, int depth) {
        return items(margin, depth, '[', ']', [&](const std::string& inner) { return value(inner, depth); });
    }
    template <class Make>
    std::string items(const std::string& margin, int, char open, char close, const Make& make) {
        const auto count = below(4);
        const bool lines = chance(2);
        const auto inner = margin + indent_;
        std::string out(1, open);
        for (std::size_t at = 0; at < count; ++at) {
            if (lines) out += line_break_ + (chance(5) ? inner + "// above" + line_break_ : "") + inner;
            out += make(inner) + gap();
            if (at + 1 < count || chance(3)) out += ",";
            if (lines && chance(4)) out += " // beside";
        }
        if (lines) out += line_break_ + margin;
        return out + gap() + close;
    }

    std::mt19937 random_;
    std::string line_break_, indent_;
};

void all_paths(const json::value& value, const KeyPath& path, std::vector<KeyPath>& paths) {
    if (!path.empty()) paths.push_back(path);
    const auto visit = [&](const std::string& part, const json::value& inner) {
        auto longer = path;
        longer.push_back(part);
        all_paths(inner, longer, paths);
    };
    if (const auto* object = value.if_object())
        for (const auto& [key, member] : *object) visit(std::string(key), member);
    if (const auto* array = value.if_array())
        for (std::size_t at = 0; at < array->size(); ++at) visit(std::to_string(at), (*array)[at]);
}

// Every comment of a text, in order; `without` is a part of it that doesn't count.
std::vector<std::string> comments(const std::string& text, std::size_t begin = 0, std::size_t end = 0) {
    std::vector<std::string> found;
    char quote = 0;
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (quote != 0) {
            if (text[at] == '\\')
                ++at;
            else if (text[at] == quote)
                quote = 0;
        } else if (text[at] == '"' || text[at] == '\'') {
            quote = text[at];
        } else if (text.compare(at, 2, "//") == 0 || text.compare(at, 2, "/*") == 0) {
            const auto stop = text[at + 1] == '/' ? std::min(text.find_first_of("\r\n", at), text.size())
                                                  : text.find("*/", at) + 2;
            if (at < begin || at >= end) found.push_back(text.substr(at, stop - at));
            at = stop - 1;
        }
    }
    return found;
}

bool is_subsequence(const std::string& part, const std::string& whole) {
    std::size_t at = 0;
    for (const char c : whole)
        if (at < part.size() && part[at] == c) ++at;
    return at == part.size();
}

const Json5Node* node_of(const Json5Node& root, const KeyPath& path, std::size_t& begin) {
    const auto* node = &root;
    for (const auto& part : path) {
        if (node->is_object()) {
            const auto* member = node->find(part);
            if (!member) return nullptr;
            begin = member->key_begin;
            node = &member->value;
        } else {
            const auto index = array_index(part);
            if (!node->is_array() || !index || *index >= node->elements.size()) return nullptr;
            node = &node->elements[*index];
            begin = node->begin;
        }
    }
    return node;
}

TEST(EditText, GivesTheOldValuePlusTheEditForRandomDocuments) {
    for (unsigned seed = 0; seed < 3000; ++seed) {
        Scribe scribe(seed);
        const auto before = scribe.document();
        const auto tree = parse_json5_tree(before);
        ASSERT_TRUE(tree) << before << tree.error().message;
        auto expected = to_value(*tree);
        std::vector<KeyPath> paths;
        all_paths(expected, {}, paths);
        Edit edit;
        if (!paths.empty() && !scribe.chance(4)) edit.path = paths[scribe.below(paths.size())];
        const bool removes = !edit.path.empty() && scribe.chance(3);
        if (!removes) {
            if (edit.path.empty() || scribe.chance(3))
                edit.path.push_back(scribe.chance(2) ? "new" : "new-one");
            edit.value = *parse_json5(scribe.value("", 2));
        }
        const auto outcome = apply_edit(expected, edit);
        const auto after = edit_text(before, edit);
        ASSERT_EQ(outcome.has_value(), after.has_value()) << before << "\n" << format_key_path(edit.path);
        if (!after) continue;
        const auto read = parse_json5(*after);
        ASSERT_TRUE(read) << before << "\n->\n" << *after << "\n" << read.error().message;
        EXPECT_TRUE(same_value(*read, expected)) << before << "\n->\n"
                                                 << *after << format_key_path(edit.path);

        std::size_t begin = 0;
        const auto* node = node_of(*tree, edit.path, begin);
        if (removes) {
            // Repeated keys go one by one; each takes the comments inside its value along.
            if (repeated_keys(before, *tree).empty()) {
                EXPECT_TRUE(is_subsequence(*after, before)) << before << "\n->\n" << *after;
                EXPECT_EQ(comments(*after), comments(before, begin, node->end)) << before << "\n->\n"
                                                                                << *after;
            }
        } else if (node) {
            EXPECT_TRUE(after->starts_with(before.substr(0, node->begin))) << before << "\n->\n" << *after;
            EXPECT_TRUE(after->ends_with(before.substr(node->end))) << before << "\n->\n" << *after;
        } else if (const auto* parent =
                       node_of(*tree, KeyPath(edit.path.begin(), edit.path.end() - 1), begin);
                   parent && parent->is_object()) {
            // An insertion takes no byte away, but for the blanks in front of a bracket that moves down.
            EXPECT_EQ(comments(*after), comments(before)) << before << "\n->\n" << *after;
        }
    }
}

TEST(Edits, BetweenTwoDocumentsAreTheSmallestOnes) {
    const auto before = *parse_json5("{a: {b: 1, c: [1, 2, 3]}, d: 'x', e: 1}");
    const auto after = *parse_json5("{a: {b: 1, c: [1, 5]}, d: {y: 1}, e: 1.0, f: null}");
    std::vector<std::string> found;
    for (const auto& edit : edits_between(before, after))
        found.push_back(format_key_path(edit.path) + (edit.value ? "=" + json::serialize(*edit.value) : "-"));
    EXPECT_EQ(found, (std::vector<std::string>{"a.c[1]=5", "a.c[2]-", "d={\"y\":1}", "f=null"}));
}

TEST(Edits, OfListsTouchOnlyWhatChanged) {
    struct Row {
        std::string before, after, edits;
    };
    for (const auto& [before, after, edits] : std::vector<Row>{{"[1, 2]", "[3, 2]", "0=3 "},
                                                               {"[1, 2]", "[1, 3]", "1=3 "},
                                                               {"[1]", "[1, 2, 3]", "1=2 2=3 "},
                                                               {"[1, 2, 3]", "[2]", "2- 0- "},
                                                               {"[1, 2, 3]", "[1, 3]", "1- "},
                                                               {"[1, 2, 3]", "[]", "2- 1- 0- "},
                                                               {"[1, 2, 3]", "[4, 2]", "0=4 2- "},
                                                               {"[{a: 1}, 2]", "[{a: 2}, 2]", "0.a=2 "},
                                                               {"[1]", "[1]", ""}}) {
        std::string found;
        for (const auto& edit : edits_between(*parse_json5(before), *parse_json5(after)))
            found +=
                format_key_path(edit.path) + (edit.value ? "=" + json::serialize(*edit.value) : "-") + " ";
        EXPECT_EQ(found, edits) << before << " " << after;
    }
}

TEST(Edits, ApplyToValues) {
    struct Row {
        std::string before, path, value, after;  // an empty `after`: refused
    };
    for (const auto& [before, path, value, after] :
         std::vector<Row>{{"{}", "a.b", "1", R"({"a":{"b":1}})"},
                          {"{}", "a[0].b", "1", R"({"a":[{"b":1}]})"},
                          {"{a: [1]}", "a[0]", "2", R"({"a":[2]})"},
                          {"{a: [1]}", "a[1]", "2", R"({"a":[1,2]})"},
                          {"{a: [1]}", "a[2]", "2", ""},
                          {"{a: [1]}", "a[2].b", "2", ""},
                          {"{a: [1]}", "a.b", "2", ""},
                          {"{a: 1}", "a.b", "2", R"({"a":{"b":2}})"},
                          {"{a: 1}", "a[0]", "2", R"({"a":[2]})"},
                          {"{a: {b: 1, c: 2}}", "a.b", "", R"({"a":{"c":2}})"},
                          {"{a: [1, 2]}", "a[0]", "", R"({"a":[2]})"},
                          {"{a: [1, 2]}", "a[2]", "", ""},
                          {"{a: [1, 2]}", "a.x", "", ""},
                          {"{a: {b: 1}}", "x.b", "", ""},
                          {"{a: 1}", "a.b", "", ""}}) {
        auto document = *parse_json5(before);
        const auto done = apply_edit(document, edit_of(path, value));
        EXPECT_EQ(done ? json::serialize(document) : "", after) << before << " " << path << " " << value;
    }
}

TEST(Edits, CallValuesTheSameWhateverTheirOrderAndNotation) {
    struct Row {
        std::string left, right;
        bool same;
    };
    for (const auto& [left, right, same] : std::vector<Row>{{"1", "1.0", true},
                                                            {"1.5", "1.5", true},
                                                            {"1.5", "2", false},
                                                            {"1", "2", false},
                                                            {"1.5", "'1.5'", false},
                                                            {"'1'", "1", false},
                                                            {"{a: 1, b: 2}", "{b: 2, a: 1.0}", true},
                                                            {"{a: 1}", "{a: 1, b: 2}", false},
                                                            {"{a: 1, b: 2}", "{a: 1}", false},
                                                            {"{a: 1}", "{b: 1}", false},
                                                            {"{a: 1}", "[1]", false},
                                                            {"[1, 2]", "[1, 2.0]", true},
                                                            {"[1, 2]", "[2, 1]", false},
                                                            {"[1]", "[1, 2]", false},
                                                            {"null", "false", false},
                                                            {"null", "null", true}})
        EXPECT_EQ(same_value(*parse_json5(left), *parse_json5(right)), same) << left << " " << right;
}

TEST(KeyPath, ReadsDotsBracketsAndBackslashes) {
    EXPECT_EQ(*parse_key_path("agents.list[0].id"), (KeyPath{"agents", "list", "0", "id"}));
    EXPECT_EQ(*parse_key_path("auth.order[z.ai]"), (KeyPath{"auth", "order", "z.ai"}));
    EXPECT_EQ(*parse_key_path(R"(env.vars.A\.B)"), (KeyPath{"env", "vars", "A.B"}));
    EXPECT_EQ(*parse_key_path(R"(models["openai/gpt-4.1"].alias)"),
              (KeyPath{"models", "openai/gpt-4.1", "alias"}));
    EXPECT_EQ(*parse_key_path("a['b]c'][\"x]"), (KeyPath{"a", "b]c", "\"x"}));
    EXPECT_EQ(parse_key_path("  ").error().message, "path is empty");
    EXPECT_EQ(parse_key_path("a[").error().message, "invalid path (missing \"]\"): a[");
    EXPECT_EQ(parse_key_path("a[]").error().message, "invalid path (empty \"[]\"): a[]");
    for (const std::string path : {R"(auth.order.z\.ai)", "agents.list[0].id", "gateway.port"})
        EXPECT_EQ(format_key_path(*parse_key_path(path)), path);
}

}  // namespace
}  // namespace openclaw::config
