#include "cli/output/table.h"

#include <algorithm>

#include "base/text.h"

namespace openclaw::cli {

namespace {

constexpr std::size_t first_column_min = 12;

bool begins_character(char byte) {
    return (static_cast<unsigned char>(byte) & 0xC0u) != 0x80u;
}

std::string cut_to(std::string_view text, std::size_t width) {
    if (width_of(text) <= width) return std::string(text);
    std::size_t at = 0, seen = 0;
    for (; at < text.size(); ++at)
        if (begins_character(text[at]) && ++seen == width) break;
    return std::string(text.substr(0, at)) + "…";
}

std::vector<std::size_t> widths_of(const std::vector<std::vector<std::string>>& rows,
                                   std::span<const std::size_t> least) {
    std::vector<std::size_t> widths(least.begin(), least.end());
    for (const auto& row : rows) {
        if (widths.size() < row.size()) widths.resize(row.size());
        for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], width_of(row[i]));
    }
    return widths;
}

void fit(std::vector<std::size_t>& widths, std::size_t columns) {
    std::size_t whole = widths.size() - 1;
    for (const auto width : widths) whole += width;
    if (whole <= columns || widths.front() <= first_column_min) return;
    widths.front() -= std::min(whole - columns, widths.front() - first_column_min);
}

}  // namespace

std::size_t width_of(std::string_view text) {
    return static_cast<std::size_t>(std::ranges::count_if(text, begins_character));
}

std::string wrapped(std::string_view text, std::size_t width, std::size_t indent, std::size_t column) {
    std::string lines;
    const auto break_line = [&] {
        lines += "\n" + std::string(indent, ' ');
        column = indent;
    };
    bool first_paragraph = true;
    for (const std::string_view paragraph : split(text, '\n')) {
        if (!std::exchange(first_paragraph, false)) break_line();
        bool first = true;
        for (const std::string_view word : split(paragraph, ' ')) {
            if (!first && column + 1 + width_of(word) > width) {
                break_line();
                first = true;
            }
            if (!first) lines += ' ';
            lines += word;
            column += width_of(word) + (first ? 0 : 1);
            first = false;
        }
    }
    return lines;
}

std::vector<std::string> table(const std::vector<std::vector<std::string>>& rows,
                               std::span<const std::size_t> least, std::optional<std::size_t> columns) {
    auto widths = widths_of(rows, least);
    if (widths.empty()) return {};
    if (columns) fit(widths, *columns);
    std::vector<std::string> lines;
    for (const auto& row : rows) {
        std::string line;
        for (std::size_t i = 0; i < row.size(); ++i) {
            const auto cell = i == 0 ? cut_to(row[i], widths[i]) : row[i];
            line += cell;
            if (i + 1 < row.size())
                line += std::string(widths[i] + 1 - std::min(width_of(cell), widths[i]), ' ');
        }
        lines.emplace_back(trimmed(line));
    }
    return lines;
}

}  // namespace openclaw::cli
