#include "providers/failures/failure.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <map>

#include "support/fake_clock.h"

namespace openclaw::providers {
namespace {

using Reason = auth::FailureReason;
using test::noon;
using namespace std::chrono_literals;

Observed answered(std::string provider, int status, std::string body) {
    Observed observed;
    observed.provider = std::move(provider);
    observed.status = status;
    observed.body = std::move(body);
    return observed;
}

// One recorded error with the class that a careful person gives it.
struct Recorded {
    std::string id, expected;
    Observed observed;
    std::optional<double> retry_after_s;
    std::string scope;  // empty: not said
};

// `provider_errors.jsonl` was collected from issue trackers; `provider_errors_more.jsonl` holds further
// dialects, and texts that resemble what they are not.
std::vector<Recorded> recorded_errors() {
    std::vector<Recorded> all;
    for (const auto* corpus : {"/provider_errors.jsonl", "/provider_errors_more.jsonl"}) {
        std::ifstream file(std::string(OPENCLAW_TEST_DATA) + corpus);
        for (std::string line; std::getline(file, line);) {
            const auto parsed = parse_json(line);
            const auto& entry = parsed->as_object();
            const auto& body = entry.at("body");
            Recorded one;
            one.id = *string_at(entry, "id");
            one.expected = *string_at(entry, "class");
            one.observed = answered(
                std::string(*string_at(entry, "provider")), static_cast<int>(*integer_at(entry, "status")),
                body.is_string() ? std::string(body.get_string()) : json::serialize(body));
            if (const auto* headers = object_at(entry, "headers")) {
                for (const auto& [name, value] : *headers)
                    one.observed.headers.add(name, std::string(value.as_string()));
            }
            one.retry_after_s = number_at(entry, "retry_after_s");
            one.scope = string_at(entry, "scope").value_or("");
            all.push_back(std::move(one));
        }
    }
    return all;
}

std::string class_of(const Observed& observed) {
    static const std::map<std::string, std::string> names = {{"overflow", "context_overflow"},
                                                             {"wrong_address", "format"}};
    const auto failure = find_failure(observed, noon);
    if (!failure || failure->aborted) return "none";
    const std::string name(auth::name_of(failure->reason));
    return names.contains(name) ? names.at(name) : name;
}

TEST(Failure, AgreesWithACarefulPersonOnEveryRecordedError) {
    const auto all = recorded_errors();
    ASSERT_GE(all.size(), 400u);
    for (const auto& one : all) {
        EXPECT_EQ(class_of(one.observed), one.expected) << one.id << ": " << one.observed.body;
    }
}

TEST(Failure, ReadsTheRecordedTimesToWait) {
    for (const auto& one : recorded_errors()) {
        if (!one.retry_after_s) continue;
        const auto failure = find_failure(one.observed, noon);
        EXPECT_EQ(failure->retry_after, Milliseconds(std::llround(std::ceil(*one.retry_after_s * 1000))))
            << one.id;
    }
}

TEST(Failure, TellsAModelsLimitFromTheAccounts) {
    const auto name_of = [](auth::FailureScope scope) {
        if (scope == auth::FailureScope::unknown) return "";
        return scope == auth::FailureScope::model ? "model" : "account";
    };
    for (const auto& one : recorded_errors()) {
        if (one.scope.empty()) continue;
        EXPECT_EQ(name_of(find_failure(one.observed, noon)->scope), one.scope)
            << one.id << ": " << one.observed.body;
    }
}

struct Case {
    const char* provider;
    int status;
    const char* body;
    Reason expected;
};

TEST(Failure, DecidesByStructureBeforeWords) {
    const std::vector<Case> cases = {
        // A number in a sentence is no status.
        {"anthropic", 400,
         R"({"type":"error","error":{"type":"invalid_request_error","message":"prompt is too long: 214290 tokens > 200000 maximum"}})",
         Reason::overflow},
        {"openai", 0, "port 4290 in use", Reason::unknown},
        {"anthropic", 400,
         R"({"error":{"type":"invalid_request_error","message":"messages.402: text content blocks must be non-empty"}})",
         Reason::format},
        {"corp", 500, "request 401429 could not be served", Reason::server_error},
        // Refusals that a proxy reports as its own fault.
        {"corp", 500, R"({"error":{"message":"Unauthenticated: request had no valid credentials"}})",
         Reason::auth},
        {"corp", 503, R"({"detail":"OPENAI_API_KEY is not set"})", Reason::auth},
        {"corp", 500, R"({"error":"The upstream API key for groq is not configured"})", Reason::auth},
        {"corp", 502, R"({"error":"GROQ_API_KEY environment variable is missing"})", Reason::auth},
        {"corp", 500, R"({"error":{"message":"Incorrect API key provided: sk-…1234"}})", Reason::auth},
        {"corp", 500, R"({"error":{"message":"litellm.AuthenticationError: no access","code":"500"}})",
         Reason::auth},
        {"corp", 500, R"({"error":{"message":"the database is not configured"}})", Reason::server_error},
        {"corp", 500, R"({"error":{"message":"the key of a cache entry is missing"}})", Reason::server_error},
        {"litellm", 401, R"({"error":{"message":"ExceededBudget: Max budget 10, used 10.2","code":"401"}})",
         Reason::billing},
        {"litellm", 401,
         R"({"error":{"message":"Budget used up","type":"ExceededTokenBudget","code":"401"}})",
         Reason::billing},
        {"openai", 400,
         R"({"error":{"message":"This model is only supported in v1/responses and not in v1/chat/completions.","type":"invalid_request_error","param":"model","code":null}})",
         Reason::model_not_found},
        // The code is more telling than the status.
        {"openai", 429,
         R"({"error":{"code":"insufficient_quota","type":"insufficient_quota","message":"You exceeded your current quota"}})",
         Reason::billing},
        {"openai", 400,
         R"({"error":{"code":"context_length_exceeded","type":"invalid_request_error","message":"x"}})",
         Reason::overflow},
        {"openai", 404,
         R"({"error":{"code":"model_not_found","type":"invalid_request_error","message":"The model gpt-9 does not exist"}})",
         Reason::model_not_found},
        {"openai", 403,
         R"({"error":{"code":"model_not_found","message":"Project `p` does not have access to model `gpt-5`"}})",
         Reason::model_not_found},
        {"anthropic", 400, R"({"error":"invalid_grant","error_description":"expired"})", Reason::auth},
        {"google", 400,
         R"({"error":{"code":400,"status":"INVALID_ARGUMENT","message":"API key not valid. Please pass a valid API key.","details":[{"reason":"API_KEY_INVALID"}]}})",
         Reason::auth},
        {"google", 429,
         R"({"error":{"code":429,"status":"RESOURCE_EXHAUSTED","message":"You exceeded your current quota, please check your plan and billing details."}})",
         Reason::rate_limit},
        {"google", 503,
         R"({"error":{"code":503,"status":"UNAVAILABLE","message":"The model is overloaded. Please try again later."}})",
         Reason::overloaded},
        {"minimax", 200, R"({"base_resp":{"status_code":1008,"status_msg":"insufficient balance"}})",
         Reason::billing},
        // A status that says it all is believed.
        {"openai", 401, R"({"error":{"message":"You have insufficient permissions, rate limit exceeded"}})",
         Reason::auth},
        {"deepseek", 402, R"({"error":{"message":"Insufficient Balance"}})", Reason::billing},
        {"corp", 504, "upstream request timeout", Reason::timeout},
        {"corp", 529, "", Reason::overloaded},
        {"corp", 413, "", Reason::overflow},
        {"corp", 408, "", Reason::timeout},
        // 404 is about a model only if it says so.
        {"ollama", 404,
         R"({"error":{"message":"model \"llama9\" not found, try pulling it first","type":"api_error"}})",
         Reason::model_not_found},
        {"corp", 404, "404 page not found", Reason::wrong_address},
        // Ollama and llama.cpp report a full context as their own fault.
        {"ollama", 500,
         R"({"error":{"message":"prompt too long; exceeded max context length by 4 tokens","type":"api_error"}})",
         Reason::overflow},
        {"corp", 500,
         R"({"error":{"code":500,"message":"the request exceeds the available context size","type":"server_error"}})",
         Reason::overflow},
        // Web pages are not about the credential.
        {"corp", 403, "<html><head><title>Just a moment...</title></head></html>", Reason::server_error},
        {"corp", 200, "<!doctype html><title>Sign in</title>", Reason::wrong_address},
        {"corp", 302, "", Reason::wrong_address},
        // Inside a stream.
        {"anthropic", 200, R"({"type":"error","error":{"type":"rate_limit_error","message":"slow down"}})",
         Reason::rate_limit},
        {"openai", 200,
         R"({"error":{"message":"The server had an error","type":"server_error","param":null,"code":null}})",
         Reason::server_error},
        {"openrouter", 200, R"({"error":{"code":502,"message":"Upstream error"},"choices":[]})",
         Reason::server_error},
        // As client libraries and proxies print it.
        {"openai", 0, "Error code: 429 - {'error': {'message': 'x', 'code': 'insufficient_quota'}}",
         Reason::billing},
        {"corp", 0, "Request failed with status code 401", Reason::auth},
        {"anthropic", 0,
         R"(API Error: 529 {"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}})",
         Reason::overloaded},
        {"bedrock", 0, "ThrottlingException: Please wait", Reason::rate_limit},
        {"opencode", 401,
         R"({"type":"error","error":{"type":"CreditsError","message":"Insufficient balance."}})",
         Reason::billing},
        {"openrouter", 403,
         R"({"error":{"code":403,"message":"Your input was flagged","metadata":{"reasons":["x"]}}})",
         Reason::format},
        {"cerebras", 400, "", Reason::overflow},
        // A request fault never counts against the credential.
        {"anthropic", 400,
         R"({"error":{"type":"invalid_request_error","message":"max_tokens: 64000 > 32000, which is the maximum allowed"}})",
         Reason::format},
        {"openai", 422,
         R"({"detail":[{"loc":["body","messages"],"msg":"field required","type":"value_error"}]})",
         Reason::format},
    };
    for (const auto& [provider, status, body, expected] : cases) {
        EXPECT_EQ(auth::name_of(classify(answered(provider, status, body), noon).reason),
                  auth::name_of(expected))
            << provider << " " << status << " " << body;
    }
}

TEST(Failure, NamesTheRemedyWhenACredentialIsRefusedOutsideItsProgram) {
    for (const int status : {400, 401, 403}) {
        const auto failure = classify(
            answered(
                "anthropic", status,
                R"({"type":"error","error":{"type":"invalid_request_error","message":"This credential is only authorized for use with Claude Code and cannot be used for other API requests."}})"),
            noon);
        EXPECT_EQ(failure.reason, Reason::refused_use);
        EXPECT_THAT(failure.message, testing::HasSubstr("only authorized for use with Claude Code"));
        EXPECT_THAT(failure.message,
                    testing::HasSubstr("openclaw models auth paste-api-key --provider anthropic"));
    }
}

TEST(Failure, FindsNoneInASuccess) {
    for (const std::string body :
         {R"({"id":"x","choices":[],"error":null})",
          R"({"type":"message","content":[],"stop_reason":"end_turn"})",
          R"({"choices":[{"message":{"content":"429 Too Many Requests is a status"}}]})", "fine", ""}) {
        EXPECT_EQ(find_failure(answered("openai", 200, body), noon), std::nullopt) << body;
    }
}

TEST(Failure, NeverShowsTheCredential) {
    const std::string key = "corp-Zq8/secret+value-0123456789";
    auto observed = answered("corp", 401, "");
    observed.credential = Secret(key);
    for (const std::string& echoed : {key, std::string("Y29ycC1acTgvc2VjcmV0K3ZhbHVlLTAxMjM0NTY3ODk="),
                                      std::string("corp-Zq8%2Fsecret%2Bvalue-0123456789")}) {
        observed.body =
            R"({"error":{"message":"bad key )" + echoed + R"( given","code":")" + echoed + R"("}})";
        const auto failure = classify(observed, noon);
        EXPECT_THAT(failure.message, testing::Not(testing::HasSubstr(echoed)));
        EXPECT_THAT(failure.provider_code, testing::Not(testing::HasSubstr("Zq8")));
        EXPECT_THAT(failure.message, testing::StartsWith("bad key "));
    }
}

TEST(Failure, NeverShowsWhatElseTheRequestCarried) {
    auto observed = answered("corp", 401, R"({"error":{"message":"team kaNaRy-team-header is not ours"}})");
    observed.secrets = {Secret("kaNaRy-team-header")};
    EXPECT_EQ(classify(observed, noon).message, "team [redacted] is not ours");
}

TEST(Failure, KeepsTheMessageShortOnOneLineAndPrintable) {
    auto failure =
        classify(answered("corp", 500, "first\n\n second\x1b[31m red \xff" + std::string(5000, 'x')), noon);
    EXPECT_LE(failure.message.size(), 600u);
    EXPECT_THAT(failure.message, testing::StartsWith("first second\\x1b[31m red"));
    EXPECT_EQ(classify(answered("corp", 503, ""), noon).message,
              "corp answered 503 Service Unavailable without a message");
    failure = classify(answered("corp", 522, "<html><title>corp | 522: Connection timed out</title>"), noon);
    EXPECT_EQ(failure.message, "a web page instead of an answer: corp | 522: Connection timed out");
}

TEST(Failure, SurvivesBodiesThatAreBrokenOrDeep) {
    std::string deep;
    for (int i = 0; i < 2000; ++i) deep += R"({"error":)";
    for (const std::string& body :
         {deep, std::string(R"({"error":{"message":"cut in the mid)"), std::string("{}"), std::string("[]"),
          std::string("[1]"), std::string("data: "), std::string(200000, '{'), std::string("\0\1\2", 3)}) {
        EXPECT_EQ(classify(answered("corp", 500, body), noon).reason, Reason::server_error);
    }
}

TEST(Failure, TellsTransportErrorsApart) {
    const std::vector<std::pair<Code, Reason>> cases = {{Code::timed_out, Reason::timeout},
                                                        {Code::unavailable, Reason::network},
                                                        {Code::denied, Reason::network}};
    for (const auto& [code, reason] : cases) {
        Observed observed;
        observed.provider = "corp";
        observed.transport = Error{code, "connecting to corp.example: refused", {}};
        const auto failure = classify(observed, noon);
        EXPECT_EQ(failure.reason, reason);
        EXPECT_EQ(failure.status, 0);
        EXPECT_FALSE(failure.aborted);
        EXPECT_EQ(failure.message, "connecting to corp.example: refused");
    }
    Observed observed;
    observed.transport = Error{Code::cancelled, "aborted", {}};
    EXPECT_TRUE(classify(observed, noon).aborted);
}

TEST(Failure, TellsNoStatusThatNobodySent) {
    auto failure =
        classify(answered("anthropic", 200,
                          R"({"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}})"),
                 noon);
    EXPECT_EQ(failure.reason, Reason::overloaded);
    EXPECT_EQ(failure.status, 0);
    EXPECT_EQ(failure.provider_code, "overloaded_error");
    failure =
        classify(answered("openrouter", 200, R"({"error":{"code":502,"message":"no upstream"}})"), noon);
    EXPECT_EQ(failure.status, 502) << "the body says so";
    failure = classify(answered("corp", 200, "<!doctype html><title>Sign in</title>"), noon);
    EXPECT_EQ(failure.status, 0);
    EXPECT_THAT(failure.message,
                testing::HasSubstr("answered 200: a web page instead of an answer: Sign in"));
}

TEST(Failure, SaysWhatASuccessThatIsNoAnswerHeld) {
    for (const auto& [body, said] : std::vector<std::pair<std::string, std::string>>{
             {"", "corp answered 200 with nothing in it"},
             {" \n", "corp answered 200 with nothing in it"},
             {"{}", "corp answered 200 with something that is no answer"},
             {"hello there", "corp answered 200 with what is no answer: hello there"}}) {
        const auto failure = classify(answered("corp", 200, body), noon);
        EXPECT_EQ(failure.reason, Reason::server_error) << body;
        EXPECT_EQ(failure.status, 0) << body;
        EXPECT_EQ(failure.message, said);
    }
}

// As servers of many kinds say it; none of it is about the request, the model or the credential.
TEST(Failure, KnowsAWrongAddressByWhatItAnswers) {
    const std::vector<std::pair<int, std::string>> cases = {
        {404, "404 page not found"},
        {404, R"({"detail":"Not Found"})"},
        {404,
         R"-({"error":{"message":"Invalid URL (POST /v1/v1/chat/completions)","type":"invalid_request_error"}})-"},
        {404, R"({"error":{"code":404,"message":"File Not Found","type":"not_found_error"}})"},
        {404, R"({"type":"error","error":{"type":"not_found_error","message":"Not Found"}})"},
        {404, "<html><head><title>404 Not Found</title></head><body><h1>404 Not Found</h1></body></html>"},
        {404, "<!DOCTYPE html><html><body><pre>Cannot POST /chat/completions</pre></body></html>"},
        {404, R"({"timestamp":"2026-01-30","status":404,"error":"Not Found","path":"/chat/completions"})"},
        {404, R"({"message":"Route POST:/chat/completions not found","error":"Not Found","statusCode":404})"},
        {404, R"({"message":"no Route matched with those values"})"},
        {404,
         R"({"error":{"message":"Unknown request URL: POST /openai/chat. Please check the URL","code":"unknown_url"}})"},
        {404, ""},
        {405, R"({"detail":"Method Not Allowed"})"},
        {400, "Client sent an HTTP request to an HTTPS server."},
        {400, "<html><title>400 The plain HTTP request was sent to HTTPS port</title></html>"},
        {501, "<!DOCTYPE HTML><title>Error response</title><p>Message: Unsupported method ('POST').</p>"},
        {200, R"-({"error":"Unexpected endpoint or method. (POST /chat/completions)"})-"},
        {200, "Ollama is running"},
        {200, "<!doctype html><html><title>Open WebUI</title></html>"},
        {301, ""},
        {308, "<a href=\"/v2/\">Permanent Redirect</a>"}};
    for (const auto& [status, body] : cases) {
        auto observed = answered("corp", status, body);
        observed.asked = "http://127.0.0.1:8080/chat/completions";
        const auto failure = classify(observed, noon);
        EXPECT_EQ(auth::name_of(failure.reason), "wrong_address") << status << body;
        EXPECT_THAT(failure.message, testing::HasSubstr(fmt::format(
                                         "http://127.0.0.1:8080/chat/completions answered {}", status)));
        EXPECT_THAT(failure.message, testing::HasSubstr("models.providers.corp.baseUrl"));
    }
}

TEST(Failure, TakesAMissingModelForNoWrongAddress) {
    for (const auto* body :
         {R"({"error":{"message":"The model `gpt-9` does not exist","code":"model_not_found"}})",
          R"({"type":"error","error":{"type":"not_found_error","message":"model: opus-9"}})",
          R"({"error":{"message":"No endpoints found for x/y."}})"})
        EXPECT_EQ(auth::name_of(classify(answered("corp", 404, body), noon).reason), "model_not_found")
            << body;
}

TEST(Failure, NamesWhereARedirectPointsWithoutItsQuery) {
    auto observed = answered("corp", 302, "");
    observed.asked = "http://old.example/v1/chat/completions";
    observed.headers.add("Location", "https://login.example/start?state=kaNaRy");
    observed.secrets = {Secret("unseen-secret-0123")};
    EXPECT_EQ(
        classify(observed, noon).message,
        "http://old.example/v1/chat/completions answered 302: it is at https://login.example/start; look "
        "at models.providers.corp.baseUrl");
}

}  // namespace
}  // namespace openclaw::providers
