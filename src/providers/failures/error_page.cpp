#include "providers/failures/error_page.h"

#include "base/text.h"
#include "providers/failures/error_json.h"
#include "providers/failures/error_text.h"

namespace openclaw::providers {
namespace {

constexpr std::size_t looked_at_max = 16 * 1024;
constexpr std::size_t title_bytes_max = 200;

// The text of an element, or nothing.
std::string_view element(std::string_view page, std::string_view lower, std::string_view name) {
    const auto open = lower.find("<" + std::string(name));
    if (open == std::string_view::npos) return {};
    const auto from = lower.find('>', open);
    const auto to = lower.find("</" + std::string(name), open);
    if (from == std::string_view::npos || to == std::string_view::npos || to < from) return {};
    return trimmed(page.substr(from + 1, to - from - 1));
}

bool has(std::string_view text, std::string_view part) {
    return text.find(part) != std::string_view::npos;
}

// <Error><Code>Throttling</Code><Message>…: how AWS and object stores answer. Such a document is no page.
bool read_document(ErrorBody& found, std::string_view page, std::string_view lower, int nesting) {
    if (has(lower, "<html") || has(lower, "<!doctype html")) return false;
    const auto code = element(page, lower, "code"), message = element(page, lower, "message");
    if (code.empty() || message.empty()) return false;
    add_code(found, code);
    read_text(found, message, nesting + 1);
    return true;
}

}  // namespace

bool is_page(std::string_view text) {
    const std::string start = lowered(text.substr(0, 200));
    const bool tag = start.size() > 1 && start[0] == '<' &&
                     (start[1] == '!' || start[1] == '?' || (start[1] >= 'a' && start[1] <= 'z'));
    return tag || has(start, "<!doctype html") || has(start, "<html");
}

void read_page(ErrorBody& found, std::string_view page, int nesting) {
    page = page.substr(0, looked_at_max);
    const std::string lower = lowered(page);
    if (read_document(found, page, lower, nesting)) return;
    found.web_page = true;
    auto title = element(page, lower, "title");
    if (title.empty()) title = element(page, lower, "h1");
    // Cloudflare's own limit, whatever page and status it comes with.
    if (has(lower, "error 1015") || has(lower, "you are being rate limited"))
        found.codes.emplace_back("cloudflare_1015");
    for (const auto words : {page.substr(0, page.find('<')), title}) {
        ErrorBody said;
        read_text(said, words, nesting + 1);
        if (found.status == 0) found.status = said.status;
    }
    if (!found.message.empty()) return;
    found.message = "a web page instead of an answer";
    if (!title.empty()) found.message += ": " + shortened(title, title_bytes_max);
}

}  // namespace openclaw::providers
