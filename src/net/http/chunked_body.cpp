#include "net/http/chunked_body.h"

#include "net/http/http_syntax.h"

namespace openclaw::net {
namespace {

constexpr std::size_t line_bytes_max = 4096;
// A line that tells a chunk's size may be so long. What is beyond it, extensions of all chunks together, is
// bounded: nobody reads them, and each byte of a body could bring 4 KiB of them along.
constexpr std::size_t line_bytes_usual = 16, extension_bytes_max = 16 * 1024;

std::unexpected<Refusal> malformed(std::string_view what) {
    return std::unexpected(Refusal{400, what});
}

}  // namespace

std::expected<std::size_t, Refusal> ChunkedBody::feed(std::string_view bytes, std::string& body) {
    const std::size_t offered = bytes.size();
    while (!bytes.empty() && phase_ != Phase::complete) {
        if (phase_ == Phase::data) {
            auto piece = bytes.substr(0, std::min<std::uint64_t>(bytes.size(), left_));
            body.append(piece);
            bytes.remove_prefix(piece.size());
            left_ -= piece.size();
            if (left_ == 0) phase_ = Phase::data_end;
            continue;
        }
        const auto end = bytes.find('\n');
        const auto piece = bytes.substr(0, end == std::string_view::npos ? end : end + 1);
        line_bytes_ += piece.size();
        if (line_bytes_ > line_bytes_max) return malformed("chunk lines too long");
        line_.append(piece);
        bytes.remove_prefix(piece.size());
        if (end == std::string_view::npos) break;
        if (!line_.ends_with("\r\n")) return malformed("a chunk line doesn't end with CR LF");
        auto taken = take_line(std::string_view(line_).substr(0, line_.size() - 2));
        if (!taken) return std::unexpected(taken.error());
        line_.clear();
    }
    return offered - bytes.size();
}

std::expected<void, Refusal> ChunkedBody::take_line(std::string_view line) {
    if (phase_ == Phase::size) return take_size(line);
    if (phase_ == Phase::data_end) {
        if (!line.empty()) return malformed("a chunk is longer than announced");
        phase_ = Phase::size;
        return {};
    }
    if (line.empty()) {
        phase_ = Phase::complete;
        return {};
    }
    auto colon = line.find(':');
    if (colon == std::string_view::npos || !is_token(line.substr(0, colon)) || !is_field_text(line)) {
        return malformed("malformed trailer");
    }
    return {};
}

std::expected<void, Refusal> ChunkedBody::take_size(std::string_view line) {
    extension_bytes_ += std::max(line.size(), line_bytes_usual) - line_bytes_usual;
    if (extension_bytes_ > extension_bytes_max) return malformed("chunk lines too long");
    auto digits = line.substr(0, line.find(';'));
    auto size = parse_number(digits, 16);
    if (!size || !is_field_text(line)) return malformed("malformed chunk size");
    if (*size > body_max_ - taken_) return std::unexpected(Refusal{413, "the body is too large"});
    taken_ += *size;
    left_ = *size;
    phase_ = *size == 0 ? Phase::trailer : Phase::data;
    if (*size > 0) line_bytes_ = 0;
    return {};
}

}  // namespace openclaw::net
