#include "auth/enrol/pasted_secret.h"

#include <gtest/gtest.h>

#include <set>

namespace openclaw::auth {
namespace {

const std::string api_key = "sk-ant-api03-" + std::string(40, 'a');
const std::string setup_token = "sk-ant-oat01-" + std::string(80, 't');

Result<Pasted> cleaned(const std::string& raw, const std::string& provider = "anthropic",
                       bool token = false) {
    return clean_pasted(Secret(raw), {.provider = provider, .is_token = token});
}

TEST(PastedSecret, IsTakenOutOfWhatStandsAroundIt) {
    const std::string rows[] = {
        api_key,
        "  " + api_key + " \r\n",
        "ANTHROPIC_API_KEY=" + api_key,
        "export ANTHROPIC_API_KEY=\"" + api_key + "\";",
        "'" + api_key + "'",
        "`" + api_key + "`",
        "\"" + api_key + "\";",
        "export FOO = '" + api_key + "' ;",
        "\"" + api_key + "\",",
        api_key + " ,",
        "\xef\xbb\xbf" + api_key,
    };
    for (const auto& row : rows) {
        const auto pasted = cleaned(row);
        ASSERT_TRUE(pasted) << row << ": " << pasted.error().message;
        EXPECT_EQ(pasted->value.reveal(), api_key) << row;
    }
    EXPECT_EQ(cleaned("x=1", "corp")->value.reveal(), "x=1");  // no name in capitals
    EXPECT_EQ(cleaned("dGVzdA==", "corp")->value.reveal(), "dGVzdA==");
    EXPECT_EQ(cleaned(setup_token, "anthropic", true)->value.reveal(), setup_token);
    EXPECT_EQ(cleaned("tok2", "anthropic", true)->value.reveal(), "tok2");
}

TEST(PastedSecret, ThatIsShorterThanItsIssuersKeysIsStoredWithANote) {
    const auto notes_of = [](std::size_t size) {
        const auto pasted = cleaned("sk-ant-api03-" + std::string(size, 'a'));
        return pasted && !pasted->notes.empty() ? pasted->notes.front() : "";
    };
    EXPECT_EQ(notes_of(20),
              "an API key of Anthropic usually has 100 characters or more, this one has 33: if its end is "
              "missing, paste it again");
    EXPECT_EQ(notes_of(95), "");
}

TEST(PastedSecret, IsRefusedWithAMessageOfItsOwnForEachMistake) {
    struct Row {
        std::string paste, provider;
        bool token;
        std::string message;
    };
    const std::string half = "sk-ant-oat01-" + std::string(30, 't');
    const Row rows[] = {
        {"", "anthropic", false, "nothing was pasted"},
        {" \r\n\t ", "anthropic", false, "nothing was pasted"},
        {"\"\"", "anthropic", false, "there is nothing between the quotes or after the equals sign"},
        {"export ANTHROPIC_API_KEY=", "anthropic", false,
         "there is nothing between the quotes or after the equals sign"},
        {"\"" + api_key, "anthropic", false, "a quote begins or ends it, and its partner is missing"},
        {half, "anthropic", true, "a setup token of Anthropic is longer; the end is missing"},
        {"sk-ant-api03-abc", "anthropic", false, "an API key of Anthropic is longer; the end is missing"},
        {api_key.substr(0, 20) + "\n" + api_key.substr(20), "anthropic", false,
         "the paste is broken into 2 lines"},
        {"-----key of-the corp", "corp", false, "there is a space inside"},
        {api_key + "\n" + api_key, "anthropic", false, "2 keys were pasted at once"},
        {api_key + ", " + api_key, "anthropic", false, "2 keys were pasted at once"},
        {"abc def", "corp", false, "there is a space inside"},
        {", abc", "corp", false, "there is a space inside"},
        {"curl https://api.anthropic.com -H \"x-api-key: " + api_key + "\"", "anthropic", false,
         "this is a whole command, not a key"},
        {"Authorization: Bearer abc", "corp", false,
         "this is a line with a name in front, such as an HTTP header"},
        {"Bearer abc", "corp", false, "the word Bearer does not belong to the token"},
        {"C:\\keys\\corp.txt", "corp", false, "this is the path of a file, not a key"},
        {"op://vault/corp/key", "corp", false, "this is an address, not a key"},
        {"undefined", "corp", false, "this is a placeholder from an example"},
        {"aBcDeFgHiJkLmNoP#sTaTe123456", "anthropic", true,
         "this is the code of a login (code#state), not a token"},
        {"{\"key\": \"" + api_key + "\"}", "anthropic", false, "this is a JSON document, not a key"},
        {"https://console.anthropic.com/settings/keys", "anthropic", false, "this is an address, not a key"},
        {"me@example.com", "anthropic", true, "this is an e-mail address, not a key"},
        {"#3fa9c1d2", "anthropic", false, "this is what is shown in place of a key"},
        {"Symbol(clack:cancel)", "anthropic", true, "this is what a cancelled question leaves behind"},
        {"sk-ant-ort01-" + std::string(90, 'r'), "anthropic", true,
         "this is the refresh token of a login, which works once and for one program"},
        {api_key + api_key, "anthropic", false, "the key was pasted twice"},
        {"$ANTHROPIC_API_KEY", "anthropic", false, "this is a reference to a variable, not its value"},
        {"ANTHROPIC_API_KEY", "anthropic", false, "this is the name of a variable, not its value"},
        {"/home/u/key.txt", "anthropic", false, "this is the path of a file, not a key"},
        {"<your-api-key>", "anthropic", false, "this is a placeholder from an example"},
        {"sk-ant-xxxxxxxxxxxxxxxxxxxxxxxxxx", "anthropic", false, "this is a placeholder from an example"},
        {"sk-ant-a...DDDD1234", "anthropic", false, "the middle of the key is left out (...)"},
        {"sk-ant-a********1234", "anthropic", false, "the key is masked"},
        {api_key + "\u200b" + "a", "anthropic", false, "there is an invisible character inside"},
        {"\u201c" + api_key + "\u201d", "anthropic", false,
         "there is a character that no key has, perhaps a typographic quote or dash"},
        {"abc\x01"
         "def",
         "corp", false, "there is a line break or another control character inside"},
        {"-----BEGIN PRIVATE KEY-----\nMIIE\n", "anthropic", false,
         "this is a private key or a certificate, not an API key"},
        {std::string(20000, 'a'), "anthropic", false, "this is far too long for a key"},
        {"sk-or-v1-" + std::string(40, 'a'), "anthropic", false,
         "this is an API key of OpenRouter, not one for anthropic"},
        {setup_token, "anthropic", false, "this is a setup token of Anthropic"},
        {api_key, "anthropic", true, "this is an API key of Anthropic"},
    };
    for (const auto& row : rows) {
        SCOPED_TRACE(row.paste.substr(0, 60));
        const auto pasted = cleaned(row.paste, row.provider, row.token);
        ASSERT_FALSE(pasted);
        EXPECT_EQ(pasted.error().message, "nothing was stored: " + row.message);
        EXPECT_FALSE(pasted.error().hint.empty());
        EXPECT_EQ(pasted.error().message.find(api_key), std::string::npos);
    }
}

TEST(PastedSecret, OfAnotherShapeIsTakenWhenThePersonInsists) {
    EXPECT_TRUE(clean_pasted(Secret("sk-or-v1-" + std::string(40, 'a')),
                             {.provider = "anthropic", .any_shape = true}));
}

}  // namespace
}  // namespace openclaw::auth
