#include "auth/oauth/attempt.h"

#include <fmt/format.h>

#include <algorithm>

#include "auth/sealed/envelope.h"
#include "base/digest.h"
#include "base/form.h"
#include "base/random.h"
#include "base/text.h"

namespace openclaw::auth::oauth {
namespace {

constexpr std::size_t state_bytes = 16, verifier_bytes = 32;
constexpr std::size_t answer_bytes_max = 8192, code_bytes_max = 4096;

// The hash of a verifier, which goes to the issuer ahead of it.
std::string challenge_of(std::string_view verifier) {
    return sealed::base64url(sha256(verifier));
}

std::unexpected<Error> refused(std::string_view message, std::string_view hint) {
    return hinted(fail(Code::invalid_input, "{}", message), std::string(hint));
}

constexpr std::string_view copy_address =
    "copy the whole address out of the browser's address bar, from http to the end";

bool has_parts_of_an_address(std::string_view text) {
    return text.find("code=") != std::string_view::npos || text.find("error=") != std::string_view::npos;
}

// A bare code has no blanks and nothing that an address consists of.
Result<Callback> bare_code(std::string_view text) {
    if (text.size() > code_bytes_max) return refused("this is too long to be a code", copy_address);
    if (text.starts_with("sk-") || text.starts_with("AIza") || text.starts_with("ghp_"))
        return refused("this is an API key, not the answer of a login",
                       "enter it with `openclaw models auth paste-api-key`");
    if (std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; }) && text.size() <= 8)
        return refused("this is a one-time number, which the provider's page wants",
                       "enter it there; what is asked for here comes at the end");
    if (text.find('@') != std::string_view::npos)
        return refused("this is an e-mail address", "it belongs on the provider's page");
    if (text.find("://") != std::string_view::npos || text.starts_with('/'))
        return refused("this address holds no code", copy_address);
    if (text.size() < 6) return refused("this is too short to be a code", copy_address);
    return Authorized{Secret(text)};
}

}  // namespace

Attempt begin_attempt(std::string redirect, TimePoint now) {
    auto verifier = sealed::base64url(random_bytes(verifier_bytes));
    auto challenge = challenge_of(verifier);
    return {.state = random_hex(state_bytes),
            .verifier = Secret(std::move(verifier)),
            .challenge = std::move(challenge),
            .redirect = std::move(redirect),
            .begun = now};
}

std::string authorization_url(const Issuer& issuer, const Attempt& attempt) {
    Form query;
    query.add("response_type", "code")
        .add("client_id", issuer.client_id)
        .add("redirect_uri", attempt.redirect);
    if (!issuer.scopes.empty()) query.add("scope", joined(issuer.scopes, " "));
    query.add("state", attempt.state)
        .add("code_challenge", attempt.challenge)
        .add("code_challenge_method", "S256");
    for (const auto& [name, value] : issuer.parameters) query.add(name, value);
    const bool has_query = issuer.authorization.find('?') != std::string::npos;
    return fmt::format("{}{}{}", issuer.authorization, has_query ? '&' : '?', query.take());
}

Result<Callback> read_callback(std::string_view query, const Attempt& attempt, const Issuer& issuer) {
    if (query.size() > answer_bytes_max) return refused("this answer is too long", copy_address);
    const auto fields = parse_form(query);
    if (!fields) return refused("this answer has characters that no address has", copy_address);
    const auto state = only_value(*fields, "state");
    if (!state)
        return refused("this answer names no state", "it was not made for this login: begin it again");
    if (!equal_in_constant_time(*state, attempt.state))
        return refused("this is the answer to another login",
                       "close the browser's older tabs and use the address that was printed last");
    if (const auto told = only_value(*fields, "iss");
        told ? !issuer.issuer.empty() && *told != issuer.issuer : issuer.tells_issuer)
        return refused(told ? "this answer comes from another issuer"
                            : "this answer doesn't say which issuer it comes from",
                       "begin the login again, and go on only at the provider's own page");
    if (const auto error = only_value(*fields, "error"))
        return Denial{printable(shortened(*error, 100)),
                      printable(shortened(only_value(*fields, "error_description").value_or(""), 300))};
    const auto code = only_value(*fields, "code");
    if (!code || code->empty()) return refused("this answer holds no code", copy_address);
    if (code->size() > code_bytes_max) return refused("the code in this answer is too long", copy_address);
    return Authorized{Secret(*code)};
}

Result<Callback> read_paste(std::string_view pasted, const Attempt& attempt, const Issuer& issuer) {
    // Terminals wrap an address into lines; it has no blanks of its own.
    std::string text(trimmed_wide(pasted));
    std::erase_if(text, [](char c) { return c == '\r' || c == '\n' || c == '\t' || c == ' '; });
    while (text.size() > 1 && (text.front() == '"' || text.front() == '\'' || text.front() == '<')) {
        text.erase(0, 1);
        if (!text.empty() && (text.back() == '"' || text.back() == '\'' || text.back() == '>'))
            text.pop_back();
    }
    if (text.empty()) return refused("nothing was pasted", copy_address);
    if (text.size() > answer_bytes_max)
        return refused("this is too long to be the answer of a login", copy_address);
    if (!issuer.authorization.empty() && text.starts_with(issuer.authorization))
        return refused("this is the address that the login begins at",
                       "open it, log in, and copy the address that the browser ends at");
    if (has_parts_of_an_address(text)) {
        const auto question = text.find('?');
        auto query = question == std::string::npos ? std::string_view(text)
                                                   : std::string_view(text).substr(question + 1);
        query = query.substr(0, query.find('#'));
        if (query.starts_with('&')) query.remove_prefix(1);
        return read_callback(query, attempt, issuer);
    }
    if (const auto hash = text.find('#');
        hash != std::string::npos && text.find("://") == std::string::npos) {
        if (!equal_in_constant_time(std::string_view(text).substr(hash + 1), attempt.state))
            return refused("this code belongs to another login",
                           "begin again, and use the address that was printed last");
        return bare_code(std::string_view(text).substr(0, hash));
    }
    return bare_code(text);
}

}  // namespace openclaw::auth::oauth
