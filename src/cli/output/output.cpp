#include "cli/output/output.h"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/random.h"
#include "base/text.h"

namespace openclaw::cli {

namespace {

constexpr std::size_t waiting_max = 16 * 1024;

// 0, or errno.
int write_all(int descriptor, std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t written = ::write(descriptor, bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) return errno;
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    return 0;
}

// The word in front of what is said on standard error, and the colour that it has where there are some.
struct Label {
    std::string_view word, colour;
};
constexpr Label labels[] = {{"error:", "1;31"}, {"warning:", "1;33"}, {"hint:", "1;36"}, {"note:", "1"}};

std::string labelled(std::string text, bool colours) {
    if (!colours) return text;
    for (const auto& [word, colour] : labels)
        if (text.starts_with(word))
            return fmt::format("\x1b[{}m{}\x1b[0m{}", colour, word, text.substr(word.size()));
    return text;
}

// What stands for the beginning of a style until the text reaches the terminal. Nobody outside can know it,
// so that no text from there can begin one: everything else that steers a terminal is made visible on the
// way.
const std::string& style_mark() {
    static const std::string mark = "{" + random_uuid() + "}";
    return mark;
}

std::string styled(const Output& out, std::string_view code, std::string_view text) {
    return out.colours() ? fmt::format("{0}{1}m{2}{0}0m", style_mark(), code, text) : std::string(text);
}

std::string fit_for_terminal(std::string_view text) {
    return replaced(printable(text), style_mark(), "\x1b[");
}

// The bytes of the first character, or 0 when they are none.
std::size_t character_bytes(std::string_view text) {
    constexpr std::size_t most = 4;
    for (std::size_t length = 1; length <= std::min(most, text.size()); ++length)
        if (is_utf8(text.substr(0, length))) return length;
    return 0;
}

// The marks of direction that printable() leaves to texts written from the right: in JSON an escape means the
// same.
std::string_view escaped_mark(std::string_view character) {
    if (character == "\u061c") return "\\u061c";
    if (character == "\u200e") return "\\u200e";
    return character == "\u200f" ? "\\u200f" : "";
}

// The same JSON in characters that steer no terminal: those that do are escaped, and what is no character is
// U+FFFD. Both can only stand inside strings.
std::string escaped_json(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    while (!text.empty()) {
        const auto length = character_bytes(text);
        const auto last = static_cast<unsigned char>(text[length > 0 ? length - 1 : 0]);
        const bool high_control = length == 2 && text[0] == '\xC2' && last < 0xA0;
        if (length == 0)
            out += "\\ufffd";
        else if (high_control || (length == 1 && last == 0x7F))
            out += fmt::format("\\u{:04x}", last);
        else if (const auto mark = escaped_mark(text.substr(0, length)); !mark.empty())
            out += mark;
        else
            out += printable(text.substr(0, length));  // what turns the direction becomes a \u escape as well
        text.remove_prefix(std::max<std::size_t>(length, 1));
    }
    return out;
}

// How many columns text takes that goes on a line of so many: CJK and pictures take two each.
std::size_t columns_after(std::size_t begun, std::string_view text) {
    constexpr unsigned char wide_min = 0xE3;  // leads U+3000 and above
    const auto line = text.rfind('\n');
    if (line != text.npos) {
        begun = 0;
        text.remove_prefix(line + 1);
    }
    for (const char each : text) {
        const auto byte = static_cast<unsigned char>(each);
        if ((byte & 0xC0u) != 0x80u) begun += byte >= wide_min ? 2 : 1;
    }
    return begun;
}

}  // namespace

std::string bold(const Output& out, std::string_view text) {
    return styled(out, "1", text);
}

std::string dim(const Output& out, std::string_view text) {
    return styled(out, "2", text);
}

std::string with_profile(std::string hint, std::string_view profile) {
    if (profile.empty()) return hint;
    return replaced(std::move(hint), "`openclaw ", fmt::format("`openclaw --profile {} ", profile));
}

DescriptorOutput::DescriptorOutput(int standard_output, int standard_error, OutputSettings settings)
    : output_(standard_output), error_(standard_error), settings_(std::move(settings)) {}

void DescriptorOutput::text(std::string_view text) {
    waiting_ += fit_for_terminal(text);
    if (waiting_.size() >= waiting_max) flush();
}

void DescriptorOutput::line(std::string_view line) {
    text(with_profile(std::string(line), settings_.profile));
    text("\n");
}

void DescriptorOutput::json(const json::value& value) {
    text(escaped_json(format_json(value)));  // as it is: nothing in it is copied into a shell
    text("\n");
}

void DescriptorOutput::note(std::string_view text) {
    flush();  // so that both streams on one terminal read in order
    const auto line = fit_for_terminal(with_profile(std::string(text), settings_.profile));
    write_all(error_, labelled(line, settings_.error_colours) + "\n");
}

void DescriptorOutput::error(const Error& error) {
    flush();
    const auto said = fmt::format("error: {}\n", printable(error.message));
    std::string text = labelled(said, settings_.error_colours);
    if (!error.hint.empty()) {
        const auto hint = fmt::format("hint: {}\n", printable(with_profile(error.hint, settings_.profile)));
        text += labelled(hint, settings_.error_colours);
    }
    write_all(error_, text);
}

void DescriptorOutput::progress(std::string_view text) {
    if (::isatty(error_) != 1) return;
    flush();
    const bool below = settings_.columns && begun_ > 0;
    if (below || shown_below_)
        show_below(text);
    else
        write_all(error_, fmt::format("\r{}\x1b[K", fit_for_terminal(text)));
}

// Makes room for a line below, so that the place to come back to doesn't move. A line that fills the
// terminal to its edge is left alone: coming back there, a terminal would overwrite its last character.
void DescriptorOutput::show_below(std::string_view text) {
    constexpr std::string_view make_room =
                                   "\x1b"
                                   "D\x1b[A",
                               leave =
                                   "\x1b"
                                   "7\x1b[B\r",
                               come_back =
                                   "\x1b[K\x1b"
                                   "8";
    if (!text.empty() && begun_ % *settings_.columns == 0) return;
    if (text.empty() && !shown_below_) return;
    shown_below_ = !text.empty();
    write_all(error_, fmt::format("{}{}{}{}", make_room, leave, fit_for_terminal(text), come_back));
}

bool DescriptorOutput::ready() const {
    pollfd output{output_, POLLOUT, 0};
    return ::poll(&output, 1, 0) != 0;  // what is wrong with it the write will tell
}

void DescriptorOutput::flush() {
    const std::string bytes = std::exchange(waiting_, {});
    if (closed_ || bytes.empty()) return;
    const int failure = write_all(output_, bytes);
    if (settings_.columns) begun_ = columns_after(begun_, bytes);
    if (failure == 0) return;
    closed_ = true;
    if (failure == EPIPE) return;
    const bool full = failure == ENOSPC || failure == EDQUOT;
    problem_ = Error{full ? Code::no_space : Code::unavailable,
                     fmt::format("writing to standard output: {}", std::strerror(failure)),
                     {}};
}

}  // namespace openclaw::cli
