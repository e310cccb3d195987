#include "auth/oauth/token_answer.h"

#include <gtest/gtest.h>

#include "auth/sealed/envelope.h"
#include "support/fake_clock.h"

namespace openclaw::auth::oauth {
namespace {

using namespace std::chrono_literals;
using test::noon;
using Kind = Declined::Kind;

const Issuer lab{.provider = "lab", .token = "https://auth.example.com/token", .client_id = "c"};

TokenAnswer answer_to(int status, std::string_view body, const Issuer& issuer = lab) {
    return read_token_answer({.status = status, .body = body}, issuer, noon);
}

std::string jwt(std::string_view claims) {
    return sealed::base64url(R"({"alg":"none"})") + "." + sealed::base64url(claims) + ".c2ln";
}

Granted granted(std::string_view body, const Issuer& issuer = lab) {
    auto answer = answer_to(200, body, issuer);
    const auto* tokens = std::get_if<Granted>(&answer);
    EXPECT_NE(tokens, nullptr) << body;
    return tokens ? *tokens : Granted{};
}

std::optional<TimePoint> end_with(std::string_view members) {
    return granted(R"({"access_token":"a","refresh_token":"r")" + std::string(members) + "}").expires;
}

TEST(TokenAnswer, HoldsTheTokens) {
    const auto tokens =
        granted(R"({"access_token":"at","refresh_token":"rt","expires_in":3600,"scope":"x y"})");
    EXPECT_EQ(tokens.access, Secret("at"));
    EXPECT_EQ(tokens.refresh, Secret("rt"));
    EXPECT_EQ(tokens.expires, noon + 1h);
    EXPECT_EQ(tokens.scope, "x y");
}

TEST(TokenAnswer, KeepsTheOldRefreshTokenWhereNoneIsGiven) {
    for (const auto* member :
         {"", R"(,"refresh_token":null)", R"(,"refresh_token":"")", R"(,"refresh_token":"  ")"})
        EXPECT_FALSE(granted(R"({"access_token":"at")" + std::string(member) + "}").refresh) << member;
}

TEST(TokenAnswer, ReadsTheEndInEveryFormThatIssuersWrite) {
    EXPECT_EQ(end_with(R"(,"expires_in":3600)"), noon + 1h);
    EXPECT_EQ(end_with(R"(,"expires_in":"3600")"), noon + 1h);
    EXPECT_EQ(end_with(R"(,"expires_in":" 90 ")"), noon + 90s);
    EXPECT_EQ(end_with(R"(,"expires_in":0.5)"), noon + 500ms);
    EXPECT_EQ(end_with(R"(,"expires_in":0)"), noon);
    EXPECT_EQ(end_with(R"(,"expires_in":"0")"), noon);
}

TEST(TokenAnswer, TakesAnEndThatIsNoneForMissing) {
    for (const auto* value :
         {"-1", R"("soon")", "null", "true", "{}", R"("")", "1e300", R"("3600s")", R"("nan")"})
        EXPECT_EQ(end_with(R"(,"expires_in":)" + std::string(value)), std::nullopt) << value;
}

TEST(TokenAnswer, FallsBackToTheTokensOwnEndThenToTheIssuersUsualOne) {
    const auto token = jwt(R"({"exp":)" + std::to_string(to_ms(noon + 2h) / 1000) + "}");
    EXPECT_EQ(granted(R"({"access_token":")" + token + R"("})").expires, noon + 2h);
    auto usual = lab;
    usual.lifetime = 30min;
    EXPECT_EQ(granted(R"({"access_token":"opaque"})", usual).expires, noon + 30min);
    EXPECT_EQ(granted(R"({"access_token":")" + token + R"("})", usual).expires, noon + 2h);
}

TEST(TokenAnswer, ReadsATokensOwnEndByTheIssuersClock) {
    const auto body =
        R"({"access_token":")" + jwt(R"({"exp":)" + std::to_string(to_ms(noon + 2h) / 1000) + "}") + R"("})";
    const auto answer = read_token_answer({.status = 200, .body = body, .date = noon + 10min}, lab,
                                          noon);  // we are 10 min late
    EXPECT_EQ(std::get<Granted>(answer).expires, noon + 110min);
}

TEST(TokenAnswer, TellsWhoseAccountItIs) {
    const auto body = R"({"access_token":"opaque","id_token":")" +
                      jwt(R"({"sub":"u1","email":"a@example.com","exp":1})") + R"("})";
    EXPECT_EQ(granted(body).account, (Account{"u1", "a@example.com"}));
    const auto openai = R"({"access_token":")" +
                        jwt(R"({"sub":"u1","https://api.openai.com/auth":{"chatgpt_account_id":"acc-7"}})") +
                        R"("})";
    EXPECT_EQ(granted(openai).account.id, "acc-7");
    // An access token is for somebody else, who may know the same person by another name.
    EXPECT_EQ(granted(R"({"access_token":")" + jwt(R"({"sub":"by-another-name"})") + R"("})").account.id, "");
}

TEST(TokenAnswer, KnowsADeadTokenByWhatTheIssuerSays) {
    struct Case {
        int status;
        std::string_view body;
    };
    for (
        const auto& [status, body] : {
            Case{400, R"({"error":"invalid_grant"})"},
            Case{401, R"({"error":"invalid_grant","error_description":"Session not active"})"},
            Case{403, R"({"error":"invalid_grant"})"},
            Case{
                401,
                R"({"error":{"message":"used already","type":"invalid_request_error","code":"refresh_token_reused"}})"},
            Case{401, R"({"error":{"message":"over","code":"token_expired"}})"},
            Case{400, R"({"error":{"type":"invalid_grant","message":"no"}})"},
            Case{200, R"({"error":"expired_token"})"},
        }) {
        const auto answer = answer_to(status, body);
        ASSERT_TRUE(std::holds_alternative<Declined>(answer)) << body;
        EXPECT_EQ(std::get<Declined>(answer).kind, Kind::dead) << body;
    }
}

TEST(TokenAnswer, TellsAWrongClientFromADeadToken) {
    for (const auto* code :
         {"invalid_client", "unauthorized_client", "unsupported_grant_type", "invalid_scope"}) {
        const auto answer = answer_to(401, R"({"error":")" + std::string(code) + R"("})");
        EXPECT_EQ(std::get<Declined>(answer).kind, Kind::configuration) << code;
    }
}

TEST(TokenAnswer, NeverTakesATokenForDeadWithoutAnOAuthErrorThatSaysSo) {
    struct Case {
        int status;
        std::string_view body;
    };
    for (const auto& [status, body] : {
             Case{400, "<html>bad request</html>"},
             Case{401, ""},
             Case{403, "<html>Attention Required!</html>"},
             Case{404, "404 page not found"},
             Case{429, R"({"error":"invalid_grant"})"},
             Case{302, ""},
             Case{503, "<html>maintenance</html>"},
             Case{503, R"({"error":"invalid_grant"})"},
             Case{400, R"({"error":""})"},
             Case{400, R"({"error":{}})"},
             Case{401, R"(["invalid_grant"])"},
             Case{403, R"({"message":"blocked"})"},
             Case{400, R"({"error":"something_new"})"},
             Case{451, "blocked"},
         }) {
        const auto answer = answer_to(status, body);
        ASSERT_TRUE(std::holds_alternative<Declined>(answer)) << status << body;
        EXPECT_EQ(std::get<Declined>(answer).kind, Kind::later) << status << body;
    }
}

TEST(TokenAnswer, DoesNotGuessWhatBecameOfATokenWhenNothingWholeCameBack) {
    struct Case {
        int status;
        std::string_view body;
    };
    for (const auto& [status, body] : {
             Case{502, "<html>Bad Gateway</html>"},
             Case{504, ""},
             Case{500, R"({"error":"server_error"})"},
             Case{500, R"({"error":"invalid_grant"})"},
             Case{200, "<html>Welcome to our hotel</html>"},
             Case{200, ""},
             Case{200, "{}"},
             Case{200, R"({"access_token":"")"},
             Case{200, R"({"access_token":"a","expires_in":36)"},
             Case{200, "{\"access_token\":\"a\\u0007b\"}"},
             Case{204, ""},
         })
        EXPECT_TRUE(std::holds_alternative<Unclear>(answer_to(status, body))) << status << body;
}

TEST(TokenAnswer, PassesOnWhenToAskAgain) {
    const auto answer =
        read_token_answer({.status = 429, .body = R"({"error":"slow"})", .retry_after = 90s}, lab, noon);
    EXPECT_EQ(std::get<Declined>(answer).again_in, 90s);
}

TEST(TokenAnswer, TellsADeviceCodesStates) {
    EXPECT_EQ(std::get<Declined>(answer_to(400, R"({"error":"authorization_pending"})")).kind, Kind::pending);
    EXPECT_EQ(std::get<Declined>(answer_to(200, R"({"error":"authorization_pending"})")).kind, Kind::pending);
    EXPECT_EQ(std::get<Declined>(answer_to(400, R"({"error":"slow_down"})")).kind, Kind::slow_down);
    EXPECT_EQ(std::get<Declined>(answer_to(403, R"({"error":"access_denied"})")).kind, Kind::denied);
}

TEST(TokenAnswer, ShowsNothingThatSteersATerminal) {
    const auto answer =
        answer_to(400, "{\"error\":\"invalid_grant\",\"error_description\":\"a\\u001b[2Jb\"}");
    EXPECT_EQ(std::get<Declined>(answer).text.find('\x1b'), std::string::npos);
}

}  // namespace
}  // namespace openclaw::auth::oauth
