#include "cli/output/output.h"

#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

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

}  // namespace

std::string bold(const Output& out, std::string_view text) {
    return out.colours() ? fmt::format("\x1b[1m{}\x1b[0m", text) : std::string(text);
}

std::string dim(const Output& out, std::string_view text) {
    return out.colours() ? fmt::format("\x1b[2m{}\x1b[0m", text) : std::string(text);
}

std::string with_profile(std::string hint, std::string_view profile) {
    if (profile.empty()) return hint;
    return replaced(std::move(hint), "`openclaw ", fmt::format("`openclaw --profile {} ", profile));
}

DescriptorOutput::DescriptorOutput(int standard_output, int standard_error, OutputSettings settings)
    : output_(standard_output), error_(standard_error), settings_(std::move(settings)) {}

void DescriptorOutput::text(std::string_view text) {
    waiting_ += text;
    if (waiting_.size() >= waiting_max) flush();
}

void DescriptorOutput::line(std::string_view line) {
    text(with_profile(std::string(line), settings_.profile));
    text("\n");
}

void DescriptorOutput::json(const json::value& value) {
    text(format_json(value));  // as it is: nothing in it is copied into a shell
    text("\n");
}

void DescriptorOutput::note(std::string_view text) {
    flush();  // so that both streams on one terminal read in order
    const auto line = with_profile(std::string(text), settings_.profile);
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
    if (::isatty(error_) == 1) write_all(error_, fmt::format("\r{}\x1b[K", text));
}

bool DescriptorOutput::ready() const {
    pollfd output{output_, POLLOUT, 0};
    return ::poll(&output, 1, 0) != 0;  // what is wrong with it the write will tell
}

void DescriptorOutput::flush() {
    const std::string bytes = std::exchange(waiting_, {});
    if (closed_ || bytes.empty()) return;
    const int failure = write_all(output_, bytes);
    if (failure == 0) return;
    closed_ = true;
    if (failure == EPIPE) return;
    const bool full = failure == ENOSPC || failure == EDQUOT;
    problem_ = Error{full ? Code::no_space : Code::unavailable,
                     fmt::format("writing to standard output: {}", std::strerror(failure)),
                     {}};
}

}  // namespace openclaw::cli
