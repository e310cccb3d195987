#include "providers/failures/words.h"

#include "base/text.h"

namespace openclaw::providers {
namespace {

constexpr std::size_t gap_bytes_max = 80;
constexpr std::size_t quoted_bytes_max = 60;
constexpr std::size_t words_bytes_max = 4096;

// "one. Two": a full stop inside a number or a name ends nothing.
bool crosses_sentence(std::string_view gap) {
    return gap.find(". ") != std::string_view::npos;
}

bool opens_quote(std::string_view text, std::size_t at) {
    const char c = text[at];
    if (c != '\'' && c != '"' && c != '`') return false;
    return at == 0 || std::string_view(" \n\t(:[,=").find(text[at - 1]) != std::string_view::npos;
}

// Behind a short quoted piece that begins at `at`; `at` when it is none.
std::size_t behind_quote(std::string_view text, std::size_t at) {
    if (!opens_quote(text, at)) return at;
    const auto close = text.substr(0, at + 2 + quoted_bytes_max).find(text[at], at + 1);
    return close == std::string_view::npos || close == at + 1 ? at : close + 1;
}

std::string words_of(std::string_view text, bool with_quoted) {
    text = text.substr(0, words_bytes_max);
    const std::string lower = lowered(text);
    std::string words;
    words.reserve(lower.size());
    for (std::size_t i = 0; i < lower.size();) {
        const auto behind = with_quoted ? i : behind_quote(lower, i);
        char c = lower[i];
        if (behind > i) c = '_';
        if (c == '\n' || c == '\r' || c == '\t') c = ' ';
        if (c != ' ' || words.empty() || words.back() != ' ') words += c;
        i = behind > i ? behind : i + 1;
    }
    return words;
}

bool has_from(std::string_view words, std::string_view phrase) {
    const auto star = phrase.find('*');
    if (star == std::string_view::npos) return words.find(phrase) != std::string_view::npos;
    const auto head = phrase.substr(0, star), tail = phrase.substr(star + 1);
    const auto next = tail.substr(0, tail.find('*'));
    for (auto at = words.find(head); at != std::string_view::npos; at = words.find(head, at + 1)) {
        const auto rest = words.substr(at + head.size());
        const auto found = rest.substr(0, gap_bytes_max + next.size()).find(next);
        if (found == std::string_view::npos || crosses_sentence(rest.substr(0, found))) continue;
        if (tail.size() == next.size() || has_from(rest.substr(found), tail)) return true;
    }
    return false;
}

}  // namespace

bool has_phrase(std::string_view words, std::string_view phrase) {
    return has_from(words, phrase);
}

std::string spoken_words(std::string_view text) {
    return words_of(text, false);
}

std::string all_words(std::string_view text) {
    return words_of(text, true);
}

}  // namespace openclaw::providers
