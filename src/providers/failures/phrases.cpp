#include <bitset>
#include <cstdint>

#include "providers/failures/phrase_table.h"
#include "providers/failures/words.h"

namespace openclaw::providers {
namespace {

// Which groups of three bytes a text has. Nearly every phrase is ruled out by its own first three.
class Trigrams {
public:
    explicit Trigrams(std::string_view text) {
        for (std::size_t i = 0; i + size <= text.size(); ++i) seen_.set(slot(text.substr(i, size)));
    }
    bool may_begin(std::string_view phrase) const { return seen_.test(slot(phrase.substr(0, size))); }

private:
    static constexpr std::size_t size = 3, slots = 4096;
    static std::size_t slot(std::string_view three) {
        std::uint32_t number = 0;
        for (const char c : three) number = number << 8U | static_cast<unsigned char>(c);
        return (number * 0x9E3779B1U) >> 20U;
    }
    std::bitset<slots> seen_;
};

}  // namespace

std::optional<Match> match_phrase(std::string_view provider, int status, std::string_view words) {
    const unsigned group = group_of(status);
    const Trigrams trigrams(words);
    for (const auto table : {provider_phrases(), client_phrases()})
        for (const auto& rule : table)
            if ((rule.groups & group) != 0 && trigrams.may_begin(rule.phrase) &&
                is_of(provider, rule.vendor) && has_phrase(words, rule.phrase))
                return Match{rule.reason, std::string(rule.phrase)};
    return std::nullopt;
}

}  // namespace openclaw::providers
