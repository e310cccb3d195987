#include "cli/commands/models/probe_table.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "base/text.h"
#include "cli/output/table.h"

namespace openclaw::cli {
namespace {

constexpr std::size_t columns = 3;
using Lines = std::vector<std::string>;
using Row = std::array<Lines, columns>;
using Widths = std::array<std::size_t, columns>;

constexpr Widths widths_min{18, 24, 12};  // without the borders
constexpr std::size_t padding = 2;

std::string text_of(const json::object& object, std::string_view member) {
    return printable(string_at(object, member).value_or(""));
}

// The part of a text that is `width` characters long.
std::string_view head_of(std::string_view text, std::size_t width) {
    std::size_t at = 0;
    for (std::size_t seen = 0; at < text.size(); ++at)
        if ((text[at] & 0xC0) != 0x80 && seen++ == width) break;
    return text.substr(0, at);
}

// Broken at spaces where there are some.
Lines wrapped(std::string_view text, std::size_t width) {
    Lines lines;
    for (auto paragraph : split(text, '\n')) {
        while (width_of(paragraph) > width) {
            auto head = head_of(paragraph, width);
            const auto space = head.rfind(' ');
            if (space != std::string_view::npos && space > 0) head = head.substr(0, space);
            lines.emplace_back(head);
            paragraph = trimmed(paragraph.substr(head.size()));
        }
        lines.emplace_back(paragraph);
    }
    return lines;
}

std::string status_of(const json::object& result) {
    const auto latency = integer_at(result, "latencyMs");
    return fmt::format("{} · {}", text_of(result, "status"), latency ? format_latency(*latency) : "-");
}

// What went wrong; our word first where the reference has none for it.
std::string error_of(const json::object& result) {
    const auto error = text_of(result, "error"), reason = text_of(result, "reason");
    if (error.empty()) return {};
    const bool says_more = !reason.empty() && reason != text_of(result, "status");
    return says_more ? fmt::format("{}: {}", replaced(reason, "_", " "), error) : error;
}

Row row_of(const json::object& result) {
    const auto model = text_of(result, "model");
    Row row{Lines{model.empty() ? text_of(result, "provider") + "/-" : model},
            Lines{fmt::format("{} ({})", text_of(result, "label"), text_of(result, "mode"))},
            Lines{status_of(result)}};
    if (const auto error = error_of(result); !error.empty()) row[2].push_back("↳ " + error);
    return row;
}

Widths widths_for(const std::vector<Row>& rows, std::size_t whole) {
    Widths widths = widths_min;
    for (const auto& row : rows)
        for (std::size_t i = 0; i < columns; ++i)
            for (const auto& line : row[i]) widths[i] = std::max(widths[i], width_of(line) + padding);
    const auto too_much = [&] {
        const auto sum = widths[0] + widths[1] + widths[2] + columns + 1;
        return sum > whole ? sum - whole : 0;
    };
    for (const std::size_t i : {2U, 1U, 0U})  // errors give way first
        widths[i] -= std::min(too_much(), widths[i] - widths_min[i]);
    return widths;
}

std::string border(const Widths& widths, std::array<std::string_view, 3> corners) {
    std::string line(corners[0]);
    for (std::size_t i = 0; i < columns; ++i) {
        for (std::size_t n = 0; n < widths[i]; ++n) line += "─";
        line += corners[i + 1 == columns ? 2 : 1];
    }
    return line;
}

void add_row(Lines& lines, const Row& row, const Widths& widths) {
    Row cells;
    std::size_t height = 0;
    for (std::size_t i = 0; i < columns; ++i) {
        for (const auto& line : row[i])
            std::ranges::copy(wrapped(line, widths[i] - padding), std::back_inserter(cells[i]));
        height = std::max(height, cells[i].size());
    }
    for (std::size_t at = 0; at < height; ++at) {
        std::string line = "│";
        for (std::size_t i = 0; i < columns; ++i) {
            const std::string cell = at < cells[i].size() ? cells[i][at] : "";
            line +=
                " " + cell + std::string(widths[i] - 1 - std::min(width_of(cell), widths[i] - 1), ' ') + "│";
        }
        lines.push_back(std::move(line));
    }
}

}  // namespace

std::string format_latency(std::int64_t ms) {
    if (ms < 1000) return fmt::format("{}ms", std::max<std::int64_t>(ms, 0));
    const auto tenths = std::llround(static_cast<double>(ms) / 100.0);
    return tenths % 10 == 0 ? fmt::format("{}s", tenths / 10)
                            : fmt::format("{}.{}s", tenths / 10, tenths % 10);
}

std::string probe_line(const json::object& result) {
    const auto error = error_of(result);
    return fmt::format("{} {} ({}) {}{}", text_of(result, "model"), text_of(result, "label"),
                       text_of(result, "mode"), status_of(result), error.empty() ? "" : ": " + error);
}

std::vector<std::string> probe_table(const json::object& summary, int width) {
    Lines lines{"Auth probes"};
    const auto* results = array_at(summary, "results");
    if (!results || results->empty()) {
        lines.insert(lines.end(), {"- none", "No probe targets."});
        return lines;
    }
    std::vector<Row> rows;
    for (const auto& result : *results)
        if (const auto* object = result.if_object()) rows.push_back(row_of(*object));
    const auto widths = widths_for(rows, static_cast<std::size_t>(std::max(60, width)));
    lines.push_back(border(widths, {"┌", "┬", "┐"}));
    add_row(lines, {Lines{"Model"}, Lines{"Profile"}, Lines{"Status"}}, widths);
    lines.push_back(border(widths, {"├", "┼", "┤"}));
    for (const auto& row : rows) add_row(lines, row, widths);
    lines.push_back(border(widths, {"└", "┴", "┘"}));
    lines.push_back(fmt::format("Probed {} target{} in {}", rows.size(), rows.size() == 1 ? "" : "s",
                                format_latency(integer_at(summary, "durationMs").value_or(0))));
    return lines;
}

}  // namespace openclaw::cli
