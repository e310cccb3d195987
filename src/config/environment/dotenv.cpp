#include "config/environment/dotenv.h"

#include <unordered_map>

#include "base/broken_text.h"
#include "base/text.h"

namespace openclaw::config {
namespace {

bool is_key_character(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '.' || c == '-';
}
bool is_inline_blank(char c) {
    return c == ' ' || c == '\t' || c == '\f' || c == '\v';
}

class Reader {
public:
    explicit Reader(std::string_view text) : text_(text) {}

    Result<Dotenv> read() {
        while (at_ < text_.size()) {
            const auto line_start = at_;
            const auto line = line_;
            skip_inline_blanks();
            if (at_ >= text_.size() || next() == '\n' || next() == '#') {
                skip_line();
                continue;
            }
            if (auto entry = assignment(line))
                keep(std::move(*entry));
            else
                result_.unread_lines.push_back(line);
            // An assignment may have ended on a later line; what failed is skipped as one line.
            if (at_ == line_start) ++at_;
            skip_line();
            if (result_.entries.size() > dotenv_entries_max)
                return fail(Code::too_large, "more than {} variables", dotenv_entries_max);
        }
        return std::move(result_);
    }

private:
    char next() const { return at_ < text_.size() ? text_[at_] : '\0'; }
    void skip_inline_blanks() {
        while (is_inline_blank(next())) ++at_;
    }
    void skip_line() {
        while (at_ < text_.size() && text_[at_] != '\n') ++at_;
        if (at_ < text_.size()) {
            ++at_;
            ++line_;
        }
    }

    std::optional<DotenvEntry> assignment(std::size_t line) {
        skip_export();
        const auto start = at_;
        while (at_ < text_.size() && is_key_character(text_[at_])) ++at_;
        if (at_ == start) return std::nullopt;
        DotenvEntry entry{.name = std::string(text_.substr(start, at_ - start)), .value = {}, .line = line};
        if (!take_separator()) return std::nullopt;
        skip_inline_blanks();
        entry.value = value();
        return entry;
    }

    void skip_export() {
        constexpr std::string_view word = "export";
        if (!text_.substr(at_).starts_with(word)) return;
        const auto after = at_ + word.size();
        if (after < text_.size() && is_inline_blank(text_[after])) {
            at_ = after;
            skip_inline_blanks();
        }
    }

    // "=" with blanks around it, or ": ".
    bool take_separator() {
        if (next() == ':' && at_ + 1 < text_.size() && is_inline_blank(text_[at_ + 1])) {
            ++at_;
            return true;
        }
        skip_inline_blanks();
        if (next() != '=') return false;
        ++at_;
        return true;
    }

    Secret value() {
        const char first = next();
        if (first == '"' || first == '\'' || first == '`') {
            const auto end = closing_quote(first);
            if (end != std::string_view::npos && ends_line_after(end)) {
                const auto inside = text_.substr(at_ + 1, end - at_ - 1);
                if (holds_assignment(inside)) result_.long_quotes.push_back(line_);
                line_ += static_cast<std::size_t>(std::ranges::count(inside, '\n'));
                at_ = end + 1;
                return first == '"' ? Secret(unescaped(inside)) : Secret(inside);
            }
            if (end >= text_.find('\n', at_)) result_.open_quotes.push_back(line_);
        }
        const auto end = std::min(text_.find_first_of("#\n", at_), text_.size());
        if (end < text_.size() && text_[end] == '#' && !is_inline_blank(text_[end - 1]))
            result_.cut_values.push_back(line_);
        auto text = trimmed(text_.substr(at_, end - at_));
        at_ = end;
        if (text.size() >= 2 && text.front() == text.back() &&
            (first == '"' || first == '\'' || first == '`')) {
            text = text.substr(1, text.size() - 2);
        }
        return Secret(text);
    }

    std::size_t closing_quote(char quote) const {
        for (auto at = at_ + 1; at < text_.size(); ++at) {
            if (text_[at] == '\\' && at + 1 < text_.size() && text_[at + 1] == quote)
                ++at;
            else if (text_[at] == quote)
                return at;
        }
        return std::string_view::npos;
    }

    // Whether a later line of a quoted text begins as an assignment does. Base64 may end in = or ==.
    static bool holds_assignment(std::string_view inside) {
        for (auto line = inside.find('\n'); line != std::string_view::npos;
             line = inside.find('\n', line + 1)) {
            const auto rest = inside.substr(line + 1, inside.find('\n', line + 1) - line - 1);
            const auto name = std::ranges::find_if_not(rest, is_key_character) - rest.begin();
            const auto value = rest.substr(static_cast<std::size_t>(name));
            if (name > 0 && value.size() > 1 && value[0] == '=' && value[1] != '=') return true;
        }
        return false;
    }

    bool ends_line_after(std::size_t end) const {
        auto at = end + 1;
        while (at < text_.size() && is_inline_blank(text_[at])) ++at;
        return at >= text_.size() || text_[at] == '\n' || text_[at] == '#';
    }

    static std::string unescaped(std::string_view text) {
        std::string out;
        for (std::size_t at = 0; at < text.size(); ++at) {
            const char after = at + 1 < text.size() ? text[at + 1] : '\0';
            if (text[at] == '\\' && (after == 'n' || after == 'r')) {
                out += after == 'n' ? '\n' : '\r';
                ++at;
            } else {
                out += text[at];
            }
        }
        return out;
    }

    void keep(DotenvEntry entry) {
        const auto [slot, is_new] = places_.try_emplace(entry.name, result_.entries.size());
        if (is_new)
            result_.entries.push_back(std::move(entry));
        else
            result_.entries[slot->second] = std::move(entry);
    }

    std::string_view text_;
    std::size_t at_ = 0, line_ = 1;
    Dotenv result_;
    std::unordered_map<std::string, std::size_t> places_;
};

}  // namespace

Result<Dotenv> parse_dotenv(std::string_view text) {
    if (text.size() > dotenv_bytes_max)
        return fail(Code::too_large, "{} bytes, more than the {} allowed", text.size(), dotenv_bytes_max);
    if (text.contains('\0')) return fail(Code::corrupt, "not a text file");
    if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
    std::string unix_text = replaced(replaced(well_formed(std::string(text)), "\r\n", "\n"), "\r", "\n");
    auto result = Reader(unix_text).read();
    wipe(unix_text);
    return result;
}

}  // namespace openclaw::config
