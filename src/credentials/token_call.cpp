#include "credentials/token_call.h"

#include <fmt/format.h>

#include "base/text.h"
#include "base/version.h"
#include "providers/failures/reset_words.h"
#include "providers/failures/retry_after.h"
#include "providers/wire/attempt.h"

namespace openclaw::credentials {

namespace oauth = auth::oauth;

namespace {

constexpr std::size_t answer_bytes_max = 256u << 10;
constexpr net::Deadlines deadlines{.connect = std::chrono::seconds(15),
                                   .first_byte = std::chrono::seconds(120),
                                   .idle = std::chrono::seconds(30)};

struct Answer {
    int status = 0;
    net::Headers headers;
    std::string body;
};
// Nothing: it was not sent.
struct Posted {
    Result<Answer> answer;
    bool sent = false;
};

net::Task<Result<void>> mark_sent(BeforeSending hook, std::shared_ptr<bool> sent) {
    if (hook)
        if (auto may = co_await hook(); !may) co_return may;
    *sent = true;
    co_return Result<void>{};
}

net::Task<Posted> post(TokenMeans means, std::string url, const oauth::Issuer& issuer, Form& form,
                       BeforeSending before_sending, net::Abort abort) {
    if (issuer.proof != oauth::ClientProof::basic) form.add("client_id", issuer.client_id);
    if (issuer.proof == oauth::ClientProof::post) form.add("client_secret", *issuer.client_secret);
    const auto target = net::parse_url(url);
    if (!target) co_return Posted{std::unexpected(target.error())};
    net::ClientRequest request{.method = "POST",
                               .url = *target,
                               .headers = {{"accept", "application/json"},
                                           {"content-type", "application/x-www-form-urlencoded"},
                                           {"user-agent", providers::user_agent()}},
                               .body = form.take(),
                               .deadlines = deadlines};
    if (issuer.proof == oauth::ClientProof::basic)
        request.headers.set_secret("authorization", *issuer.basic, "Basic ");
    const auto sent = std::make_shared<bool>(false);
    request.before_sending = [sent, hook = std::move(before_sending)] { return mark_sent(hook, sent); };
    auto response = co_await means.http.send(std::move(request), abort);
    if (!response) co_return Posted{std::unexpected(response.error()), *sent};
    auto body = co_await net::read_all(*response->body, answer_bytes_max);
    if (!body) co_return Posted{std::unexpected(body.error()), true};
    co_return Posted{Answer{response->status, std::move(response->headers), std::move(*body)}, true};
}

oauth::TokenResponse response_of(const Answer& answer, TimePoint now) {
    oauth::TokenResponse response{.status = answer.status, .body = answer.body};
    response.retry_after = providers::retry_after(answer.headers, providers::ErrorBody{}, now);
    if (const auto date = answer.headers.find("date")) response.date = providers::parse_http_date(*date);
    return response;
}

net::Task<oauth::Outcome> ask(TokenMeans means, const oauth::Issuer& issuer, Form& form,
                              BeforeSending before_sending, net::Abort abort) {
    auto posted = co_await post(means, issuer.token, issuer, form, std::move(before_sending), abort);
    if (posted.answer) {
        const auto now = means.clock.now();
        auto answer = oauth::read_token_answer(response_of(*posted.answer, now), issuer, now);
        wipe(posted.answer->body);
        co_return answer;
    }
    const auto& why = posted.answer.error().message;
    if (posted.sent) co_return oauth::Lost{why};
    co_return oauth::NotSent{why};
}

}  // namespace

net::Task<Result<oauth::Issuer>> discovered(TokenMeans means, oauth::Issuer issuer, net::Abort abort) {
    if (!oauth::needs_discovery(issuer)) co_return issuer;
    Error last{Code::unavailable, "it has no address to ask", {}};
    for (const auto& text : oauth::metadata_urls(issuer)) {
        const auto url = net::parse_url(text);
        if (!url) continue;
        auto response = co_await means.http.send(
            {.url = *url,
             .headers = {{"accept", "application/json"}, {"user-agent", providers::user_agent()}},
             .deadlines = deadlines,
             .redirects_max = 2},
            abort);
        if (!response) co_return failed(response.error(), "asking {} what it is", issuer.issuer);
        const auto body = co_await net::read_all(*response->body, answer_bytes_max);
        if (!body) co_return failed(body.error(), "asking {} what it is", issuer.issuer);
        const auto document = parse_json(*body, answer_bytes_max);
        const auto* metadata = document ? document->if_object() : nullptr;
        if (response->status == 200 && metadata) co_return oauth::with_metadata(std::move(issuer), *metadata);
        last = {Code::unavailable, fmt::format("{} answered HTTP {}", text, response->status), {}};
    }
    co_return failed(std::move(last), "{} doesn't describe itself", issuer.issuer);
}

net::Task<oauth::Outcome> spend_refresh_token(TokenMeans means, const oauth::Issuer& issuer, Secret refresh,
                                              BeforeSending before_sending) {
    Form form;
    form.add("grant_type", "refresh_token").add("refresh_token", refresh);
    co_return co_await ask(means, issuer, form, std::move(before_sending), {});
}

net::Task<oauth::Outcome> exchange_code(TokenMeans means, const oauth::Issuer& issuer,
                                        const oauth::Attempt& attempt, Secret code, net::Abort abort) {
    Form form;
    form.add("grant_type", "authorization_code")
        .add("code", code)
        .add("redirect_uri", attempt.redirect)
        .add("code_verifier", attempt.verifier);
    co_return co_await ask(means, issuer, form, {}, std::move(abort));
}

net::Task<oauth::Outcome> poll_device_code(TokenMeans means, const oauth::Issuer& issuer, Secret device_code,
                                           net::Abort abort) {
    Form form;
    form.add("grant_type", "urn:ietf:params:oauth:grant-type:device_code").add("device_code", device_code);
    co_return co_await ask(means, issuer, form, {}, std::move(abort));
}

net::Task<Result<oauth::DeviceCode>> ask_device_code(TokenMeans means, const oauth::Issuer& issuer,
                                                     net::Abort abort) {
    Form form;
    if (!issuer.scopes.empty()) form.add("scope", joined(issuer.scopes, " "));
    auto posted = co_await post(means, issuer.device, issuer, form, {}, std::move(abort));
    if (!posted.answer) co_return failed(posted.answer.error(), "asking for a device code");
    co_return oauth::read_device_code(posted.answer->status, posted.answer->body);
}

net::Task<Result<void>> revoke_token(TokenMeans means, const oauth::Issuer& issuer, Secret token,
                                     net::Abort abort) {
    if (issuer.revocation.empty())
        co_return fail(Code::not_found, "{} offers no way to end a token", issuer.provider);
    Form form;
    form.add("token", token);
    auto posted = co_await post(means, issuer.revocation, issuer, form, {}, std::move(abort));
    if (!posted.answer) co_return failed(posted.answer.error(), "ending the login at its issuer");
    if (posted.answer->status >= 200 && posted.answer->status < 300) co_return Result<void>{};
    co_return fail(Code::unavailable, "the issuer did not end it: HTTP {}", posted.answer->status);
}

}  // namespace openclaw::credentials
