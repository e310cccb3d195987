#include "config/settings/looks_secret.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "base/redact.h"
#include "base/text.h"
#include "config/environment/substitution.h"

namespace openclaw::config {
namespace {

bool is_small(char c) {
    return c >= 'a' && c <= 'z';
}
bool is_large(char c) {
    return c >= 'A' && c <= 'Z';
}
bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
bool is_plain(char c) {
    return is_small(c) || is_large(c) || is_digit(c);
}

template <std::size_t size>
bool is_among(std::string_view word, const std::array<std::string_view, size>& words) {
    return std::ranges::find(words, word) != words.end();
}

// "X-Api-Key", "apiKey", "API_KEY_2" -> x, api, key; api, key; api, key. In lower case, without numbers.
std::vector<std::string> words_of(std::string_view name) {
    std::vector<std::string> words(1);
    for (std::size_t at = 0; at < name.size(); ++at) {
        const char c = name[at];
        const bool hump = is_large(c) && at > 0 &&
                          (is_small(name[at - 1]) ||
                           (is_large(name[at - 1]) && at + 1 < name.size() && is_small(name[at + 1])));
        if ((hump || !is_plain(c) || is_digit(c)) && !words.back().empty()) words.emplace_back();
        if (is_small(c) || is_large(c)) words.back() += lowered(std::string_view(&c, 1));
    }
    if (words.back().empty()) words.pop_back();
    return words;
}

// A last word that makes a name one about a secret, not of one.
constexpr std::array<std::string_view, 44> about_words{
    "file",   "path",    "dir",     "folder",  "url",      "uri",       "endpoint", "env",     "name",
    "id",     "limit",   "limits",  "budget",  "count",    "max",       "min",      "type",    "mode",
    "header", "prefix",  "suffix",  "source",  "provider", "ttl",       "expiry",   "expires", "at",
    "ms",     "seconds", "timeout", "enabled", "required", "length",    "size",     "usage",   "window",
    "scheme", "format",  "kind",    "method",  "version",  "algorithm", "command",  "variable"};

constexpr std::array<std::string_view, 25> secret_words{
    "token",      "secret",      "secrets",  "password", "passwords", "passwd",     "pwd",
    "passphrase", "passcode",    "apikey",   "apikeys",  "keys",      "credential", "authorization",
    "bearer",     "credentials", "cookie",   "cookies",  "signature", "sig",        "jwt",
    "otp",        "totp",        "mnemonic", "dsn"};
// These say so at the end of a name alone.
constexpr std::array<std::string_view, 4> last_secret_words{"auth", "pass", "pin", "pat"};
// Of words that were written together: "bottoken", "passwordhash".
constexpr std::array<std::string_view, 13> secret_endings{
    "token",      "secret",        "password", "passwd", "apikey",     "apikeys",  "passphrase",
    "credential", "authorization", "cookie",   "bearer", "privatekey", "secretkey"};
constexpr std::array<std::string_view, 3> secret_beginnings{"secret", "password", "apikey"};
constexpr std::array<std::string_view, 2> harmless_words{"secretary", "passwordless"};
// Keys that open nothing.
constexpr std::array<std::string_view, 12> harmless_keys{"public",  "cache",       "session", "sort",
                                                         "primary", "foreign",     "index",   "partition",
                                                         "lookup",  "idempotency", "map",     "hot"};

bool says_secret(const std::vector<std::string>& words, std::size_t at) {
    const std::string_view word = words[at];
    const bool last = at + 1 == words.size();
    if (word == "key") return at == 0 ? last : !is_among(words[at - 1], harmless_keys);
    if (word == "tokens")
        return at == 0 ? last
                       : is_among(words[at - 1], std::array<std::string_view, 6>{"auth", "access", "api",
                                                                                 "bot", "bearer", "refresh"});
    if (is_among(word, secret_words) || (last && is_among(word, last_secret_words))) return true;
    if (is_among(word, harmless_words)) return false;
    return std::ranges::any_of(secret_endings, [&](auto ending) { return word.ends_with(ending); }) ||
           std::ranges::any_of(secret_beginnings,
                               [&](auto beginning) { return word.starts_with(beginning); });
}

std::size_t digit_groups(std::string_view text) {
    std::size_t groups = 0;
    for (std::size_t at = 0; at < text.size(); ++at)
        if (is_digit(text[at]) && (at == 0 || !is_digit(text[at - 1]))) ++groups;
    return groups;
}

// How long a run of letters and digits must be to be odd, and how often digits must come in it.
struct Oddness {
    std::size_t hexadecimal_min;
    std::size_t mixed_min, mixed_groups;  // of both cases
    std::size_t plain_min, plain_groups;  // of one case
};
constexpr Oddness in_text{32, 20, 2, 24, 4}, in_address{40, 20, 2, 28, 4}, in_header{8, 8, 1, 8, 1};

// A run of letters and digits that no word, name, date or version is.
bool is_odd_run(std::string_view run, const Oddness& least) {
    const bool small = std::ranges::any_of(run, is_small), large = std::ranges::any_of(run, is_large);
    const auto groups = digit_groups(run);
    if (groups == 0 || (!small && !large)) return false;
    const bool hexadecimal = lowered(run).find_first_not_of("0123456789abcdef") == std::string::npos;
    if (hexadecimal && !(small && large)) return run.size() >= least.hexadecimal_min;
    if (small && large) return run.size() >= least.mixed_min && groups >= least.mixed_groups;
    return run.size() >= least.plain_min && groups >= least.plain_groups;
}

bool is_odd(std::string_view word, const Oddness& least) {
    for (std::size_t at = 0; at < word.size();) {
        std::size_t end = at;
        while (end < word.size() && is_plain(word[end])) ++end;
        if (end > at && is_odd_run(word.substr(at, end - at), least)) return true;
        at = end + 1;
    }
    return false;
}

std::string without_shapes(std::string_view text) {
    return replaced(redact_shapes(text), Redactor::placeholder, hidden_text);
}

std::string hidden_value(std::string_view value) {
    return value.empty() || is_sole_reference(value) ? std::string(value) : std::string(hidden_text);
}

// a=1&token=x
std::string hidden_parameters(std::string_view text) {
    constexpr std::array<std::string_view, 3> short_names{"code", "k", "pw"};
    std::vector<std::string> shown;
    for (const auto parameter : split(text, '&')) {
        const auto equals = std::min(parameter.find('='), parameter.size());
        const auto name = parameter.substr(0, equals);
        const auto value = parameter.substr(std::min(equals + 1, parameter.size()));
        const bool secret = names_secret(name) || is_among(lowered(name), short_names) ||
                            is_odd(value, in_text) || without_shapes(value) != value;
        shown.push_back(equals < parameter.size() && secret ? fmt::format("{}={}", name, hidden_value(value))
                                                            : std::string(parameter));
    }
    return joined(shown, "&");
}

std::string hidden_segments(std::string_view path) {
    constexpr std::array<std::string_view, 5> hooks{"webhook", "webhooks", "hook", "hooks", "services"};
    constexpr std::size_t hook_bytes_min = 16;
    std::vector<std::string> shown;
    bool below_hook = false;
    for (const auto segment : split(path, '/')) {
        const bool bot = segment.starts_with("bot") && segment.contains(':');
        const bool hook = below_hook && segment.size() >= hook_bytes_min && digit_groups(segment) > 0 &&
                          segment.find_first_not_of("0123456789") != std::string_view::npos;
        const bool secret = bot || hook || is_odd(segment, in_address) || without_shapes(segment) != segment;
        shown.push_back(secret ? hidden_value(segment) : std::string(segment));
        below_hook = below_hook || is_among(lowered(segment), hooks);
    }
    return joined(shown, "/");
}

// scheme://user:password@host/path?parameters#parameters; `host` is where the scheme's slashes end.
std::string hidden_address(std::string_view text, std::size_t host) {
    std::string shown(text.substr(0, host));
    auto rest = text.substr(host);
    const auto mark = std::min(rest.find('#'), rest.size());
    const auto fragment = rest.substr(mark);
    rest = rest.substr(0, mark);
    const auto question = std::min(rest.find('?'), rest.size());
    const auto query = rest.substr(question);
    rest = rest.substr(0, question);
    const auto slash = std::min(rest.find('/'), rest.size());
    auto authority = rest.substr(0, slash);
    if (const auto user = authority.rfind('@'); user != std::string_view::npos) {
        shown.append(hidden_text).append("@");
        authority.remove_prefix(user + 1);
    }
    shown.append(authority).append(hidden_segments(rest.substr(slash)));
    if (!query.empty()) shown.append("?").append(hidden_parameters(query.substr(1)));
    if (!fragment.empty()) shown.append("#").append(hidden_parameters(fragment.substr(1)));
    return shown;
}

// The name before a value in one word: "--token=x" -> 7, "X-Api-Key:x" -> 9; 0: none that says secret.
std::size_t end_of_secret_name(std::string_view word) {
    const auto end = word.find_first_of("=:");
    if (end == std::string_view::npos || end + 1 == word.size()) return 0;
    return names_secret(word.substr(0, end)) ? end : 0;
}

// "Authorization: Bearer x": all of what follows is the secret. 0: no such line.
std::size_t end_of_header_name(std::string_view text) {
    const auto colon = text.find(": ");
    if (colon == std::string_view::npos) return 0;
    const auto name = text.substr(0, colon);
    const auto fits = [](char c) { return is_plain(c) || c == '-' || c == '_'; };
    return std::ranges::all_of(name, fits) && names_secret(name) ? colon : 0;
}

class Hiding {
public:
    explicit Hiding(Suspicion suspicion) : suspicion_(suspicion) {}

    std::string text(std::string_view text) {
        if (text.contains("-----BEGIN ")) return without_shapes(text);
        if (const auto colon = end_of_header_name(text); colon > 0)
            return fmt::format("{}: {}", text.substr(0, colon),
                               hidden_value(trimmed(text.substr(colon + 2))));
        std::string shown;
        while (!text.empty()) {
            const auto blanks = std::min(text.find_first_not_of(separators), text.size());
            shown.append(text.substr(0, blanks));
            text.remove_prefix(blanks);
            const auto end = std::min(text.find_first_of(separators), text.size());
            if (end > 0) shown.append(word(text.substr(0, end)));
            text.remove_prefix(end);
        }
        return shown;
    }

private:
    static constexpr std::string_view separators = " \t\r\n\"'`,;()[]<>";

    // What the words so far say of the next one.
    enum class Next { anything, credential, mark, value, perhaps_value };

    static Next next_after(std::string_view word) {
        const auto name = lowered(word);
        if (name == "bearer" || name == "basic") return Next::credential;
        if (word.ends_with(':') && names_secret(word)) return Next::perhaps_value;
        return names_secret(word) ? Next::mark : Next::anything;
    }

    std::string word(std::string_view word) {
        const auto expected = std::exchange(next_, next_after(word));
        if (expected == Next::mark && (word == ":" || word == "=")) {
            next_ = Next::value;
            return std::string(word);
        }
        if (is_sole_reference(word)) return std::string(word);
        if (expected == Next::value || (expected == Next::perhaps_value && digit_groups(word) > 0))
            return std::string(hidden_text);
        if (const auto scheme = word.find("://"); scheme != std::string_view::npos)
            return hidden_address(word, scheme + 3);
        if (const auto end = end_of_secret_name(word); end > 0)
            return fmt::format("{}{}", word.substr(0, end + 1), hidden_value(word.substr(end + 1)));
        constexpr std::size_t token_bytes_min = 8;
        if (expected == Next::credential && word.size() >= token_bytes_min &&
            (digit_groups(word) > 0 || word.ends_with('=')))
            return std::string(hidden_text);
        if (auto shown = without_shapes(word); shown != word) return shown;
        if (suspicion_ == Suspicion::of_odd_strings && is_odd(word, in_text)) return std::string(hidden_text);
        if (suspicion_ == Suspicion::of_short_ones && is_odd(word, in_header))
            return std::string(hidden_text);
        return std::string(word);
    }

    Suspicion suspicion_;
    Next next_ = Next::anything;
};

}  // namespace

bool names_secret(std::string_view name) {
    const auto words = words_of(name);
    if (words.empty()) return false;
    const bool of_a_secret = words.size() > 1 && words.back() == "id" && words[words.size() - 2] == "secret";
    if (words.size() > 1 && is_among(words.back(), about_words) && !of_a_secret) return false;
    for (std::size_t at = 0; at < words.size(); ++at)
        if (says_secret(words, at)) return true;
    return words.size() > 1 && words[words.size() - 2] == "connection" && words.back() == "string";
}

std::string with_secrets_hidden(std::string_view text, Suspicion suspicion) {
    return Hiding(suspicion).text(text);
}

}  // namespace openclaw::config
