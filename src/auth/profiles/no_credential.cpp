#include "auth/profiles/no_credential.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "config/settings/validate.h"

namespace openclaw::auth {
namespace {

using Kind = NoCredential::Kind;

bool has(std::string_view text, std::string_view part) {
    return text.find(part) != std::string_view::npos;
}

bool is_quote(char c) {
    return c == '"' || c == '\'' || c == '`';
}

// "/run/secrets/x", "~/x", "./x", "../x" and what Windows makes of them.
bool is_path(std::string_view text) {
    constexpr std::array<std::string_view, 7> begins = {"/", "~/", "./", "../", ".\\", "..\\", "\\\\"};
    const bool drive = text.size() > 2 && text[1] == ':' && (text[2] == '\\' || text[2] == '/');
    return drive || std::ranges::any_of(begins, [&](auto begin) { return text.starts_with(begin); });
}

// What stands in an example, or in a field that had to be filled: programs write "null" for nothing.
bool is_placeholder_word(std::string_view text) {
    constexpr std::array<std::string_view, 11> words = {"null",       "undefined", "none",      "nil",
                                                        "changeme",   "change-me", "change_me", "replace-me",
                                                        "replace_me", "replaceme", "todo"};
    const auto same = lowered(text);
    return std::ranges::find(words, same) != words.end() || same.starts_with("your") ||
           (same.starts_with("insert") && same.ends_with("here"));
}

// "export LAB_API_KEY=x": names in capitals only, for base64 ends in '=', too.
bool is_assignment(std::string_view text) {
    if (text.starts_with("export ")) return true;
    const auto name = text.substr(0, text.find('='));
    return name.size() < text.size() && has(name, "_") &&
           name.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789") == std::string_view::npos;
}

// A credential is one word.
std::optional<NoCredential> several_words(std::string_view text) {
    const auto first = text.substr(0, text.find(' '));
    if (first.size() == text.size()) return std::nullopt;
    if (equal_ignoring_case(first, "bearer"))
        return NoCredential{Kind::text, "the word Bearer does not belong to the token",
                            "paste what stands after it"};
    if (first.ends_with(':'))
        return NoCredential{Kind::text, "this is a line with a name in front, such as an HTTP header",
                            "paste what stands after the colon"};
    return NoCredential{Kind::text, "there is a space inside", "paste the key alone, in one piece"};
}

// Things that people have at hand when they look for a key.
std::optional<NoCredential> other_thing(std::string_view text) {
    if (text.starts_with("-----BEGIN"))
        return NoCredential{Kind::text, "this is a private key or a certificate, not an API key",
                            "paste the key that the provider's console shows"};
    if (text.starts_with('{') || text.starts_with('['))
        return NoCredential{Kind::text, "this is a JSON document, not a key",
                            "paste the value of the key or token in it"};
    if (has(text, "://"))
        return NoCredential{Kind::text, "this is an address, not a key",
                            "open it, and paste the key that it shows"};
    if (text.starts_with('$') || text.starts_with('%'))
        return NoCredential{Kind::text, "this is a reference to a variable, not its value",
                            "paste the value; a variable that is set needs no pasting at all"};
    if (is_path(text))
        return NoCredential{Kind::text, "this is the path of a file, not a key",
                            "name the file with --key-file or --token-file"};
    if (text.front() == '<' || is_placeholder_word(text) || has(text, "YOUR") || has(text, "your-") ||
        has(text, "your_") || has(text, "xxxx") || has(text, "XXXX"))
        return NoCredential{Kind::placeholder, "this is a placeholder from an example", "paste your own key"};
    if (has(text, "_") &&
        text.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789") == std::string_view::npos)
        return NoCredential{Kind::text, "this is the name of a variable, not its value", "paste the value"};
    if (is_assignment(text))
        return NoCredential{Kind::text, "this is an assignment to a variable, not its value",
                            "paste what stands after the equals sign"};
    if (text.starts_with("Symbol("))
        return NoCredential{Kind::text, "this is what a cancelled question leaves behind",
                            "paste the key itself"};
    if (is_quote(text.front()) || is_quote(text.back()))
        return NoCredential{Kind::text, "a quote begins or ends it, and its partner is missing",
                            "copy the key again, from its first to its last character"};
    return several_words(text);
}

// What a key loses or gets on the way from where it was shown.
std::optional<NoCredential> damaged_thing(std::string_view text) {
    if (has(text, "…") || has(text, "..."))
        return NoCredential{Kind::text, "the middle of the key is left out (...)",
                            "copy the whole key; shortened ones are only for show"};
    if (has(text, "•") || has(text, "***"))
        return NoCredential{Kind::text, "the key is masked",
                            "use the button that copies it, or make a new key"};
    const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; };
    if (std::ranges::any_of(text, is_control))
        return NoCredential{Kind::damage, "there is a line break or another control character inside",
                            "copy the key again"};
    for (const std::string_view invisible : {"\u200b", "\u200c", "\u200d", "\ufeff", "\u00a0", "\u2060"})
        if (has(text, invisible))
            return NoCredential{Kind::damage, "there is an invisible character inside",
                                "copy the key from another place, or type it"};
    if (std::ranges::any_of(text, [](char c) { return static_cast<unsigned char>(c) >= 0x80; }))
        return NoCredential{Kind::damage,
                            "there is a character that no key has, perhaps a typographic quote or dash",
                            "copy the key again from where it was shown first"};
    return std::nullopt;
}

}  // namespace

std::optional<NoCredential> evidently_no_credential(std::string_view text) {
    if (text.empty()) return std::nullopt;
    if (config::is_placeholder(text))
        return NoCredential{Kind::text, "this is what is shown in place of a key", "paste the key itself"};
    if (auto found = other_thing(text)) return found;
    return damaged_thing(text);
}

}  // namespace openclaw::auth
