#include "cli/talk/reply_printer.h"

#include "base/text.h"

namespace openclaw::cli {

namespace {

// How many bytes at the end begin a character that is not complete yet.
std::size_t incomplete_tail(std::string_view text) {
    for (std::size_t back = 1; back <= std::min<std::size_t>(3, text.size()); ++back) {
        const auto byte = static_cast<unsigned char>(text[text.size() - back]);
        if ((byte & 0xc0u) == 0x80u) continue;
        const std::size_t wanted = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
        return wanted > back ? back : 0;
    }
    return 0;
}

}  // namespace

void ReplyPrinter::add(std::string_view text) {
    incomplete_ += text;
    const std::size_t tail = incomplete_tail(incomplete_);
    const std::string rest = incomplete_.substr(incomplete_.size() - tail);
    incomplete_.resize(incomplete_.size() - tail);
    print(incomplete_);
    incomplete_ = rest;
}

void ReplyPrinter::print(std::string_view text) {
    if (text.empty()) return;
    out_.text(printable(text));
    out_.flush();
    printed_anything_ = true;
    at_line_start_ = text.ends_with('\n');
}

void ReplyPrinter::end() {
    print(std::exchange(incomplete_, {}));
    if (!at_line_start_) out_.line("");
    at_line_start_ = true;
    out_.flush();
}

}  // namespace openclaw::cli
