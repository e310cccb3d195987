#include "config/settings/guessable.h"

#include <algorithm>
#include <array>
#include <set>

#include "base/text.h"

namespace openclaw::config {
namespace {

// Longer words before those that they begin with.
constexpr std::array<std::string_view, 52> tried_words{
    "changeme", "change",  "replaceme", "replace",    "placeholder", "password", "passwort",  "passwd",
    "pass",     "secret",  "token",     "gateway",    "openclaw",    "clawdbot", "moltbot",   "claw",
    "admin",    "root",    "user",      "test",       "testing",     "demo",     "example",   "sample",
    "default",  "insert",  "insecure",  "letmein",    "welcome",     "hello",    "monkey",    "dragon",
    "iloveyou", "trustno", "football",  "qwertyuiop", "qwertz",      "qwerty",   "asdfghjkl", "asdf",
    "local",    "server",  "here",      "your",       "this",        "with",     "auth",      "key",
    "my",       "the",     "me",        "abc"};

bool is_made_of_tried_words(std::string_view letters) {
    if (letters.empty()) return true;
    return std::ranges::any_of(tried_words, [&](std::string_view word) {
        return letters.starts_with(word) && is_made_of_tried_words(letters.substr(word.size()));
    });
}

// Words with separators and a few digits between them: "my-secret-token-2026".
bool is_tried_phrase(std::string_view secret) {
    std::string letters;
    std::size_t digits = 0;
    for (const char c : lowered(secret)) {
        if (c >= 'a' && c <= 'z') letters += c;
        digits += c >= '0' && c <= '9' ? 1 : 0;
    }
    constexpr std::size_t digits_max = 6, letters_max = 64;
    return !letters.empty() && letters.size() <= letters_max && digits <= digits_max &&
           is_made_of_tried_words(letters);
}

// Most characters follow from the one before: 123456, aaaa, 987654.
bool is_run(std::string_view secret) {
    std::size_t steps = 0;
    for (std::size_t at = 1; at < secret.size(); ++at) {
        const int step = secret[at] - secret[at - 1];
        steps += step >= -1 && step <= 1 ? 1 : 0;
    }
    return 4 * steps >= 3 * (secret.size() - 1);
}

bool repeats_short_text(std::string_view secret) {
    for (std::size_t period = 1; period < shared_secret_bytes_min && period < secret.size(); ++period)
        if (secret.substr(period) == secret.substr(0, secret.size() - period)) return true;
    return false;
}

}  // namespace

std::optional<std::string> why_guessable(std::string_view secret) {
    secret = trimmed(secret);
    if (secret.size() < shared_secret_bytes_min)
        return fmt::format("it has fewer than {} characters", shared_secret_bytes_min);
    if (repeats_short_text(secret)) return "it repeats a short text";
    if (std::set(secret.begin(), secret.end()).size() < 5) return "it has few different characters";
    if (is_run(secret)) return "it is a run of neighbouring characters";
    if (is_tried_phrase(secret)) return "it is made of words that everybody tries";
    return std::nullopt;
}

std::optional<std::string> why_guessable(const Secret& secret) {
    return why_guessable(secret.reveal());
}

}  // namespace openclaw::config
