#include "gateway/serving/log_tail.h"

#include <algorithm>

#include "base/json.h"
#include "base/redact.h"
#include "base/text.h"

namespace openclaw::gateway {

namespace {

constexpr std::size_t line_bytes_max = 64u << 10;

bool is_daily(const std::string& name) {
    constexpr std::string_view start = "openclaw-", end = ".log";
    return name.size() == start.size() + std::string_view("2026-01-30").size() + end.size() &&
           name.starts_with(start) && name.ends_with(end);
}

platform::Path file_to_read(platform::FileSystem& files, const LogSettings& settings, TimePoint now) {
    auto file = settings.file_at(now);
    if (!settings.file_name.empty() || platform::exists(files, file)) return file;
    const auto names = files.list(settings.folder);
    if (!names) return file;
    std::string newest;
    for (const auto& name : *names)
        if (is_daily(name)) newest = std::max(newest, name);
    return newest.empty() ? file : settings.folder / newest;
}

// Text by text, so that a line of JSON stays one.
void redact_texts(json::value& value) {
    if (auto* text = value.if_string()) {
        *text = redact_shapes(std::string_view(*text));
    } else if (auto* object = value.if_object()) {
        for (auto& member : *object) redact_texts(member.value());
    } else if (auto* list = value.if_array()) {
        for (auto& element : *list) redact_texts(element);
    }
}

std::string shown_line(std::string_view line) {
    line = line.substr(0, line_bytes_max);
    auto value = parse_json(line, line_bytes_max);
    if (!value || !value->is_object()) return printable(redact_shapes(line));
    redact_texts(*value);
    return printable(json::serialize(*value));
}

// From where to read, and what the answer says about it.
std::uint64_t start_of(const LogWindow& window, std::uint64_t size, LogTail& tail) {
    const auto last = size > window.bytes_max ? size - window.bytes_max : 0;
    if (!window.cursor) {
        tail.truncated = last > 0;
        return last;
    }
    if (*window.cursor <= size && size - *window.cursor <= window.bytes_max) return *window.cursor;
    tail.reset = true;
    tail.truncated = last > 0;
    return last;
}

// A window that begins within a line begins with the next one.
std::size_t first_line(std::string_view bytes, bool within_line) {
    if (!within_line) return 0;
    const auto end = bytes.find('\n');
    return end == std::string_view::npos ? bytes.size() : end + 1;
}

}  // namespace

Result<LogTail> read_log_tail(platform::FileSystem& files, const LogSettings& settings, TimePoint now,
                              const LogWindow& window) {
    LogTail tail;
    tail.file = file_to_read(files, settings, now);
    const auto info = files.info(tail.file);
    if (!info && info.error().code != Code::not_found) return std::unexpected(info.error());
    tail.size = info ? info->size : 0;
    const auto start = start_of(window, tail.size, tail);
    tail.cursor = start;
    if (start >= tail.size) return tail;
    // The byte before tells whether the window begins with a line.
    const auto before = start > 0 ? start - 1 : 0;
    const auto read = files.read_range(tail.file, before, static_cast<std::size_t>(tail.size - before));
    if (!read) return std::unexpected(read.error());
    auto bytes = std::string_view(*read);
    const bool within_line = start > 0 && !bytes.starts_with('\n');
    bytes.remove_prefix(std::min<std::size_t>(start - before, bytes.size()));
    const auto whole = bytes.rfind('\n');
    if (whole == std::string_view::npos) return tail;
    bytes = bytes.substr(0, whole + 1);
    tail.cursor = start + bytes.size();
    bytes.remove_prefix(first_line(bytes, within_line));
    auto lines = split(bytes, '\n');
    if (!lines.empty()) lines.pop_back();
    if (lines.size() > window.lines_max) {
        tail.truncated = true;
        lines.erase(lines.begin(), lines.end() - static_cast<std::ptrdiff_t>(window.lines_max));
    }
    for (const auto& line : lines) tail.lines.push_back(shown_line(line));
    return tail;
}

}  // namespace openclaw::gateway
