#include "net/client/http1_response.h"

#include <algorithm>

#include "base/text.h"
#include "net/http/http_syntax.h"

namespace openclaw::net {
namespace {

constexpr std::size_t chunk_line_bytes_max = 1024;  // size and extensions

std::unexpected<Error> malformed(std::string_view what) {
    return fail(Code::unavailable, "the answer is not valid HTTP: {}", what);
}

}  // namespace

Result<std::size_t> Http1Response::feed(std::string_view bytes, std::string& body) {
    const std::size_t offered = bytes.size();
    while (!bytes.empty() && phase_ != Phase::complete) {
        if (!in_lines()) {
            bytes.remove_prefix(take_body(bytes, body));
            continue;
        }
        const bool of_chunk = phase_ == Phase::chunk_size || phase_ == Phase::chunk_end;
        const std::size_t end = bytes.find('\n');
        const std::string_view piece = bytes.substr(0, end == std::string_view::npos ? end : end + 1);
        const std::size_t room = of_chunk ? chunk_line_bytes_max - line_.size() : header_bytes_left_;
        if (piece.size() > room) return fail(Code::too_large, "the answer's header is too large");
        if (!of_chunk) header_bytes_left_ -= piece.size();
        bytes.remove_prefix(piece.size());
        if (end == std::string_view::npos) {
            line_.append(piece);
            break;
        }
        std::string_view line = piece;
        if (!line_.empty()) line = line_.append(piece);
        if (!line.ends_with("\r\n")) return malformed("a line doesn't end with CR LF");
        if (auto taken = take_line(line.substr(0, line.size() - 2)); !taken) {
            return std::unexpected(taken.error());
        }
        line_.clear();
    }
    return offered - bytes.size();
}

Result<void> Http1Response::end() {
    if (phase_ == Phase::body_until_end) phase_ = Phase::complete;
    if (phase_ == Phase::complete) return {};
    if (!has_head()) return fail(Code::unavailable, "the connection was closed before an answer came");
    return fail(Code::unavailable, "the connection was closed in the middle of the answer");
}

bool Http1Response::in_lines() const {
    return phase_ != Phase::sized_body && phase_ != Phase::chunk_data && phase_ != Phase::body_until_end;
}

std::size_t Http1Response::take_body(std::string_view bytes, std::string& body) {
    if (body.empty()) body.reserve(bytes.size());  // for all that this piece holds of it, chunk by chunk
    if (phase_ != Phase::body_until_end) {
        bytes = bytes.substr(0, std::min<std::uint64_t>(bytes.size(), body_left_));
        body_left_ -= bytes.size();
        if (body_left_ == 0) phase_ = phase_ == Phase::chunk_data ? Phase::chunk_end : Phase::complete;
    }
    body.append(bytes);
    return bytes.size();
}

Result<void> Http1Response::take_line(std::string_view line) {
    switch (phase_) {
        case Phase::status_line:
            return take_status_line(line);
        case Phase::header:
            return line.empty() ? end_of_head() : take_header(line);
        case Phase::chunk_size:
            return take_chunk_size(line);
        case Phase::chunk_end:
            if (!line.empty()) return malformed("a chunk is longer than announced");
            phase_ = Phase::chunk_size;
            return {};
        case Phase::trailer:  // of no use to our callers, but it must have the right form
            if (!line.empty()) return take_header(line);
            phase_ = Phase::complete;
            return {};
        case Phase::sized_body:
        case Phase::chunk_data:
        case Phase::body_until_end:
        case Phase::complete:
            break;
    }
    return malformed("a line where none belongs");
}

Result<void> Http1Response::take_status_line(std::string_view line) {
    // "HTTP/1.1 200 OK"; some servers leave the last space out where there is no reason phrase.
    const bool shaped = line.size() >= 12 && line.starts_with("HTTP/1.") && line[8] == ' ' &&
                        (line.size() == 12 || line[12] == ' ') && is_field_text(line);
    if (!shaped || (line[7] != '0' && line[7] != '1')) return malformed("status line");
    const auto status = parse_number(line.substr(9, 3), 10);
    if (!status || *status < 100 || *status > 599) return malformed("status code");
    minor_version_ = line[7] - '0';
    status_ = static_cast<int>(*status);
    phase_ = Phase::header;
    return {};
}

Result<void> Http1Response::take_header(std::string_view line) {
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) return malformed("a header line without a colon");
    const std::string_view name = line.substr(0, colon);
    const std::string_view value = without_blanks(line.substr(colon + 1));
    // A folded line begins with a blank, so that its name is no token either.
    if (!is_token(name)) return malformed("header name");
    if (!is_field_text(value)) return malformed("header value");
    if (phase_ == Phase::header) headers_.add(std::string(name), std::string(value));
    return {};
}

Result<void> Http1Response::take_chunk_size(std::string_view line) {
    const std::string_view digits = without_blanks(line.substr(0, line.find(';')));
    const auto size = parse_number(digits, 16);
    if (!size || line.starts_with(' ') || line.starts_with('\t')) return malformed("chunk size");
    if (!is_field_text(line)) return malformed("chunk extension");
    body_left_ = *size;
    phase_ = body_left_ == 0 ? Phase::trailer : Phase::chunk_data;
    return {};
}

Result<void> Http1Response::end_of_head() {
    if (status_ == 101) return malformed("it changes to a protocol that nobody asked for");
    if (status_ < 200) {
        headers_ = {};
        phase_ = Phase::status_line;
        return {};
    }
    const bool closes = lists(headers_, "connection", "close");
    keeps_alive_ = !closes && (minor_version_ == 1 || lists(headers_, "connection", "keep-alive"));
    return choose_framing();
}

// Source: RFC 9112, section 6.3, without its permissions to repair.
Result<void> Http1Response::choose_framing() {
    const auto coding = headers_.find("transfer-encoding");
    const auto length_text = headers_.find("content-length");
    const auto length = length_text ? parse_number(*length_text, 10) : std::nullopt;
    const bool tunnel = asked_ == Asked::connect && status_ < 300;
    if (coding && length_text) return malformed("transfer-encoding beside content-length");
    if (headers_.count("content-length") > 1) return malformed("content-length twice");
    if (length_text && !length) return malformed("content-length");
    if (headers_.count("transfer-encoding") > 1) return malformed("transfer-encoding twice");
    if (coding && minor_version_ == 0) return malformed("transfer-encoding in HTTP/1.0");
    if (coding && !equal_ignoring_case(*coding, "chunked")) return malformed("unknown transfer-encoding");

    if (tunnel || asked_ == Asked::head || status_ == 204 || status_ == 304) {
        phase_ = Phase::complete;
    } else if (coding) {
        phase_ = Phase::chunk_size;
    } else if (length) {
        body_left_ = *length;
        phase_ = body_left_ == 0 ? Phase::complete : Phase::sized_body;
    } else {
        keeps_alive_ = false;
        phase_ = Phase::body_until_end;
    }
    return {};
}

}  // namespace openclaw::net
