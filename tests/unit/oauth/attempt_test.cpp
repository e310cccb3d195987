#include "auth/oauth/attempt.h"

#include <gtest/gtest.h>

#include <set>

#include "base/form.h"
#include "support/fake_clock.h"

namespace openclaw::auth::oauth {
namespace {

using test::noon;

const Issuer lab{.provider = "lab",
                 .issuer = "https://auth.example.com",
                 .authorization = "https://auth.example.com/authorize",
                 .token = "https://auth.example.com/token",
                 .client_id = "our client",
                 .scopes = {"openid", "offline_access"},
                 .parameters = {{"prompt", "consent"}}};
const std::string redirect = "http://127.0.0.1:1456/callback";

class AnAttempt : public testing::Test {
protected:
    const Attempt attempt = begin_attempt(redirect, noon);
    const std::string good = "state=" + attempt.state + "&code=abc%2Fdef";

    void expect_code(const Result<Callback>& callback, std::string_view code = "abc/def") {
        ASSERT_TRUE(callback) << callback.error().message;
        ASSERT_TRUE(std::holds_alternative<Authorized>(*callback));
        EXPECT_EQ(std::get<Authorized>(*callback).code, Secret(code));
    }
};

TEST_F(AnAttempt, AsksWithAHashOfItsVerifierAndNeverWithItself) {
    const auto url = authorization_url(lab, attempt);
    const auto fields = parse_form(url.substr(url.find('?') + 1));
    ASSERT_TRUE(fields);
    EXPECT_TRUE(
        url.starts_with("https://auth.example.com/authorize?response_type=code&client_id=our+client&"));
    EXPECT_EQ(only_value(*fields, "redirect_uri"), redirect);
    EXPECT_EQ(only_value(*fields, "scope"), "openid offline_access");
    EXPECT_EQ(only_value(*fields, "code_challenge_method"), "S256");
    EXPECT_EQ(only_value(*fields, "code_challenge"), attempt.challenge);
    EXPECT_EQ(only_value(*fields, "state"), attempt.state);
    EXPECT_EQ(only_value(*fields, "prompt"), "consent");
    EXPECT_FALSE(attempt.verifier.stands_at_front_of(attempt.challenge));
    EXPECT_EQ(attempt.verifier.size(), 43U);
    EXPECT_EQ(attempt.challenge.size(), 43U);
}

TEST_F(AnAttempt, SharesNothingWithAnother) {
    const auto other = begin_attempt(redirect, noon);
    EXPECT_NE(other.state, attempt.state);
    EXPECT_FALSE(other.verifier == attempt.verifier);
    EXPECT_EQ(attempt.state.find(attempt.challenge.substr(0, 8)), std::string::npos);
}

TEST_F(AnAttempt, KeepsWhatTheAuthorizationAddressAsksAlready) {
    auto with_query = lab;
    with_query.authorization += "?tenant=home";
    EXPECT_TRUE(authorization_url(with_query, attempt)
                    .starts_with("https://auth.example.com/authorize?tenant=home&response_type="));
}

TEST_F(AnAttempt, TakesItsOwnAnswerAlone) {
    expect_code(read_callback(good, attempt, lab));
    expect_code(read_callback(good + "&iss=https%3A%2F%2Fauth.example.com", attempt, lab));
    for (const auto& wrong : {std::string(), "code=abc&state=" + begin_attempt(redirect, noon).state,
                              std::string("code=abc"), "state=" + attempt.state, good + "&code=other",
                              good + "&state=" + attempt.state, good + "&iss=https%3A%2F%2Fevil.example.com",
                              "state=" + attempt.state + "&code=", "state=" + attempt.state + "&code=%zz",
                              good + std::string(9000, 'a')}) {
        const auto callback = read_callback(wrong, attempt, lab);
        ASSERT_FALSE(callback) << wrong;
        EXPECT_EQ(callback.error().code, Code::invalid_input);
    }
}

TEST_F(AnAttempt, TakesADenialOnlyWithItsState) {
    const auto denied = read_callback("error=access_denied&state=" + attempt.state, attempt, lab);
    ASSERT_TRUE(denied);
    EXPECT_EQ(std::get<Denial>(*denied).code, "access_denied");
    EXPECT_FALSE(read_callback("error=access_denied", attempt, lab));
    EXPECT_FALSE(read_callback("error=access_denied&state=other", attempt, lab));
}

TEST_F(AnAttempt, WantsTheIssuersNameWhereItPromisesToTell) {
    auto strict = lab;
    strict.tells_issuer = true;
    EXPECT_FALSE(read_callback(good, attempt, strict));
    expect_code(read_callback(good + "&iss=https%3A%2F%2Fauth.example.com", attempt, strict));
}

TEST_F(AnAttempt, ReadsEveryFormThatPeoplePaste) {
    const auto address = redirect + "?" + good;
    for (const auto& paste :
         {address, "  " + address + "\n", "\"" + address + "\"", "<" + address + ">", good, "?" + good,
          address + "#", address.substr(0, 60) + "\n" + address.substr(60)})
        expect_code(read_paste(paste, attempt, lab));
    expect_code(read_paste("abc/def#" + attempt.state, attempt, lab));
    expect_code(read_paste("abc/def", attempt, lab));
}

TEST_F(AnAttempt, TellsEachMistakeWithWordsOfItsOwn) {
    std::set<std::string> messages;
    const std::vector<std::string> pastes = {
        "",
        "abc",
        "123456",
        "me@example.com",
        "sk-ant-api03-abcdefgh",
        "http://127.0.0.1:1456/callback",
        authorization_url(lab, attempt),
        redirect + "?code=abc",
        redirect + "?code=abc&state=0123456789abcdef0123456789abcdef",
        redirect + "?state=" + attempt.state + "&code=",
        "abcdefgh#0123456789abcdef",
        good + "&iss=https%3A%2F%2Fevil.example.com",
        "code=%zz&state=" + attempt.state,
        std::string(5000, 'a'),
        std::string(9000, 'a'),
    };
    for (const auto& paste : pastes) {
        const auto callback = read_paste(paste, attempt, lab);
        ASSERT_FALSE(callback) << paste;
        EXPECT_FALSE(callback.error().hint.empty()) << paste;
        EXPECT_TRUE(messages.insert(callback.error().message).second) << callback.error().message;
        if (paste.size() > 8) EXPECT_EQ(callback.error().message.find(paste), std::string::npos);
    }
}

}  // namespace
}  // namespace openclaw::auth::oauth
